package steps

import (
	"context"
	"time"

	"keyturn/steps/schedule"
)

// LabelCurrent, LabelPending and LabelPrevious are Secrets Manager's staging
// labels.
const (
	LabelCurrent  = "AWSCURRENT"
	LabelPending  = "AWSPENDING"
	LabelPrevious = "AWSPREVIOUS"
)

// SecretDescription is a secret as DescribeSecret tells it. Times are zero
// where AWS gives none.
type SecretDescription struct {
	ARN             string
	Name            string
	RotationEnabled bool
	FunctionARN     string
	Rotation        schedule.Rules // Days also where an expression is given
	LastRotated     time.Time
	NextRotation    time.Time
	DeletedAt       time.Time
	CreatedAt       time.Time
	Versions        map[string][]string // version id → staging labels
	Tags            []Tag
	// OwningService is the service that manages the secret, as "rds"; "" for
	// most.
	OwningService string
}

// SecretValue is one version's value as GetSecretValue returns it.
type SecretValue struct {
	ARN       string
	Name      string
	VersionID string
	Labels    []string
	JSON      Password // the whole secret string: it holds the password
}

// RotationRequest is what RotateSecret is given. Token becomes the new
// version's id.
type RotationRequest struct {
	SecretID    string
	FunctionARN string
	Rules       schedule.Rules
	Token       string
	// TestOnly has the function's testSecret run, on a version that is thrown
	// away, and leaves the first rotation to the schedule.
	TestOnly bool
}

// PasswordRules are GetRandomPassword's options that the steps use.
type PasswordRules struct {
	Length             int64
	ExcludeCharacters  string
	RequireEachType    bool
	ExcludePunctuation bool
}

// Secrets are the Secrets Manager calls that the steps make; one method is one
// call.
type Secrets interface {
	RandomPassword(ctx context.Context, rules PasswordRules) (Password, error)
	// CreateSecret is idempotent by token; it returns ErrAlreadyExists or
	// ErrScheduledForDeletion when the name is taken.
	CreateSecret(ctx context.Context, name, description string, value Password, token string, tags []Tag) (arn, versionID string, err error)
	PutSecretValue(ctx context.Context, id string, value Password, token string) (versionID string, err error)
	DescribeSecret(ctx context.Context, id string) (SecretDescription, error)
	// SecretsPage returns one page of the account's secrets whose names begin with
	// beginning, oldest first, and the token of the next, "" at the end
	// (ListSecrets, 100 a page), those too whose deletion is scheduled.
	SecretsPage(ctx context.Context, beginning, token string) (page []SecretDescription, next string, err error)
	// SecretValue reads the version with the label ("AWSCURRENT" if empty), or
	// the version of an id where versionID is given.
	SecretValue(ctx context.Context, id, versionID, label string) (SecretValue, error)
	// RotateSecret turns rotation on and starts a rotation, or a test of one.
	RotateSecret(ctx context.Context, request RotationRequest) error
	CancelRotation(ctx context.Context, id string) error
	// DeleteSecret schedules deletion in days days and returns when that is.
	DeleteSecret(ctx context.Context, id string, days int64) (time.Time, error)
	RestoreSecret(ctx context.Context, id string) error
}
