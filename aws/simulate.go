package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/steps"
)

type simulationAPI interface {
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	SimulatePrincipalPolicy(context.Context, *iam.SimulatePrincipalPolicyInput, ...func(*iam.Options)) (*iam.SimulatePrincipalPolicyOutput, error)
}

// permissions are the steps' Permissions; ec2_dryrun.go has the dry runs.
type permissions struct {
	iam simulationAPI
	ec2 ec2API
}

var _ steps.Permissions = permissions{}

// Simulate returns one decision an action. IAM answers one result an action, the
// most restrictive over all resources (API reference of EvaluationResult). Where
// there is one a resource, as in earlier versions, the most restrictive counts.
func (p permissions) Simulate(
	ctx context.Context, principal string, actions, resources []string, keys map[string]string,
) ([]steps.SimulationResult, error) {
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &principal, ActionNames: actions, ResourceArns: resources}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		in.ContextEntries = append(in.ContextEntries, types.ContextEntry{
			ContextKeyName: awssdk.String(key), ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{keys[key]},
		})
	}
	worst := map[string]steps.SimulationResult{}
	for {
		out, err := call(ctx, p.iam.SimulatePrincipalPolicy, in)
		if err != nil {
			return nil, err
		}
		for _, result := range out.EvaluationResults {
			result := toSimulated(result)
			if known, ok := worst[result.Action]; !ok || severity[result.Decision] > severity[known.Decision] {
				worst[result.Action] = result
			}
		}
		if awssdk.ToString(out.Marker) == "" {
			break
		}
		in.Marker = out.Marker
	}
	var all []steps.SimulationResult
	for _, action := range actions {
		if s, ok := worst[action]; ok {
			all = append(all, s)
		}
	}
	return all, nil
}

var severity = map[steps.Decision]int{steps.DecisionAllowed: 0, steps.DecisionImplicitDeny: 1, steps.DecisionExplicitDeny: 2}

func toSimulated(r types.EvaluationResult) steps.SimulationResult {
	s := steps.SimulationResult{Action: awssdk.ToString(r.EvalActionName), Decision: steps.Decision(r.EvalDecision), MissingKeys: r.MissingContextValues}
	switch {
	case r.OrganizationsDecisionDetail != nil && !r.OrganizationsDecisionDetail.AllowedByOrganizations:
		s.DeniedBy = "a policy of the organization"
	case r.PermissionsBoundaryDecisionDetail != nil && !r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary:
		s.DeniedBy = "the permissions boundary"
	}
	return s
}

func (p permissions) RoleARN(ctx context.Context, name string) (string, error) {
	out, err := call(ctx, p.iam.GetRole, &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		return "", err
	}
	if out.Role == nil {
		return "", fmt.Errorf("role %s: %w", name, steps.ErrNotFound)
	}
	return awssdk.ToString(out.Role.Arn), nil
}
