package cli

import (
	"iter"
	"reflect"
)

// setFields yields the fields of an SDK struct that are set, dereferenced, in
// the SDK's order (required ones first). The SDK sends neither nil pointers nor
// empty enumerations, lists or maps.
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
