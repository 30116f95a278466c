package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"time"
)

// jsonName returns the JSON name of a field of an SDK type.
type jsonName func(field string) string

// jsonNamesOf returns a service's JSON names: the SDK's (lambda, secretsmanager)
// or with a lower-case first letter (logs, serverlessrepo).
func jsonNamesOf(s Service) jsonName {
	if s.LowerCamelCase {
		return lowerFirst
	}
	return func(field string) string { return field }
}

// marshalJSON encodes an SDK output without its unset members.
func marshalJSON(out reflect.Value, name jsonName) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(jsonValue(out, name)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// jsonValue converts a value of an SDK type for encoding/json. Timestamps are
// seconds since 1970 with milliseconds, the JSON protocols' default.
func jsonValue(v reflect.Value, name jsonName) any {
	v = reflect.Indirect(v)
	if t, ok := v.Interface().(time.Time); ok {
		return float64(t.UnixMilli()) / 1000
	}
	switch v.Kind() {
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			if f := v.Type().Field(i); isMember(f) && !isUnset(v.Field(i)) {
				members[name(f.Name)] = jsonValue(v.Field(i), name)
			}
		}
		return members
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes()
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = jsonValue(v.Index(i), name)
		}
		return list
	case reflect.Map:
		members := make(map[string]any, v.Len())
		for key, value := range v.Seq2() {
			members[key.String()] = jsonValue(value, name)
		}
		return members
	default:
		return v.Interface()
	}
}

// isUnset reports whether an SDK member is not set.
func isUnset(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	default:
		return false
	}
}

// hasMembers reports whether an SDK type has any members.
func hasMembers(t reflect.Type) bool {
	for i := range t.NumField() {
		if isMember(t.Field(i)) {
			return true
		}
	}
	return false
}
