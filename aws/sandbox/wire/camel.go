package wire

import (
	"encoding/json"
	"reflect"
	"time"
)

// marshalCamel writes an SDK output as JSON with its members' names in lower
// camel case, without those that are nil or empty enumeration values.
func marshalCamel(out any) ([]byte, error) {
	return json.Marshal(camelValue(reflect.ValueOf(out)))
}

func camelValue(v reflect.Value) any {
	v = reflect.Indirect(v)
	if t, ok := v.Interface().(time.Time); ok {
		return t.UTC().Format(timeFormat)
	}
	switch v.Kind() {
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			if f := v.Type().Field(i); isMember(f) && !isAbsent(v.Field(i)) {
				members[lowerFirst(f.Name)] = camelValue(v.Field(i))
			}
		}
		return members
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes()
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = camelValue(v.Index(i))
		}
		return list
	default:
		return v.Interface()
	}
}

// isAbsent reports whether an SDK member says that there is no such thing.
func isAbsent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	default:
		return false
	}
}
