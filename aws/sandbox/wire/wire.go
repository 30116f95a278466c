// Package wire speaks AWS's protocols from the server's side: it checks
// SigV4, routes a request by the service in its credential scope, decodes it
// into the SDK's own input type, calls a plain function, and encodes the SDK's
// output type, or an error, as that service's protocol wants it.
package wire

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/smithy-go"
)

// Handler is one API operation: a plain function from the SDK's input type to
// its output type. An *Error is answered as AWS would; any other error is
// logged and answered as InternalFailure.
type Handler[In, Out any] func(ctx context.Context, in *In) (*Out, error)

// Protocol is how a service's requests and answers look on the wire.
type Protocol int

// AWS's protocols, as far as the tutorial needs them.
const (
	AWSJSON  Protocol = iota // awsJson1.1: secretsmanager, logs
	Query                    // awsQuery: rds, sts, iam, cloudformation
	EC2Query                 // ec2Query: ec2
	RESTJSON                 // restJson1: lambda, serverlessrepo
)

// Service is one AWS service: Name as in the credential scope ("rds"),
// Target the X-Amz-Target prefix (awsJson only), Namespace and Version for the
// XML protocols.
type Service struct {
	Name       string
	Protocol   Protocol
	Target     string
	Namespace  string // "http://rds.amazonaws.com/doc/2014-10-31/"
	Version    string // "2014-10-31"
	Operations []Operation
}

// Operation is a named handler with its codec; make one with Op, JSONOp or
// RESTOp.
type Operation struct {
	Name   string
	method string
	path   string
	serve  func(ctx context.Context, req *request) (*response, error)
}

// Op binds an operation of a Query or EC2Query service.
func Op[In, Out any](name string, h Handler[In, Out]) Operation { panic("being written") }

// JSONOp binds an operation of an awsJson service. operation and output are the
// SDK's schemas (schemas.DescribeSecret, schemas.DescribeSecretResponse).
func JSONOp[In, Out any](operation, output *smithy.Schema, h Handler[In, Out]) Operation {
	panic("being written")
}

// RESTOp binds an operation of a restJson service by its method and path, as
// in the API reference: "/2015-03-31/functions/{FunctionName}". Labels, query
// parameters, headers and the body are decoded into In.
func RESTOp[In, Out any](name, method, path string, h Handler[In, Out]) Operation {
	panic("being written")
}

type (
	request  struct{ http *http.Request }
	response struct{}
)

// Error is an error that AWS documents: its code as on the wire
// ("DBInstanceNotFound", "ResourceNotFoundException"), its text, and the HTTP
// status, 400 if zero.
type Error struct {
	Code    string
	Message string
	Status  int
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf makes an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: http.StatusBadRequest}
}

// Caller is who signed a request.
type Caller struct {
	AccountID   string
	ARN         string
	UserID      string
	AccessKeyID string
}

type callerKey struct{}

// CallerFrom returns who signed the request that a handler is serving.
func CallerFrom(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// WithCaller is CallerFrom's other half; tests of a handler use it too.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}
