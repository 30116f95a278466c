package steps

import "context"

// Function is a Lambda function as GetFunctionConfiguration tells it.
type Function struct {
	ARN              string
	Name             string
	Runtime          string
	State            string // Active, Pending, Inactive, Failed
	StateReason      string
	LastUpdateStatus string // Successful, InProgress, Failed
	Timeout          int32  // in seconds
	VPCID            string // "" outside any VPC
	SubnetIDs        []string
	GroupIDs         []string
}

// Functions are the Lambda calls that the steps make; one method is one call.
type Functions interface {
	// Function returns ErrNotFound if there is none.
	Function(ctx context.Context, arn string) (Function, error)
	// Invokers are the services that the function's policy lets invoke it, with
	// the conditions that it sets (GetPolicy); none where it has no policy.
	Invokers(ctx context.Context, arn string) ([]Invoker, error)
	// LeaveVPC moves the function out of its VPC.
	LeaveVPC(ctx context.Context, arn string) error
	// AllowInvoking lets a service invoke the function for an account's resources.
	AllowInvoking(ctx context.Context, arn, service, accountID string) error
}

// Invoker is a service that may invoke a function. Accounts and Sources are
// the account ids and ARN patterns that the policy limits it to, nil for any.
type Invoker struct {
	Service  string // "secretsmanager.amazonaws.com", or "*"
	Accounts []string
	Sources  []string
}
