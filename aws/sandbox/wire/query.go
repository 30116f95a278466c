package wire

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// maxDepth bounds the parts of a parameter's name ("A.1.B.1.C"). No input of AWS
// is as deep.
const maxDepth = 24

// queryCodec speaks awsQuery and ec2Query: requests are forms, responses XML.
type queryCodec struct {
	service Service
	op      Operation
	in, out *shape
}

// newQueryCodec panics for an operation whose wire names are not in names.go:
// add it to sdk_test.go, and regenerate names.go.
func newQueryCodec(s Service, op Operation) *queryCodec {
	if !knownOperations[s.Name+"."+op.Name] {
		panic("wire: the names of " + s.Name + "." + op.Name + " are not in names.go")
	}
	known := &shapes{protocol: s.Protocol, byType: map[reflect.Type]*shape{}}
	return &queryCodec{service: s, op: op, in: known.shapeOf(op.in), out: known.shapeOf(op.out)}
}

// readForm returns the parameters of the query string and the body together.
func readForm(x *exchange) (url.Values, *Error) {
	form, err := url.ParseQuery(x.http.URL.RawQuery)
	if err == nil {
		var body url.Values
		body, err = url.ParseQuery(string(x.body))
		for name, values := range body {
			form[name] = values
		}
	}
	if err != nil {
		return nil, Errorf("MalformedQueryString", "The query string contains a syntax error.")
	}
	return form, nil
}

func (c *queryCodec) decode(x *exchange) (any, error) {
	form, refused := readForm(x)
	if refused != nil {
		return nil, refused
	}
	root, refused := newParams(form)
	if refused != nil {
		return nil, refused
	}
	in := reflect.New(c.op.in)
	if refused := c.decodeStructure(c.in, root, in.Elem()); refused != nil {
		return nil, refused
	}
	return in.Interface(), nil
}

// params are form parameters as a tree: "Tag.1.Key" is Tag → 1 → Key.
type params struct {
	name     string // the whole name, for errors
	value    string
	isSet    bool
	children map[string]*params
}

func newParams(form url.Values) (*params, *Error) {
	root := &params{}
	for name, values := range form {
		if strings.Count(name, ".") >= maxDepth {
			return nil, Errorf("MalformedQueryString", "A parameter's name has too many parts.")
		}
		at, rest, more := root, name, true
		for more {
			var part string
			part, rest, more = strings.Cut(rest, ".")
			next := at.children[part]
			if next == nil {
				next = &params{name: strings.TrimPrefix(at.name+"."+part, ".")}
				if at.children == nil {
					at.children = map[string]*params{}
				}
				at.children[part] = next
			}
			at = next
		}
		at.value, at.isSet = values[0], true
	}
	return root, nil
}

// listEntries returns a list's entries in the order of their numbers. Any name
// may stand between list and number ("Tags.Tag.1", "Tags.member.1"), or none
// ("Tag.1", the flattened form).
func (p *params) listEntries() []*params {
	if e := p.numberedChildren(); len(e) > 0 || len(p.children) != 1 {
		return e
	}
	for _, inner := range p.children {
		return inner.numberedChildren()
	}
	return nil
}

func (p *params) numberedChildren() []*params {
	var numbers []int
	for part := range p.children {
		if n, err := strconv.Atoi(part); err == nil && n > 0 && strconv.Itoa(n) == part {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	entries := make([]*params, len(numbers))
	for i, n := range numbers {
		entries[i] = p.children[strconv.Itoa(n)]
	}
	return entries
}

func (c *queryCodec) decodeStructure(s *shape, p *params, v reflect.Value) *Error {
	for _, m := range s.members {
		if child, ok := p.children[m.request]; ok {
			if err := c.decodeValue(m.shape, child, v.Field(m.index)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *queryCodec) decodeValue(s *shape, p *params, v reflect.Value) *Error {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch {
	case s.members != nil:
		return c.decodeStructure(s, p, v)
	case s.elem != nil && v.Kind() == reflect.Map:
		return c.decodeMap(s, p, v)
	case s.elem != nil:
		return c.decodeList(s, p, v)
	case !p.isSet:
		return nil
	}
	if err := parseScalar(v, p.value); err != nil {
		return Errorf("InvalidParameterValue", "Value (%s) for parameter %s is invalid.", p.value, p.name)
	}
	return nil
}

func (c *queryCodec) decodeList(s *shape, p *params, v reflect.Value) *Error {
	entries := p.listEntries()
	v.Set(reflect.MakeSlice(v.Type(), len(entries), len(entries)))
	for i, e := range entries {
		if err := c.decodeValue(s.elem, e, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// decodeMap decodes "Map.entry.1.key" and "Map.entry.1.value".
func (c *queryCodec) decodeMap(s *shape, p *params, v reflect.Value) *Error {
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range p.listEntries() {
		key, value := e.children["key"], e.children["value"]
		if key == nil || value == nil {
			continue
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := c.decodeValue(s.elem, value, elem); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key.value).Convert(v.Type().Key()), elem)
	}
	return nil
}
