package preflight

import (
	"bytes"
	"context"
	"encoding/json"

	"keyturn/steps"
)

// Policy is the least-privilege policy as JSON: what the steps need, and what
// preflight itself calls. Its run id is a wildcard, so that it fits every run.
func Policy(ctx context.Context, o Options) ([]byte, error) {
	setup := o.Setup
	if setup.FunctionName == steps.Defaults(o.RunID).FunctionName {
		setup.FunctionName = steps.Defaults(anyRun).FunctionName
	}
	path := steps.PermissionScope{Account: o.Account, RunID: anyRun, Setup: setup}
	needs := mergeByAction(append(permissionsOf(path, o.steps()), ownPermissions(ctx, path)...))
	document := policyDocument{Version: "2012-10-17"}
	for _, g := range groupByResources(needs) {
		s := policyStatement{Effect: "Allow", Action: g.actions, Resource: g.resources}
		if len(g.conditions) > 0 {
			s.Condition = map[string]map[string]string{"StringEquals": g.conditions}
		}
		document.Statement = append(document.Statement, s)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(document)
	return text.Bytes(), err
}

// anyRun stands for the run's id in a policy.
const anyRun = "*"

type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string]string `json:",omitempty"`
}

// ownPermissions are for the calls that preflight, and opening the account
// before it, make in addition to those of the steps. A run does not need them.
func ownPermissions(ctx context.Context, path steps.PermissionScope) []steps.Permission {
	needs := steps.PermissionsFor([]string{"*"}, "iam:ListAccountAliases")
	if path.Setup.DBExisting == "" {
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeSubnets", "rds:DescribeAccountAttributes")...)
		needs = append(needs, steps.PermissionsFor([]string{path.IAMARN("role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS")}, "iam:GetRole")...)
	}
	if path.Setup.FunctionARN == "" {
		needs = append(needs, steps.PermissionsFor([]string{path.ARN("lambda", "function:"+path.Setup.FunctionName)}, "lambda:GetFunctionConfiguration")...)
	}
	if path.Account.Services.Permissions == nil {
		return needs
	}
	principal, _ := principalOf(ctx, path, path.Account.Services.Permissions)
	if principal == "" {
		return needs
	}
	needs = append(needs, steps.PermissionsFor([]string{principal}, "iam:SimulatePrincipalPolicy")...)
	if path.Account.Caller != principal {
		needs = append(needs, steps.PermissionsFor([]string{principal}, "iam:GetRole")...)
	}
	return needs
}
