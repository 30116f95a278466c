package wire

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
)

const jsonContentType = "application/x-amz-json-1.1"

// jsonCodec speaks awsJson1.1. encoding/json decodes requests; unlike AWS it
// ignores the case of member names.
type jsonCodec struct {
	op   Operation
	name jsonName
}

func newJSONCodec(def Service, op Operation) *jsonCodec {
	mustHaveNoTimes(op.in)
	return &jsonCodec{op: op, name: jsonNamesOf(def)}
}

func (c *jsonCodec) decode(x *exchange) (any, error) {
	in := reflect.New(c.op.in).Interface()
	return in, decodeJSON(x.body, in)
}

// encode leaves the body empty if the output has no members.
func (c *jsonCodec) encode(_ *exchange, out any) (response, error) {
	a := response{status: http.StatusOK, contentType: jsonContentType}
	if !hasMembers(c.op.out) {
		return a, nil
	}
	var err error
	a.body, err = marshalJSON(reflect.ValueOf(out), c.name)
	return a, err
}

// decodeJSON decodes a body into an SDK input; an empty body is an empty object.
func decodeJSON(body []byte, in any) error {
	if len(body) == 0 {
		return nil
	}
	err := json.Unmarshal(body, in)
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return Errorf("SerializationException", "%s can not be converted to %s", jsonToken(mismatch.Value), jsonType(mismatch.Type))
	default:
		return Errorf("SerializationException", "The request body is not valid JSON.")
	}
}

// jsonToken and jsonType name things as AWS's deserializer does: "STRING_VALUE
// can not be converted to an Integer". The value itself is never repeated.
func jsonToken(value string) string {
	switch value {
	case "string":
		return "STRING_VALUE"
	case "bool":
		return "BOOLEAN_VALUE"
	case "object":
		return "START_OBJECT"
	case "array":
		return "START_ARRAY"
	default:
		return "NUMBER_VALUE"
	}
}

func jsonType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a String"
	case reflect.Bool:
		return "a Boolean"
	case reflect.Int32:
		return "an Integer"
	case reflect.Int64:
		return "a Long"
	case reflect.Slice:
		return "a List"
	case reflect.Map:
		return "a Map"
	default:
		return "a Structure"
	}
}

// mustHaveNoTimes panics if an input has a timestamp: encoding/json expects RFC
// 3339, AWS sends seconds. No operation of the tutorial has one.
func mustHaveNoTimes(t reflect.Type) {
	if hasTime(t, map[reflect.Type]bool{}) {
		panic("wire: " + t.String() + " holds a timestamp, which JSON requests are not read with")
	}
}

func hasTime(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == timeType {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return hasTime(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() && hasTime(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}
