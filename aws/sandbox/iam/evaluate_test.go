package iam_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/wire"
)

const ann = "arn:aws:iam::123456789012:user/ann"

// newServiceWithPolicy returns an account whose user ann has a policy of these
// statements.
func newServiceWithPolicy(t *testing.T, statements string) *iam.Service {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	t.Cleanup(c.Close)
	s := iam.New(c)
	check(t, s.AddUser("ann", `{"Version":"2012-10-17","Statement":[`+statements+`]}`))
	return s
}

func simulate(t *testing.T, s *iam.Service, in *api.SimulatePrincipalPolicyInput) types.EvaluationResult {
	t.Helper()
	in.PolicySourceArn = aws.String(ann)
	out, err := s.SimulatePrincipalPolicy(t.Context(), in)
	check(t, err)
	if len(out.EvaluationResults) != len(in.ActionNames) {
		t.Fatalf("%d results for %d actions", len(out.EvaluationResults), len(in.ActionNames))
	}
	return out.EvaluationResults[0]
}

func TestPolicyEvaluation(t *testing.T) {
	t.Parallel()
	const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:mine-AbCdEf"
	tests := map[string]struct {
		statements, action, resource string
		want                         types.PolicyEvaluationDecisionType
		missing                      string
	}{
		"nothing is allowed by default": {`{"Effect":"Allow","Action":"rds:*","Resource":"*"}`, "ec2:DescribeVpcs", "*", "implicitDeny", ""},
		"an action by its pattern, whatever its case": {
			`{"Effect":"Allow","Action":"RDS:describe*","Resource":"*"}`, "rds:DescribeDBInstances", "*", "allowed", "",
		},
		"a resource by its pattern": {
			`{"Effect":"Allow","Action":"secretsmanager:*","Resource":"arn:aws:secretsmanager:*:*:secret:mine-??????"}`, "secretsmanager:GetSecretValue", secret, "allowed", "",
		},
		"a pattern asked for is itself": {
			`{"Effect":"Allow","Action":"secretsmanager:*","Resource":"arn:aws:secretsmanager:*:*:secret:mine-??????"}`, "secretsmanager:GetSecretValue",
			"arn:aws:secretsmanager:us-east-1:123456789012:secret:mine-??????", "allowed", "",
		},
		"another resource": {`{"Effect":"Allow","Action":"secretsmanager:*","Resource":"` + secret + `"}`, "secretsmanager:GetSecretValue", secret + "x", "implicitDeny", ""},
		"a deny beats an allow": {
			`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:Create*","Resource":"*"}`, "iam:CreateRole", "*", "explicitDeny", "",
		},
		"everything but": {
			`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`, "iam:CreateRole", "*", "implicitDeny", "",
		},
		"every resource but": {
			`{"Effect":"Allow","Action":"*","NotResource":"` + secret + `"}`, "secretsmanager:GetSecretValue", secret, "implicitDeny", "",
		},
		"a condition whose key is not known": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":true}}}`, "rds:CreateDBInstance", "*", "implicitDeny", "aws:MultiFactorAuthPresent",
		},
		"a deny unless a key is there": {
			`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}`,
			"rds:CreateDBInstance", "*", "explicitDeny", "aws:MultiFactorAuthPresent",
		},
		"a condition that holds": {
			`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:passedtoservice":["lambda.amazonaws.com"]}}}`, "iam:PassRole", "*", "allowed", "",
		},
		"a condition that does not": {
			`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringNotLike":{"iam:PassedToService":"lambda.*"}}}`, "iam:PassRole", "*", "implicitDeny", "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := simulate(t, newServiceWithPolicy(t, test.statements), &api.SimulatePrincipalPolicyInput{
				ActionNames: []string{test.action}, ResourceArns: []string{test.resource},
				ContextEntries: []types.ContextEntry{{ContextKeyName: aws.String("iam:PassedToService"), ContextKeyValues: []string{"lambda.amazonaws.com"}}},
			})
			if got.EvalDecision != test.want || strings.Join(got.MissingContextValues, " ") != test.missing {
				t.Errorf("%s, missing %v", got.EvalDecision, got.MissingContextValues)
			}
		})
	}
}

func TestSimulationReturnsTheStrictestDecision(t *testing.T) {
	t.Parallel()
	s := newServiceWithPolicy(t, `{"Effect":"Allow","Action":"*","Resource":"arn:aws:rds:us-east-1:123456789012:db:mine"}`)
	got := simulate(t, s, &api.SimulatePrincipalPolicyInput{ActionNames: []string{"rds:DeleteDBInstance", "rds:ModifyDBInstance"}, ResourceArns: []string{
		"arn:aws:rds:us-east-1:123456789012:db:mine", "arn:aws:rds:us-east-1:123456789012:db:other",
	}})
	if got.EvalDecision != "implicitDeny" || len(got.ResourceSpecificResults) != 2 || got.ResourceSpecificResults[0].EvalResourceDecision != "allowed" {
		t.Errorf("%+v", got)
	}
}

