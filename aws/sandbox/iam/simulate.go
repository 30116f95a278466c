package iam

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/wire"
)

// SimulatePrincipalPolicy evaluates the policies of a user or a role. It returns
// one result for each action, the most restrictive over the resources (API
// reference of EvaluationResult). It knows only the request's condition keys and
// lists others that statements need as missing.
func (s *Service) SimulatePrincipalPolicy(_ context.Context, in *iam.SimulatePrincipalPolicyInput) (*iam.SimulatePrincipalPolicyOutput, error) {
	if len(in.ActionNames) == 0 {
		return nil, validationError("actionNames", "Member must not be null")
	}
	if len(in.PolicyInputList) > 0 || in.ResourcePolicy != nil || len(in.PermissionsBoundaryPolicyInputList) > 0 {
		return nil, wire.Errorf("InvalidInput", "The sandbox simulates the policies that are attached, no others.")
	}
	s.mu.Lock()
	rights, err := s.permissionsOf(aws.ToString(in.PolicySourceArn))
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	for _, e := range in.ContextEntries {
		known[aws.ToString(e.ContextKeyName)] = strings.Join(e.ContextKeyValues, ",")
	}
	resources := in.ResourceArns
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	var all []types.EvaluationResult
	for _, action := range in.ActionNames {
		all = append(all, simulateAction(rights, action, resources, known))
	}
	page, next, err := page(all, in.Marker, in.MaxItems)
	return &iam.SimulatePrincipalPolicyOutput{EvaluationResults: page, Marker: next, IsTruncated: next != nil}, err
}

// permissionsOf compiles the policies of a user or a role. The caller holds the
// lock.
func (s *Service) permissionsOf(arn string) (*permissions, error) {
	kind, name, _ := strings.Cut(strings.TrimPrefix(arn, s.arn("")), "/")
	switch kind {
	case "user":
		u, err := s.findUser(aws.String(lastSegment(name)))
		if err != nil {
			return nil, err
		}
		return u.permissions.Load(), nil
	case "role":
		for _, r := range s.roles {
			if r.arn == arn {
				return compilePolicies(s.documents(r.attached, r.inline)), nil
			}
		}
		return nil, noEntity("The role with name %s cannot be found.", lastSegment(name))
	}
	return nil, wire.Errorf("InvalidInput", "Invalid Entity Arn: %s does not clearly define entity type and name.", arn)
}

var decisionNames = map[wire.Decision]types.PolicyEvaluationDecisionType{
	wire.Allowed:          types.PolicyEvaluationDecisionTypeAllowed,
	wire.ImplicitlyDenied: types.PolicyEvaluationDecisionTypeImplicitDeny,
	wire.ExplicitlyDenied: types.PolicyEvaluationDecisionTypeExplicitDeny,
}

func simulateAction(r *permissions, action string, resources []string, known map[string]string) types.EvaluationResult {
	worst := wire.Allowed
	lacking := map[string]bool{}
	out := types.EvaluationResult{EvalActionName: &action, EvalResourceName: &resources[0]}
	for _, resource := range resources {
		decision, missing := r.decide(action, resource, known)
		worst = max(worst, decision)
		for _, key := range missing {
			lacking[key] = true
		}
		out.ResourceSpecificResults = append(out.ResourceSpecificResults, types.ResourceSpecificResult{
			EvalResourceName: &resource, EvalResourceDecision: decisionNames[decision], MissingContextValues: missing,
		})
	}
	out.EvalDecision, out.MissingContextValues = decisionNames[worst], slices.Sorted(maps.Keys(lacking))
	return out
}
