package contract

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// checkValue checks a decoded value against a shape; at is its path. Numbers and
// booleans may be strings, as in query strings and headers.
func (c *checker) checkValue(v any, use shapeRef, at string) {
	s, ok := c.model.Shapes[use.Shape]
	if !ok {
		c.addFault(at, "the model has no shape %s", use.Shape)
		return
	}
	switch s.Type {
	case "structure":
		c.checkStructure(v, s, at)
	case "list":
		c.checkList(v, s, at)
	case "map":
		c.checkMap(v, s, at)
	case "string":
		text, ok := v.(string)
		if !ok {
			c.addFault(at, "it is no text")
			return
		}
		c.checkString(text, s, at)
	case "integer", "long", "float", "double":
		c.checkNumber(v, s, at)
	case "boolean":
		if text, _ := v.(string); text != "true" && text != "false" {
			if _, ok := v.(bool); !ok {
				c.addFault(at, "it is neither true nor false")
			}
		}
	case "timestamp":
		c.checkTime(v, at)
	case "blob":
		text, _ := v.(string)
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			c.addFault(at, "it is not base64")
		}
	}
}

func (c *checker) checkStructure(v any, s shape, at string) {
	members, ok := v.(map[string]any)
	if !ok {
		c.addFault(at, "it is no structure")
		return
	}
	byWire := map[string]string{}
	for name, member := range s.Members {
		byWire[member.wireName(name)] = name
	}
	for wire, value := range members {
		name, known := byWire[wire]
		if !known {
			if !c.isNewer(at + "." + wire) {
				c.addFault(at, "there is no member %q", wire)
			}
			continue
		}
		if value != nil {
			c.checkValue(value, s.Members[name], at+"."+wire)
		}
	}
	for _, name := range s.Required {
		if members[s.Members[name].wireName(name)] == nil {
			c.addFault(at, "the member %q is required and missing", name)
		}
	}
}

func (c *checker) checkList(v any, s shape, at string) {
	items, ok := v.([]any)
	if !ok {
		c.addFault(at, "it is no list")
		return
	}
	c.checkRange(float64(len(items)), s, at, "items")
	for i, item := range items {
		c.checkValue(item, s.Member, at+"["+strconv.Itoa(i)+"]")
	}
}

func (c *checker) checkMap(v any, s shape, at string) {
	entries, ok := v.(map[string]any)
	if !ok {
		c.addFault(at, "it is no map")
		return
	}
	c.checkRange(float64(len(entries)), s, at, "entries")
	for key, value := range entries {
		c.checkValue(key, s.Key, at+" key")
		c.checkValue(value, s.Value, at+"["+key+"]")
	}
}

func (c *checker) checkString(text string, s shape, at string) {
	c.checkRange(float64(utf8.RuneCountInString(text)), s, at, "characters")
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, text) && !c.isNewer(at+"="+text) {
		c.addFault(at, "%q is none of its values", text)
	}
	if s.Pattern == "" {
		return
	}
	// A few of AWS's patterns use lookahead, which Go's regexp lacks. They are
	// not checked.
	if rule, err := regexp.Compile(s.Pattern); err == nil && !rule.MatchString(text) {
		c.addFault(at, "it does not match %s", s.Pattern)
	}
}

func (c *checker) checkNumber(v any, s shape, at string) {
	var n float64
	switch v := v.(type) {
	case float64:
		n = v
	case string:
		var err error
		if n, err = strconv.ParseFloat(v, 64); err != nil {
			c.addFault(at, "it is no number")
			return
		}
	default:
		c.addFault(at, "it is no number")
		return
	}
	if (s.Type == "integer" || s.Type == "long") && n != math.Trunc(n) {
		c.addFault(at, "it is no whole number")
	}
	c.checkRange(n, s, at, "")
}

func (c *checker) checkRange(n float64, s shape, at, unit string) {
	if s.Min != nil && n < *s.Min || s.Max != nil && n > *s.Max {
		c.addFault(at, "%v %s is out of its range", n, unit)
	}
}

// checkTime accepts seconds since 1970, or a time in RFC 3339's form.
func (c *checker) checkTime(v any, at string) {
	text, isText := v.(string)
	if !isText {
		if _, ok := v.(float64); !ok {
			c.addFault(at, "it is no time")
		}
		return
	}
	if _, err := time.Parse(time.RFC3339, text); err != nil && !json.Valid([]byte(text)) {
		c.addFault(at, "it is no time")
	}
}
