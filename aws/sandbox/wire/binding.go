package wire

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

type place int

const (
	inLabel place = iota
	inQuery
	inHeader
	inPayload
)

// binding is where outside the JSON body a restJson input's member is.
type binding struct {
	place place
	name  string // of the label, parameter or header
	index int    // of the field
}

// bindings are those of an input, by its schema or else by its path.
func bindings(op Operation, path pathTemplate) []binding {
	var found []binding
	schema := schemaOf(op.in)
	for i := range op.in.NumField() {
		f := op.in.Field(i)
		if !f.IsExported() {
			continue
		}
		b, ok := binding{}, false
		if schema != nil {
			b, ok = bindingBySchema(schema.Member(f.Name))
		} else {
			b, ok = bindingByPath(op, path, f.Name)
		}
		if ok {
			b.index = i
			found = append(found, b)
		}
	}
	return found
}

func bindingBySchema(m *smithy.Schema) (binding, bool) {
	if m == nil {
		return binding{}, false
	}
	if _, ok := smithy.SchemaTrait[*traits.HTTPLabel](m); ok {
		return binding{place: inLabel, name: m.MemberName()}, true
	}
	if q, ok := smithy.SchemaTrait[*traits.HTTPQuery](m); ok {
		return binding{place: inQuery, name: q.Name}, true
	}
	if h, ok := smithy.SchemaTrait[*traits.HTTPHeader](m); ok {
		return binding{place: inHeader, name: h.Name}, true
	}
	if _, ok := smithy.SchemaTrait[*traits.HTTPPayload](m); ok {
		return binding{place: inPayload}, true
	}
	return binding{}, false
}

func bindingByPath(op Operation, path pathTemplate, field string) (binding, bool) {
	for _, segment := range path {
		if label, ok := segment.label(); ok && strings.EqualFold(label, field) {
			return binding{place: inLabel, name: label}, true
		}
	}
	if op.method == http.MethodGet || op.method == http.MethodDelete {
		return binding{place: inQuery, name: lowerFirst(field)}, true
	}
	return binding{}, false
}

// set reads the member from its place, if the request has it there.
func (b binding) set(x *exchange, in reflect.Value) *Error {
	f := in.Field(b.index)
	var values []string
	switch b.place {
	case inPayload:
		f.SetBytes(x.body)
		return nil
	case inLabel:
		values = []string{x.target.labels[b.name]}
	case inQuery:
		values = x.http.URL.Query()[b.name]
	case inHeader:
		values = x.http.Header.Values(b.name)
	}
	if len(values) == 0 {
		return nil
	}
	if err := setValues(f, values); err != nil {
		return Errorf("ValidationException", "Value (%s) for parameter %s is invalid.", values[0], b.name)
	}
	return nil
}

func setValues(f reflect.Value, values []string) error {
	if f.Kind() == reflect.Slice && f.Type().Elem().Kind() != reflect.Uint8 {
		f.Set(reflect.MakeSlice(f.Type(), len(values), len(values)))
		for i, text := range values {
			if err := setScalar(f.Index(i), text); err != nil {
				return err
			}
		}
		return nil
	}
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	return setScalar(f, values[0])
}