func TestSimulationRejectsOtherPrincipals(t *testing.T) {
	t.Parallel()
	s := newService(t)
	role := "arn:aws:iam::123456789012:role/rotation"
	if _, err := s.SimulatePrincipalPolicy(t.Context(), &api.SimulatePrincipalPolicyInput{PolicySourceArn: &role, ActionNames: []string{"sts:GetCallerIdentity"}}); err != nil {
		t.Errorf("a role: %v", err)
	}
	for arn, text := range map[string]string{
		"arn:aws:sts::123456789012:assumed-role/rotation/s": "InvalidInput: Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/rotation/s does not clearly define entity type and name.",
		"arn:aws:iam::123456789012:root":                    "does not clearly define entity type and name.",
		"arn:aws:iam::123456789012:user/nobody":             "NoSuchEntity: The user with name nobody cannot be found.",
		"arn:aws:iam::123456789012:role/path/rotation":      "NoSuchEntity: The role with name rotation cannot be found.",
	} {
		_, err := s.SimulatePrincipalPolicy(t.Context(), &api.SimulatePrincipalPolicyInput{PolicySourceArn: &arn, ActionNames: []string{"rds:CreateDBInstance"}})
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", arn, err)
		}
	}
}

func TestUserPolicies(t *testing.T) {
	t.Parallel()
	s := newServiceWithPolicy(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	guard, user, name := s.Authorizer("ann"), aws.String("ann"), aws.String("more")
	if !guard.Unlimited() {
		t.Error("who may do everything is limited")
	}
	_, err := s.PutUserPolicy(t.Context(), &api.PutUserPolicyInput{UserName: user, PolicyName: name, PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}`)})
	check(t, err)
	if guard.Unlimited() || guard.Decide(wire.Access{Action: "iam:GetRole", Resource: "*"}) != wire.ExplicitlyDenied {
		t.Error("a policy does not hold at once")
	}
	listed, err := s.ListUserPolicies(t.Context(), &api.ListUserPoliciesInput{UserName: user})
	check(t, err)
	if strings.Join(listed.PolicyNames, " ") != "keyturn more" {
		t.Errorf("policies %v", listed.PolicyNames)
	}
	long := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"` + strings.Repeat("x", 2048) + `","Resource":"*"}}`
	if _, err := s.PutUserPolicy(t.Context(), &api.PutUserPolicyInput{UserName: user, PolicyName: name, PolicyDocument: &long}); err == nil || !strings.Contains(err.Error(), "Maximum policy size of 2048 bytes exceeded for user ann") {
		t.Errorf("a policy that is too long: %v", err)
	}
	_, err = s.DeleteUserPolicy(t.Context(), &api.DeleteUserPolicyInput{UserName: user, PolicyName: name})
	check(t, err)
	if !guard.Unlimited() {
		t.Error("a policy holds after it is deleted")
	}
}

func TestAttachedUserPolicies(t *testing.T) {
	t.Parallel()
	s := newServiceWithPolicy(t, `{"Effect":"Allow","Action":"sts:*","Resource":"*"}`)
	guard, user := s.Authorizer("ann"), aws.String("ann")
	readWrite := aws.String("arn:aws:iam::aws:policy/SecretsManagerReadWrite")
	_, err := s.AttachUserPolicy(t.Context(), &api.AttachUserPolicyInput{UserName: user, PolicyArn: readWrite})
	check(t, err)
	for action, want := range map[string]wire.Decision{
		"secretsmanager:RotateSecret": wire.Allowed, "cloudformation:ExecuteChangeSet": wire.Allowed, "iam:CreateRole": wire.ImplicitlyDenied,
	} {
		if got := guard.Decide(wire.Access{Action: action, Resource: "*"}); got != want {
			t.Errorf("%s: %v", action, got)
		}
	}
	function := wire.Access{Action: "lambda:CreateFunction", Resource: "arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerX"}
	if guard.Decide(function) != wire.Allowed {
		t.Error("SecretsManagerReadWrite covers functions that begin with SecretsManager")
	}
	_, err = s.DetachUserPolicy(t.Context(), &api.DetachUserPolicyInput{UserName: user, PolicyArn: readWrite})
	check(t, err)
	if guard.Decide(function) == wire.Allowed {
		t.Error("a policy that was detached holds")
	}
	if _, err := s.AttachUserPolicy(t.Context(), &api.AttachUserPolicyInput{UserName: user, PolicyArn: aws.String("arn:aws:iam::aws:policy/Nonsense")}); err == nil {
		t.Error("a policy that does not exist was attached")
	}
}

func TestCustomerManagedPolicies(t *testing.T) {
	t.Parallel()
	s := newServiceWithPolicy(t, `{"Effect":"Allow","Action":"sts:*","Resource":"*"}`)
	guard, user := s.Authorizer("ann"), aws.String("ann")
	made, err := s.CreatePolicy(t.Context(), &api.CreatePolicyInput{PolicyName: aws.String("least"), PolicyDocument: aws.String(permissions)})
	check(t, err)
	if arn := *made.Policy.Arn; arn != "arn:aws:iam::123456789012:policy/least" {
		t.Errorf("ARN %s", arn)
	}
	_, err = s.AttachUserPolicy(t.Context(), &api.AttachUserPolicyInput{UserName: user, PolicyArn: made.Policy.Arn})
	check(t, err)
	if guard.Decide(wire.Access{Action: "logs:FilterLogEvents", Resource: "*"}) != wire.Allowed {
		t.Error("it does not hold")
	}
	if _, err := s.DeletePolicy(t.Context(), &api.DeletePolicyInput{PolicyArn: made.Policy.Arn}); err == nil {
		t.Error("a policy was deleted that is attached")
	}
	_, err = s.DetachUserPolicy(t.Context(), &api.DetachUserPolicyInput{UserName: user, PolicyArn: made.Policy.Arn})
	check(t, err)
	_, err = s.DeletePolicy(t.Context(), &api.DeletePolicyInput{PolicyArn: made.Policy.Arn})
	check(t, err)
}
