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

// reloadingCredentials come from the person's own configuration. Once they are
// rejected, the configuration is read again for the next call, so that somebody
// who has signed in with another tool meanwhile can carry on.
type reloadingCredentials struct {
	// load reads the environment and the files.
	load func(context.Context) (awssdk.CredentialsProvider, signInHint, error)
	// accountOf looks up the account of the credentials.
	accountOf func(context.Context, awssdk.CredentialsProvider) (string, error)

	mu             sync.Mutex
	provider       awssdk.CredentialsProvider // nil: to be loaded
	signIn         signInHint
	account        string // in which the session works; "" until it is known
	accountChecked bool   // the provider's credentials belong to account
	temporary      bool   // the latest credentials were temporary ones
}

var _ awssdk.CredentialsProvider = (*reloadingCredentials)(nil)

// Retrieve gets the credentials for a call. An error is a *credentialsError.
func (r *reloadingCredentials) Retrieve(ctx context.Context) (awssdk.Credentials, error) {
	defer pauseCallTimeout(ctx)()
	provider, err := r.current(ctx)
	if err != nil {
		return awssdk.Credentials{}, &credentialsError{err, r.signInHint()}
	}
	found, err := provider.Retrieve(ctx)
	if err == nil {
		err = r.checkAccount(ctx, provider, found)
	}
	if err != nil {
		if ctx.Err() == nil { // else somebody may be typing a code for it
			r.discard(provider)
		}
		return awssdk.Credentials{}, &credentialsError{err, r.signInHint()}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.temporary = found.SessionToken != ""
	return found, nil
}

// current is the provider in use, loaded if there is none.
func (r *reloadingCredentials) current(ctx context.Context) (awssdk.CredentialsProvider, error) {
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
		r.provider, r.signIn, r.accountChecked = provider, how, r.account == ""
	}
	return r.provider, nil
}

// checkAccount rejects reloaded credentials of another account than the
// session's.
func (r *reloadingCredentials) checkAccount(ctx context.Context, provider awssdk.CredentialsProvider, found awssdk.Credentials) error {
	r.mu.Lock()
	account, checked := r.account, r.accountChecked
	r.mu.Unlock()
	if checked {
		return nil
	}
	actual := found.AccountID
	if actual == "" {
		var err error
		if actual, err = r.accountOf(ctx, provider); err != nil {
			return err
		}
	}
	if actual != account {
		return &steps.OtherAccountError{RunAccount: "account " + account, OpenedAccount: "account " + actual}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accountChecked = true
	return nil
}

// setAccount sets the session's account, to which reloaded credentials must
// belong.
func (r *reloadingCredentials) setAccount(account string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.account, r.accountChecked = account, true
}

func (r *reloadingCredentials) signInHint() signInHint {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.signIn
}

// discard makes the next call read the configuration again, unless that has
// happened already.
func (r *reloadingCredentials) discard(provider awssdk.CredentialsProvider) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.provider == provider {
		r.provider = nil
	}
}

// addMiddleware inspects every attempt's result, after the SDK's own Retry.
func (r *reloadingCredentials) addMiddleware(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("keyturn:credentials", r.discardRejected), "Retry", middleware.After)
}

// discardRejected discards credentials that the service does not accept. EC2
// answers RequestExpired for a session that has ended (Amazon EC2 API Reference,
// "Error codes"); for permanent keys that code means that the clock is wrong.
func (r *reloadingCredentials) discardRejected(
	ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (middleware.FinalizeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleFinalize(ctx, in)
	if err == nil || isCredentialsError(err) {
		return out, metadata, err
	}
	r.mu.Lock()
	used, temporary, hint := r.provider, r.temporary, r.signIn
	r.mu.Unlock()
	kind := kindOf(err)
	expired := errors.Is(kind, steps.ErrCredentialsExpired) || temporary && codeOf(err) == "RequestExpired"
	if expired || errors.Is(kind, steps.ErrCredentialsRefused) || errors.Is(kind, steps.ErrClockWrong) {
		r.discard(used)
	}
	if expired {
		err = &expiredError{fmt.Errorf("%s: %w", awsmiddleware.GetOperationName(ctx), err), hint}
	}
	return out, metadata, err
}
