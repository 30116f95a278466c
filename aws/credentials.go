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

// credentialsError says that a call could not be signed because there were no
// credentials, and how to get new ones. No request was sent.
type credentialsError struct {
	err    error
	signIn signInHint
}

func (e *credentialsError) Error() string { return e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// expiredError is a service's answer that the call's credentials have expired.
// They have been discarded by then: the next attempt reloads them.
type expiredError struct {
	err    error
	signIn signInHint
}

func (e *expiredError) Error() string { return e.err.Error() }
func (e *expiredError) Unwrap() error { return e.err }

// signInHintOf returns the hint of an error that is about credentials.
func signInHintOf(err error) signInHint {
	if credentials, ok := errors.AsType[*credentialsError](err); ok {
		return credentials.signIn
	}
	if expired, ok := errors.AsType[*expiredError](err); ok {
		return expired.signIn
	}
	return signInHint{}
}

// expiredKind is the steps' error for credentials that have expired.
func (s signInHint) expiredKind() error {
	if s.fixed {
		return steps.ErrFixedCredentialsExpired
	}
	return steps.ErrCredentialsExpired
}

// kind distinguishes a session that has expired or was never signed in to from
// a configuration without credentials.
func (e *credentialsError) kind() error {
	if service, ok := errors.AsType[*steps.ServiceError](e.err); ok {
		return service.Kind
	}
	if errors.Is(e.err, steps.ErrMFACodeNeeded) {
		return steps.ErrMFACodeNeeded
	}
	if isMFACodeRejected(e.err) {
		return steps.ErrMFACodeRefused
	}
	if e.needsSignIn() {
		return e.signIn.expiredKind()
	}
	if code := codeOf(e.err); code != "" && kindByCode[code] != nil {
		return kindByCode[code]
	}
	if _, ok := unreachableText(e.err); ok {
		return unreachableKind(e.err)
	}
	return steps.ErrNoCredentials
}

// needsSignIn reports whether a session of IAM Identity Center or of the
// console is missing, has ended, or cannot be refreshed. The SDK has no error
// type for most of these cases.
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

// isMFACodeRejected reports whether STS rejected the MFA code. The error code
// is that of any denial, so the text decides.
func isMFACodeRejected(err error) bool {
	return codeOf(err) == "AccessDenied" && strings.Contains(err.Error(), "MultiFactorAuthentication failed")
}

// text is the message for the person. It never quotes what a
// credential_process printed, which may be a secret key in the wrong form.
func (e *credentialsError) text() string {
	if _, ok := errors.AsType[*processcreds.ProviderError](e.err); ok && strings.Contains(e.err.Error(), "process output") {
		return "the profile's credential_process did not print credentials in the form that AWS documents"
	}
	if service, ok := errors.AsType[*steps.ServiceError](e.err); ok {
		return service.Message
	}
	switch {
	case !e.needsSignIn():
		return e.err.Error()
	case errors.Is(e.err, fs.ErrNotExist), strings.Contains(e.err.Error(), "token file not found"):
		return "no sign-in is stored on this machine"
	}
	return "the sign-in that is stored on this machine has ended"
}

// mfaCodeError is why there is no MFA code.
type mfaCodeError struct {
	device string
	err    error
}

func (e *mfaCodeError) Error() string {
	return "a code of the MFA device " + e.device + ": " + e.err.Error()
}
func (e *mfaCodeError) Unwrap() error { return e.err }

// assumeRoleOptions sets how the SDK assumes a role. If the role requires an MFA
// code, ask is called for it.
func assumeRoleOptions(endpoints *credentialEndpoints, ask func(device string) (string, error)) func(*stscreds.AssumeRoleOptions) {
	return func(o *stscreds.AssumeRoleOptions) {
		o.Client = roleClient{o.Client, endpoints}
		o.RoleSessionName = cmp.Or(o.RoleSessionName, appID)
		o.Duration = cmp.Or(o.Duration, assumeRoleDuration)
		if o.SerialNumber == nil {
			return
		}
		device := *o.SerialNumber
		o.TokenProvider = func() (string, error) {
			if ask == nil {
				return "", &mfaCodeError{device, steps.ErrMFACodeNeeded}
			}
			code, err := ask(device)
			if err != nil {
				return "", &mfaCodeError{device, err}
			}
			return code, nil
		}
	}
}

// assumeRoleDuration is how long an assumed role is valid unless the profile
// says otherwise: one hour, as in the AWS CLI, which every role allows. With the
// SDK's 15 minutes a person would type two MFA codes while a database is created.
const assumeRoleDuration = time.Hour
