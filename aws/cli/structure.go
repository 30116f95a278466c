package cli

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"keyturn/steps"
)

// plainValue matches values that the CLI's shorthand syntax takes unquoted.
var plainValue = steps.NewPattern(`^[A-Za-z0-9_.:/@+-]+$`)

// shorthand renders a flat structure, or a list of them, in the CLI's shorthand
// syntax: Key=a,Value=b. It returns false for nested structures and for values
// that would need quotes.
func shorthand(value reflect.Value) (string, bool) {
	var words []string
	switch value.Kind() {
	case reflect.Slice:
		for i := range value.Len() {
			word, ok := shorthand(value.Index(i))
			if !ok {
				return "", false
			}
			words = append(words, word)
		}
		return strings.Join(words, " "), true
	case reflect.Struct:
		for name, member := range setFields(value) {
			text, ok := shorthandValue(member)
			if !ok {
				return "", false
			}
			words = append(words, name+"="+text)
		}
		return strings.Join(words, ","), true
	}
	return "", false
}

// shorthandValue renders a scalar, or a list of scalars with commas.
func shorthandValue(value reflect.Value) (string, bool) {
	words := []string{}
	switch {
	case isScalar(value.Type()):
		words = append(words, renderScalar(value))
	case value.Kind() == reflect.Slice && isScalar(value.Type().Elem()):
		for i := range value.Len() {
			words = append(words, renderScalar(value.Index(i)))
		}
	}
	plain := len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !plainValue.MatchString(w) })
	return strings.Join(words, ","), plain
}

// renderJSON renders a value as JSON, with the API's member names and without
// unset members.
func renderJSON(value reflect.Value) string {
	var b bytes.Buffer
	writeJSON(&b, value)
	return b.String()
}

func writeJSON(b *bytes.Buffer, value reflect.Value) {
	value = reflect.Indirect(value)
	separator := ""
	switch {
	case value.Kind() == reflect.Struct && value.Type() != timeType:
		b.WriteByte('{')
		for name, member := range setFields(value) {
			b.WriteString(separator)
			writeString(b, name)
			b.WriteByte(':')
			writeJSON(b, member)
			separator = ","
		}
		b.WriteByte('}')
	case value.Kind() == reflect.Slice && !isScalar(value.Type()):
		b.WriteByte('[')
		for i := range value.Len() {
			b.WriteString(separator)
			writeJSON(b, value.Index(i))
			separator = ","
		}
		b.WriteByte(']')
	case value.Kind() == reflect.Map:
		keys := value.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b.WriteByte('{')
		for _, key := range keys {
			b.WriteString(separator)
			writeString(b, key.String())
			b.WriteByte(':')
			writeJSON(b, value.MapIndex(key))
			separator = ","
		}
		b.WriteByte('}')
	case value.Kind() == reflect.String, value.Type() == timeType, value.Kind() == reflect.Slice:
		writeString(b, renderScalar(value))
	default:
		b.WriteString(renderScalar(value))
	}
}

// writeString writes a JSON string with <, > and & unescaped, for readability.
func writeString(b *bytes.Buffer, text string) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	b.Truncate(b.Len() - 1)  // the newline that Encode ends with
}
