package wire

import (
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/restjson1"
)

// restCodec speaks restJson1. Where the SDK's types know their schema (lambda),
// members are bound as it says and answers written by the SDK's serializer;
// where they do not yet (serverlessrepo), by restJson's usual rules: labels by
// the path, query parameters where there is no body, names in lower camel case.
type restCodec struct {
	op       Operation
	bindings []binding
	status   *int // index of the member that is the answer's status, if any
	payload  *int // index of the member that is the answer's body, if any
	protocol *restjson1.Protocol
	schema   *smithy.OperationSchema // nil: no schema
}

func newRESTCodec(op Operation, path pathTemplate) *restCodec {
	mustHaveNoTimes(op.in)
	c := &restCodec{op: op, bindings: bindings(op, path)}
	if output := schemaOf(op.out); output != nil {
		id := smithy.ShapeID{Namespace: "keyturn", Name: op.Name}
		operation := smithy.NewSchema(id, smithy.ShapeTypeOperation, 0, &traits.HTTP{Method: http.MethodPost, URI: "/", Code: http.StatusOK})
		c.schema = smithy.NewOperationSchema(operation, output, output)
		c.protocol = restjson1.New(nil)
		for name, m := range output.Members() {
			f, _ := op.out.FieldByName(name)
			if _, ok := smithy.SchemaTrait[*traits.HTTPResponseCode](m); ok {
				c.status = &f.Index[0]
			}
			if _, ok := smithy.SchemaTrait[*traits.HTTPPayload](m); ok {
				c.payload = &f.Index[0]
			}
		}
	}
	return c
}

func (c *restCodec) decode(x *exchange) (any, error) {
	in := reflect.New(c.op.in)
	if !c.hasPayload() && x.http.Method != http.MethodGet {
		if err := decodeJSON(x.body, in.Interface()); err != nil {
			return nil, err
		}
	}
	for _, b := range c.bindings {
		if err := b.set(x, in.Elem()); err != nil {
			return nil, err
		}
	}
	return in.Interface(), nil
}

func (c *restCodec) hasPayload() bool {
	for _, b := range c.bindings {
		if b.place == inPayload {
			return true
		}
	}
	return false
}

func (c *restCodec) encode(x *exchange, out any) (answer, error) {
	a := answer{status: c.op.status, contentType: "application/json"}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if c.schema == nil {
		var err error
		a.body, err = marshalCamel(out)
		return a, err
	}
	if c.status != nil {
		out = c.takeStatus(out, &a)
	}
	req, _ := smithyhttp.NewStackRequest().(*smithyhttp.Request)
	if err := c.protocol.SerializeRequest(x.http.Context(), c.schema, out.(smithy.Serializable), req); err != nil {
		return answer{}, fmt.Errorf("serialize %T: %w", out, err)
	}
	a.header = req.Header
	empty := a.status == http.StatusNoContent ||
		c.payload != nil && reflect.ValueOf(out).Elem().Field(*c.payload).IsZero()
	if stream := req.GetStream(); stream != nil && !empty {
		var err error
		if a.body, err = io.ReadAll(stream); err != nil {
			return answer{}, fmt.Errorf("read %T: %w", out, err)
		}
	}
	return a, nil
}

// takeStatus moves the member that is the HTTP status out of the output, which
// the handler may still hold.
func (c *restCodec) takeStatus(out any, a *answer) any {
	rest := reflect.New(c.op.out)
	rest.Elem().Set(reflect.ValueOf(out).Elem())
	f := reflect.Indirect(rest.Elem().Field(*c.status))
	if f.IsValid() && f.Int() != 0 {
		a.status = int(f.Int())
	}
	rest.Elem().Field(*c.status).SetZero()
	return rest.Interface()
}

// schemaOf returns the schema that a type serializes itself with, or nil.
func schemaOf(t reflect.Type) *smithy.Schema {
	v, ok := reflect.New(t).Interface().(smithy.Serializable)
	if !ok {
		return nil
	}
	s := &schemaSpy{}
	v.Serialize(s)
	return s.schema
}

// schemaSpy remembers the schema of the structure written to it. The members
// of a zero value are not written, so it needs no other method.
type schemaSpy struct {
	smithy.ShapeSerializer
	schema *smithy.Schema
}

func (s *schemaSpy) WriteStruct(schema *smithy.Schema) { s.schema = schema }
func (s *schemaSpy) CloseStruct()                      {}
