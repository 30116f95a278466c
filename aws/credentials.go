package aws

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"

	"keyturn/steps"
)

// credentialsOf marks the errors of a provider, so that having no credentials
// can be told from an answer of the service that was called.
func credentialsOf(provider awssdk.CredentialsProvider) awssdk.CredentialsProvider {
	if provider == nil {
		return nil
	}
	return markedCredentials{provider}
}

type markedCredentials struct{ awssdk.CredentialsProvider }

func (m markedCredentials) Retrieve(ctx context.Context) (awssdk.Credentials, error) {
	found, err := m.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return found, &credentialsError{err}
	}
	return found, nil
}

// credentialsError says that a call could not be signed.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// kind tells a session that has run out, or has yet to be signed in to, from
// credentials that never were.
func (e *credentialsError) kind() error {
	if errors.Is(e.err, fs.ErrNotExist) && strings.Contains(e.err.Error(), "SSO token") {
		return steps.ErrCredentialsExpired
	}
	if _, ok := errors.AsType[*ssocreds.InvalidTokenError](e.err); ok {
		return steps.ErrCredentialsExpired
	}
	if code := codeOf(e.err); code != "" && kinds[code] != nil {
		return kinds[code]
	}
	return steps.ErrNoCredentials
}
