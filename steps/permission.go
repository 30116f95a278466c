package steps

import (
	"context"
	"strings"
)

// Permission is an IAM action that a step's calls need, also where a service
// makes the call in the caller's name. Steps list theirs beside the calls.
type Permission struct {
	Action string // "rds:CreateDBInstance"
	// Resources are ARNs, with * and ? for what is not known before; "*" alone
	// where the action knows no resources.
	Resources []string
	// Conditions are the values of condition keys (StringEquals):
	// "iam:PassedToService" → "lambda.amazonaws.com".
	Conditions map[string]string
	// Optional says that a run succeeds without it.
	Optional bool
	// Needed reports whether this account needs the action at all; nil means that
	// it does.
	Needed func(ctx context.Context, s Services) (bool, error)
	// Try asks the service itself, by a dry run, whether the action is allowed: it
	// returns nil or ErrAccessDenied; any other error says nothing. Nil for an
	// action without a dry run.
	Try func(ctx context.Context, s Services) error
}

// PermissionScope is the run that permissions are for: its account, id and
// answers.
type PermissionScope struct {
	Account *Account
	RunID   string // part of names; "*" stands for any run
	Setup   Setup
}

// Partition is the part of AWS that the account is in, from its caller's ARN.
func (p PermissionScope) Partition() string {
	if parts := strings.SplitN(p.Account.Caller, ":", 3); len(parts) == 3 && parts[1] != "" {
		return parts[1]
	}
	return "aws"
}

// ARN names a resource of the account in its region.
func (p PermissionScope) ARN(service, resource string) string {
	return strings.Join([]string{"arn", p.Partition(), service, p.Account.Region, p.Account.ID, resource}, ":")
}

// IAMARN names a role or another IAM resource, which has no region.
func (p PermissionScope) IAMARN(resource string) string {
	return strings.Join([]string{"arn", p.Partition(), "iam", "", p.Account.ID, resource}, ":")
}

// PermissionsFor returns a permission for each action, on the same resources.
func PermissionsFor(resources []string, actions ...string) []Permission {
	var all []Permission
	for _, action := range actions {
		all = append(all, Permission{Action: action, Resources: resources})
	}
	return all
}

// Decision is what IAM's simulation says.
type Decision string

// IAM's words for its three decisions.
const (
	DecisionAllowed      Decision = "allowed"
	DecisionImplicitDeny Decision = "implicitDeny"
	DecisionExplicitDeny Decision = "explicitDeny"
)

// SimulationResult is the simulation of one action. MissingKeys are condition
// keys that the answer depends on and that the simulation does not know.
// DeniedBy names what denies the action other than the caller's own policies ("a
// policy of the organization"), or is "".
type SimulationResult struct {
	Action      string
	Decision    Decision
	MissingKeys []string
	DeniedBy    string
}

// Permissions are the calls that tell what the caller may do; one method is one
// call, but for pages.
type Permissions interface {
	// Simulate asks IAM what the policies of a user or a role say
	// (SimulatePrincipalPolicy); keys are condition keys of the request.
	Simulate(ctx context.Context, principal string, actions, resources []string, keys map[string]string) ([]SimulationResult, error)
	// RoleARN returns a role's ARN with its path (GetRole); ErrNotFound.
	RoleARN(ctx context.Context, name string) (string, error)
	// The dry runs have EC2 check a call without making it: nil where it would be
	// made, ErrAccessDenied where not.
	DryRunCreateSecurityGroup(ctx context.Context, vpcID string) error
	DryRunOpenPort(ctx context.Context) error
	DryRunClosePort(ctx context.Context) error
	DryRunDeleteSecurityGroup(ctx context.Context) error
}
