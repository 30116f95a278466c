package cli

import (
	"iter"
	"reflect"
)

// setFields yields the fields of an SDK struct that are set, in the SDK's order
// (required ones first), with pointers followed. The SDK sends neither a nil
// pointer nor an empty enumeration, list or map.
func setFields(structure reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for i := range structure.NumField() {
			field, value := structure.Type().Field(i), structure.Field(i)
			if !field.IsExported() || !isSet(value) {
				continue
			}
			if !yield(field.Name, reflect.Indirect(value)) {
				return
			}
		}
	}
}

func isSet(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return value.Len() > 0
	default:
		return !value.IsZero()
	}
}
