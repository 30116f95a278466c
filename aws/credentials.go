package aws

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"keyturn/steps"
)

// credentialsError says that a call could not be signed, and how its
// credentials are had again. It tells having none from an answer of the service
// that was called.
type credentialsError struct {
	err error
	how signIn
}

func (e *credentialsError) Error() string { return e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// refusedError is a service's answer that the credentials of the call hold no
// more. They are forgotten by then: another attempt reads them anew.
type refusedError struct {
	err error
	how signIn
}

func (e *refusedError) Error() string { return e.err.Error() }
func (e *refusedError) Unwrap() error { return e.err }

// signInFor is how to get credentials again, for an error that is about them.
func signInFor(err error) signIn {
	if unsigned, ok := errors.AsType[*credentialsError](err); ok {
		return unsigned.how
	}
	if refused, ok := errors.AsType[*refusedError](err); ok {
		return refused.how
	}
	return signIn{}
}

// expired is the kind of credentials that have run out.
func (s signIn) expired() error {
	if s.fixed {
		return steps.ErrFixedCredentialsExpired
	}
	return steps.ErrCredentialsExpired
}

// kind tells a session that has run out, or has yet to be signed in to, from
// credentials that never were.
func (e *credentialsError) kind() error {
	if known, ok := errors.AsType[*steps.ServiceError](e.err); ok {
		return known.Kind
	}
	if errors.Is(e.err, steps.ErrCodeNeeded) {
		return steps.ErrCodeNeeded
	}
	if isCodeRefused(e.err) {
		return steps.ErrCodeRefused
	}
	if e.needsSignIn() {
		return e.how.expired()
	}
	if code := codeOf(e.err); code != "" && kinds[code] != nil {
		return kinds[code]
	}
	if _, ok := unreachable(e.err); ok {
		return unreachableKind(e.err)
	}
	return steps.ErrNoCredentials
}

// needsSignIn reports a session of IAM Identity Center or of the console that
// is not there, has ended, or cannot be made longer. The SDK gives most of
// these no type.
func (e *credentialsError) needsSignIn() bool {
	if _, ok := errors.AsType[*ssocreds.InvalidTokenError](e.err); ok {
		return true
	}
	switch codeOf(e.err) {
	case "ExpiredToken", "ExpiredTokenException", // STS
		"UnauthorizedException",                           // IAM Identity Center, for a session that ended
		"InvalidGrantException", "InvalidClientException": // its OIDC service, for one that cannot be refreshed
		return true
	}
	text := e.err.Error()
	return errors.Is(e.err, fs.ErrNotExist) && strings.Contains(text, "SSO token") ||
		strings.Contains(text, "SSO token is expired") || strings.Contains(text, "please reauthenticate")
}

// isCodeRefused reports that STS did not take the MFA code. It says so with the
// code of any denial.
func isCodeRefused(err error) bool {
	return codeOf(err) == "AccessDenied" && strings.Contains(err.Error(), "MultiFactorAuthentication failed")
}

// text is what a person is told. What a credential_process printed is not for
// anybody's eyes: it may be a secret key in the wrong form.
func (e *credentialsError) text() string {
	if _, ok := errors.AsType[*processcreds.ProviderError](e.err); ok && strings.Contains(e.err.Error(), "process output") {
		return "the profile's credential_process did not print credentials in the form that AWS documents"
	}
	if known, ok := errors.AsType[*steps.ServiceError](e.err); ok {
		return known.Message
	}
	switch {
	case !e.needsSignIn():
		return e.err.Error()
	case errors.Is(e.err, fs.ErrNotExist), strings.Contains(e.err.Error(), "token file not found"):
		return "no sign-in is stored on this machine"
	}
	return "the sign-in that is stored on this machine has ended"
}

// codeError is why there is no MFA code.
type codeError struct {
	device string
	err    error
}

func (e *codeError) Error() string {
	return "a code of the MFA device " + e.device + ": " + e.err.Error()
}
func (e *codeError) Unwrap() error { return e.err }

// assumesRoles completes how the SDK assumes a role. Where the role wants the
// code of an MFA device, ask is called for it.
func assumesRoles(clients *credentialClients, ask func(device string) (string, error)) func(*stscreds.AssumeRoleOptions) {
	return func(o *stscreds.AssumeRoleOptions) {
		o.Client = roleClient{o.Client, clients}
		o.RoleSessionName = cmp.Or(o.RoleSessionName, appID)
		o.Duration = cmp.Or(o.Duration, roleDuration)
		if o.SerialNumber == nil {
			return
		}
		device := *o.SerialNumber
		o.TokenProvider = func() (string, error) {
			if ask == nil {
				return "", &codeError{device, steps.ErrCodeNeeded}
			}
			code, err := ask(device)
			if err != nil {
				return "", &codeError{device, err}
			}
			return code, nil
		}
	}
}

// roleDuration is how long an assumed role is good for where the profile says
// nothing: the AWS CLI's hour, the most that every role allows. The SDK's 15
// minutes would ask for two MFA codes while a database is made.
const roleDuration = time.Hour
