package cli

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// renderOption renders one member of an input as a CLI option with its value.
func renderOption(name string, value reflect.Value) string {
	flag := "--" + kebabCase(name)
	switch {
	case isSecret(name, value):
		return flag + "=" + renderSecret(name, value) // "=", as a password may begin with a hyphen
	case value.Kind() == reflect.Bool && value.Bool():
		return flag
	case value.Kind() == reflect.Bool:
		return "--no-" + kebabCase(name)
	case value.Kind() == reflect.Slice && isScalar(value.Type().Elem()):
		words := []string{flag}
		for i := range value.Len() {
			words = append(words, Quote(renderScalar(value.Index(i))))
		}
		return strings.Join(words, " ")
	case isScalar(value.Type()):
		text := Quote(renderScalar(value))
		if strings.HasPrefix(text, "-") {
			return flag + "=" + text
		}
		return flag + " " + text
	}
	if short, ok := shorthand(value); ok {
		return flag + " " + short
	}
	return flag + " " + Quote(renderJSON(value))
}

// isScalar reports whether the CLI takes values of the type as one word.
func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return true
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8
	default:
		return t == timeType
	}
}

// renderScalar renders a scalar as one unquoted word: blobs are in base64, as AWS
// CLI v2 expects them.
func renderScalar(value reflect.Value) string {
	switch {
	case value.Kind() == reflect.Slice:
		return base64.StdEncoding.EncodeToString(value.Bytes())
	case value.Type() == timeType:
		return value.Interface().(time.Time).UTC().Format(time.RFC3339Nano)
	default:
		return fmt.Sprint(value.Interface())
	}
}
