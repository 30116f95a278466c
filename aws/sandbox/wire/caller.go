package wire

import "context"

// Caller is who signed a request.
type Caller struct {
	AccountID   string
	ARN         string
	UserID      string
	AccessKeyID string

	authorizer Authorizer // of the key that signed; nil allows everything
}

type callerKey struct{}

// CallerFrom returns who signed the request that a handler is serving.
func CallerFrom(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// WithCaller returns a context for CallerFrom; tests of handlers use it too.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// WithCallerOf returns ctx with the caller of the request context from, for work
// that a service does in the background in the caller's name.
func WithCallerOf(ctx, from context.Context) context.Context {
	return WithCaller(ctx, CallerFrom(from))
}
