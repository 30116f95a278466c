package steps

import (
	"context"
	"time"

	"keyturn/steps/schedule"
)

// RotationStackSpec is what the rotation function and its stack are given.
type RotationStackSpec struct {
	ApplicationARN string // of the repository's application
	StackName      string // the repository prefixes it with "serverlessrepo-"
	FunctionName   string // starts with "SecretsManager": the managed policy covers no other
	SecretsURL     string // the Secrets Manager endpoint that the repository's function calls
	SubnetIDs      []string
	GroupIDs       []string // security groups; with SubnetIDs, for a function in a VPC
	Tags           []Tag

	// The transform's stack turns rotation on by itself.
	SecretARN string
	Rules     schedule.Rules
	TestOnly  bool
}

// Application is a SAR application as GetApplication tells it.
type Application struct {
	ARN          string
	Version      string
	Capabilities []string
	Parameters   []string
}

// ChangeSet is a CloudFormation change set.
type ChangeSet struct {
	ID      string
	StackID string
	Status  string // CREATE_COMPLETE, FAILED, …
	Reason  string
}

// Stack is a CloudFormation stack with its outputs.
type Stack struct {
	ID      string
	Name    string
	Status  string
	Reason  string
	Outputs map[string]string
	// CreatedAt, Tags and Nested, a stack within another, are for a list of stacks.
	CreatedAt time.Time
	Tags      []Tag
	Nested    bool
}

// StackEvent is one line of a stack's history.
type StackEvent struct {
	At       time.Time
	Resource string
	Kind     string
	Status   string
	Reason   string
}

// RotationStacks are the calls that make the rotation function; one method is
// one call.
type RotationStacks interface {
	// HasRepository, ApplicationARN and SecretsURL are facts of the region, no
	// calls. HasRepository is false where AWS has no Serverless Application
	// Repository.
	HasRepository() bool
	ApplicationARN() string
	SecretsURL() string

	Application(ctx context.Context, arn string) (Application, error)
	CreateChangeSet(ctx context.Context, spec RotationStackSpec, capabilities []string) (ChangeSet, error)
	// CreateTransformChangeSet prepares a stack by AWS's transform
	// AWS::SecretsManager-2024-09-16 (cloudformation CreateChangeSet).
	CreateTransformChangeSet(ctx context.Context, spec RotationStackSpec, token string) (ChangeSet, error)
	// DescribeChangeSet takes a change set by its name or its ARN.
	DescribeChangeSet(ctx context.Context, stack, set string) (ChangeSet, error)
	ExecuteChangeSet(ctx context.Context, id, token string) error
	// DescribeStack returns ErrNotFound once the stack is gone (by name), or a
	// DELETE_COMPLETE status (by id).
	DescribeStack(ctx context.Context, id string) (Stack, error)
	// StacksPage returns one page of the account's stacks that are not deleted, and
	// the token of the next, "" at the end (DescribeStacks).
	StacksPage(ctx context.Context, token string) (page []Stack, next string, err error)
	StackEvents(ctx context.Context, id string) ([]StackEvent, error)
	// StackFunction returns the rotation function's name (DescribeStackResource).
	StackFunction(ctx context.Context, stackID string) (string, error)
	DeleteStack(ctx context.Context, id, token string) error
}
