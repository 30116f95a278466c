package wire

import (
	"net/http"
	"reflect"
	"slices"
)

// restCodec speaks restJson1. Members are in the JSON body, except those that are
// bound to the path, a query parameter, a header, the status or the whole body.
type restCodec struct {
	op      Operation
	name    jsonName
	inputs  []binding
	outputs []binding
}

func newRESTCodec(def Service, op Operation, path pathTemplate) *restCodec {
	mustHaveNoTimes(op.in)
	name := jsonNamesOf(def)
	return &restCodec{op: op, name: name, inputs: inputBindings(op, path, name), outputs: outputBindings(op)}
}

func (c *restCodec) decode(x *exchange) (any, error) {
	in := reflect.New(c.op.in)
	if !hasPayload(c.inputs) && x.http.Method != http.MethodGet {
		if err := decodeJSON(x.body, in.Interface()); err != nil {
			return nil, err
		}
	}
	for _, b := range c.inputs {
		if err := b.decode(x, in.Elem()); err != nil {
			return nil, err
		}
	}
	return in.Interface(), nil
}

func (c *restCodec) encode(_ *exchange, out any) (response, error) {
	a := response{status: c.op.status, contentType: "application/json", header: http.Header{}}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	body := reflect.New(c.op.out).Elem() // a copy: the handler may still use the output
	body.Set(reflect.ValueOf(out).Elem())
	for _, b := range c.outputs {
		b.encode(&a, body)
		body.Field(b.index).SetZero()
	}
	if a.status == http.StatusNoContent || hasPayload(c.outputs) {
		return a, nil
	}
	var err error
	a.body, err = marshalJSON(body, c.name)
	return a, err
}

func hasPayload(bindings []binding) bool {
	return slices.ContainsFunc(bindings, func(b binding) bool { return b.place == inPayload })
}
