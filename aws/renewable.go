package aws

import (
	"context"
	"errors"
	"fmt"
	"sync"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"keyturn/steps"
)

// renewable are credentials of the person's own configuration. Once they do not
// hold, the configuration is read again for the next call: somebody who has
// signed in meanwhile, in another terminal or with another tool, carries on.
type renewable struct {
	// load reads environment and files.
	load func(context.Context) (awssdk.CredentialsProvider, signIn, error)
	// accountOf asks whose credentials these are.
	accountOf func(context.Context, awssdk.CredentialsProvider) (string, error)

	mu       sync.Mutex
	provider awssdk.CredentialsProvider // nil: to be loaded
	how      signIn
	account  string // in which the session works; "" until it is known
	checked  bool   // the provider's credentials belong to account
	session  bool   // the latest credentials were temporary ones
}

var _ awssdk.CredentialsProvider = (*renewable)(nil)

// Retrieve gets the credentials for a call. An error is a *credentialsError.
func (r *renewable) Retrieve(ctx context.Context) (awssdk.Credentials, error) {
	defer holdPatience(ctx)()
	provider, err := r.current(ctx)
	if err != nil {
		return awssdk.Credentials{}, &credentialsError{err, r.signIn()}
	}
	found, err := provider.Retrieve(ctx)
	if err == nil {
		err = r.check(ctx, provider, found)
	}
	if err != nil {
		if ctx.Err() == nil { // else somebody may be typing a code for it
			r.forget(provider)
		}
		return awssdk.Credentials{}, &credentialsError{err, r.signIn()}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.session = found.SessionToken != ""
	return found, nil
}

// current is the provider in use, loaded if there is none.
func (r *renewable) current(ctx context.Context) (awssdk.CredentialsProvider, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.provider == nil {
		provider, how, err := r.load(ctx)
		if err != nil {
			return nil, err
		}
		if provider == nil {
			return nil, errors.New("the configuration names none")
		}
		r.provider, r.how, r.checked = provider, how, r.account == ""
	}
	return r.provider, nil
}

// check makes sure that credentials which were read anew belong to the account
// in which the session works.
func (r *renewable) check(ctx context.Context, provider awssdk.CredentialsProvider, found awssdk.Credentials) error {
	r.mu.Lock()
	account, checked := r.account, r.checked
	r.mu.Unlock()
	if checked {
		return nil
	}
	now := found.AccountID
	if now == "" {
		var err error
		if now, err = r.accountOf(ctx, provider); err != nil {
			return err
		}
	}
	if now != account {
		return &steps.OtherAccountError{Worked: "account " + account, Opened: "account " + now}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checked = true
	return nil
}

// worksIn notes the account of a session: later credentials must be of it too.
func (r *renewable) worksIn(account string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.account, r.checked = account, true
}

func (r *renewable) signIn() signIn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.how
}

// forget has the configuration read again at the next call, unless that has
// happened already.
func (r *renewable) forget(provider awssdk.CredentialsProvider) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.provider == provider {
		r.provider = nil
	}
}

// attach looks at every attempt's answer, after the SDK's own Retry.
func (r *renewable) attach(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("keyturn:credentials", r.attempt), "Retry", middleware.After)
}

// attempt forgets credentials that the service does not accept. EC2 says
// RequestExpired of a session that has ended (Amazon EC2 API Reference, "Error
// codes"), which of lasting keys means the clock.
func (r *renewable) attempt(
	ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (middleware.FinalizeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleFinalize(ctx, in)
	if err == nil || isUnsigned(err) {
		return out, metadata, err
	}
	r.mu.Lock()
	used, temporary, how := r.provider, r.session, r.how
	r.mu.Unlock()
	kind := kindOf(err)
	ended := errors.Is(kind, steps.ErrCredentialsExpired) || temporary && codeOf(err) == "RequestExpired"
	if ended || errors.Is(kind, steps.ErrCredentialsRefused) {
		r.forget(used)
	}
	if ended {
		err = &refusedError{fmt.Errorf("%s: %w", awsmiddleware.GetOperationName(ctx), err), how}
	}
	return out, metadata, err
}
