package wire

import (
	"context"
	"reflect"
)

// Handler is one API operation: a function from the SDK's input type to its
// output type. An *Error is sent to the client; any other error is logged and
// answered as InternalFailure.
type Handler[In, Out any] func(ctx context.Context, in *In) (*Out, error)

// Operation is a named handler with its types; Op and RESTOp create one.
type Operation struct {
	Name string

	in, out reflect.Type
	call    func(ctx context.Context, in any) (any, error)

	method, path string // restJson only
	status       int    // restJson only; 0 is 200
}

// Op returns an operation of any protocol but restJson.
func Op[In, Out any](name string, h Handler[In, Out]) Operation {
	return Operation{
		Name: name,
		in:   reflect.TypeFor[In](),
		out:  reflect.TypeFor[Out](),
		call: func(ctx context.Context, in any) (any, error) {
			out, err := h(ctx, in.(*In))
			if err != nil {
				return nil, err
			}
			if out == nil {
				out = new(Out)
			}
			return out, nil
		},
	}
}

// RESTOp binds an operation of a restJson service by its method and path, as
// in the API reference: "/2015-03-31/functions/{FunctionName}". Labels, query
// parameters, headers and the body are decoded into In.
func RESTOp[In, Out any](name, method, path string, h Handler[In, Out]) Operation {
	op := Op(name, h)
	op.method, op.path = method, path
	return op
}

// WithStatus sets the HTTP status of a restJson operation's success, if not 200:
// 201 for AddPermission, 204 for DeleteFunction.
func (o Operation) WithStatus(status int) Operation {
	o.status = status
	return o
}
