package preflight_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
	"keyturn/steps/preflight"
)

// network is EC2 with some answers of its own.
type network struct {
	steps.Network
	vpc     error
	subnets []steps.Subnet
	named   []steps.SecurityGroup
}

func (n network) DefaultVPC(ctx context.Context) (string, error) {
	if n.vpc != nil {
		return "", n.vpc
	}
	return n.Network.DefaultVPC(ctx)
}

func (n network) Subnets(context.Context, string) ([]steps.Subnet, error) { return n.subnets, nil }

func (n network) SecurityGroupsByName(context.Context, string, string) ([]steps.SecurityGroup, error) {
	return n.named, nil
}

// databases is RDS with quotas of its own.
type databases struct {
	steps.DBInstances
	quotas []steps.Quota
}

func (d databases) Quotas(context.Context) ([]steps.Quota, error) { return d.quotas, nil }

// stacks are CloudFormation and the repository with some answers of their own.
type stacks struct {
	steps.RotationStacks
	application error
	stack       steps.Stack
}

func (s stacks) Application(ctx context.Context, arn string) (steps.Application, error) {
	if s.application != nil {
		return steps.Application{}, s.application
	}
	return s.RotationStacks.Application(ctx, arn)
}

func (s stacks) DescribeStack(ctx context.Context, id string) (steps.Stack, error) {
	if s.stack.ID != "" {
		return s.stack, nil
	}
	return s.RotationStacks.DescribeStack(ctx, id)
}

// functions are Lambda with one function.
type functions struct{ steps.Functions }

func (functions) Function(_ context.Context, name string) (steps.Function, error) {
	return steps.Function{Name: name}, nil
}

func TestObstaclesNameTheirRemedy(t *testing.T) {
	t.Parallel()
	subnets := []steps.Subnet{{ID: "subnet-1", Zone: "a"}, {ID: "subnet-2", Zone: "b"}}
	tests := map[string]struct {
		change func(*steps.Account)
		says   []string
	}{
		"no default VPC": {
			func(a *steps.Account) {
				a.Services.Network = network{Network: a.Services.Network, vpc: steps.ErrNoDefaultNetwork, subnets: subnets}
			},
			[]string{"no default network", "create-default-vpc", "--region"},
		},
		"subnets in one zone": {
			func(a *steps.Account) {
				a.Services.Network = network{Network: a.Services.Network, subnets: subnets[:1]}
			},
			[]string{"subnets in 1 Availability Zones, and RDS needs 2"},
		},
		"a security group of the name": {
			func(a *steps.Account) {
				a.Services.Network = network{Network: a.Services.Network, subnets: subnets, named: []steps.SecurityGroup{{Name: "keyturn-" + runID}}}
			},
			[]string{"already a security group named keyturn-" + runID},
		},
		"no room for an instance": {
			func(a *steps.Account) {
				a.Services.Databases = databases{a.Services.Databases, []steps.Quota{{Name: steps.QuotaDBInstances, Used: 40, Most: 40}}}
			},
			[]string{"no room for 1 more DB instances", "40 of it are used", "Service Quotas"},
		},
		"no room for its storage": {
			func(a *steps.Account) {
				a.Services.Databases = databases{a.Services.Databases, []steps.Quota{{Name: steps.QuotaStorage, Used: 90, Most: 100}}}
			},
			[]string{"no room for 20 more GiB", "--db-storage"},
		},
		"a region without the repository": {
			func(a *steps.Account) {
				a.Services.Stacks = stacks{RotationStacks: a.Services.Stacks, application: &steps.ServiceError{
					Service: "serverlessrepo", Operation: "GetApplication", Kind: steps.ErrEndpointUnreachable, Message: "no such host",
				}}
			},
			[]string{"not in every region", "--region"},
		},
		"a stack of the name": {
			func(a *steps.Account) {
				a.Services.Stacks = stacks{RotationStacks: a.Services.Stacks, stack: steps.Stack{ID: "arn:1", Name: "serverlessrepo-keyturn-" + runID, Status: "CREATE_COMPLETE"}}
			},
			[]string{"already a stack named serverlessrepo-keyturn-" + runID},
		},
		"a function of the name": {
			func(a *steps.Account) { a.Services.Functions = functions{a.Services.Functions} },
			[]string{"already a Lambda function named SecretsManagerKeyturn-3f1c", "--rotation-function-name"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, "")
			test.change(p.account)
			report := p.look(t)
			if len(report.Obstacles) != 1 || report.OK() || !report.WillFail() {
				t.Fatalf("in the way: %+v", report.Obstacles)
			}
			d := report.Obstacles[0]
			for _, text := range test.says {
				if !strings.Contains(d.What+" "+d.Why+" "+d.Fix, text) {
					t.Errorf("%+v does not say %q", d, text)
				}
			}
		})
	}
}

func TestSecretScheduledForDeletionIsInTheWay(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	secrets := p.account.Services.Secrets
	if _, _, err := secrets.CreateSecret(t.Context(), "MyTestDatabaseMasterSecret", "", steps.NewPassword("{}"), "00000001-0000-4000-8000-000000000000", nil); err != nil {
		t.Fatal(err)
	}
	if report := p.look(t); len(report.Obstacles) != 1 || report.Obstacles[0].ID != "name-taken" {
		t.Errorf("a secret of the name: %+v", report.Obstacles)
	}
	if _, err := secrets.DeleteSecret(t.Context(), "MyTestDatabaseMasterSecret", 7); err != nil {
		t.Fatal(err)
	}
	if report := p.look(t); len(report.Obstacles) != 1 || report.Obstacles[0].ID != "secret-scheduled-for-deletion" {
		t.Errorf("a secret that waits for its deletion: %+v", report.Obstacles)
	}
}

// said are Permissions that answer what they are told.
type said struct {
	role      string
	roleErr   error
	simulate  error
	answer    steps.SimulationResult
	principal *string
}

func (s said) Simulate(_ context.Context, principal string, actions, _ []string, _ map[string]string) ([]steps.SimulationResult, error) {
	*s.principal = principal
	var all []steps.SimulationResult
	for _, action := range actions {
		answer := s.answer
		answer.Action = action
		all = append(all, answer)
	}
	return all, s.simulate
}

func (s said) RoleARN(context.Context, string) (string, error) { return s.role, s.roleErr }

func (s said) DryRunCreateSecurityGroup(context.Context, string) error { return steps.ErrNotAWS }
func (s said) DryRunOpenPort(context.Context) error                    { return steps.ErrNotAWS }
func (s said) DryRunClosePort(context.Context) error                   { return steps.ErrNotAWS }
func (s said) DryRunDeleteSecurityGroup(context.Context) error         { return steps.ErrNotAWS }

func TestSimulatedPrincipal(t *testing.T) {
	t.Parallel()
	const session = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123/ann"
	const role = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123"
	denied := &steps.ServiceError{Service: "iam", Operation: "GetRole", Kind: steps.ErrAccessDenied}
	allowed := steps.SimulationResult{Decision: steps.DecisionAllowed}
	tests := map[string]struct {
		caller    string
		said      said
		principal string
		verdict   preflight.Verdict
		why       string
	}{
		"a user":                           {"arn:aws:iam::123456789012:user/dev/ann", said{answer: allowed}, "arn:aws:iam::123456789012:user/dev/ann", preflight.Allowed, ""},
		"a session of IAM Identity Center": {session, said{role: role, answer: allowed}, role, preflight.Allowed, ""},
		"a session whose role may not be looked up": {session, said{roleErr: denied, answer: allowed}, "arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_0123", preflight.Allowed, ""},
		"a session whose role has a path that is not known": {
			session,
			said{roleErr: denied, simulate: &steps.ServiceError{Kind: steps.ErrNotFound}},
			"arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_0123", preflight.Unknown, "A role's path is not part of the ARN of its session",
		},
		"a partition of its own": {
			"arn:aws-cn:sts::123456789012:assumed-role/Dev/ann",
			said{roleErr: denied, answer: allowed},
			"arn:aws-cn:iam::123456789012:role/Dev", preflight.Allowed, "",
		},
		"the root user":        {"arn:aws:iam::123456789012:root", said{}, "", preflight.Unknown, "root user"},
		"a federated user":     {"arn:aws:sts::123456789012:federated-user/ann", said{}, "", preflight.Unknown, "not federated-user"},
		"no right to simulate": {"arn:aws:iam::123456789012:user/ann", said{simulate: &steps.ServiceError{Kind: steps.ErrAccessDenied}}, "arn:aws:iam::123456789012:user/ann", preflight.Unknown, "you may not do iam:SimulatePrincipalPolicy"},
		"an answer that depends on what nobody knows": {
			"arn:aws:iam::123456789012:user/ann",
			said{answer: steps.SimulationResult{Decision: steps.DecisionImplicitDeny, MissingKeys: []string{"aws:MultiFactorAuthPresent"}}},
			"arn:aws:iam::123456789012:user/ann", preflight.Unknown, "aws:MultiFactorAuthPresent",
		},
		"an organization that does not allow it": {
			"arn:aws:iam::123456789012:user/ann",
			said{answer: steps.SimulationResult{Decision: steps.DecisionExplicitDeny, DeniedBy: "a policy of the organization"}},
			"arn:aws:iam::123456789012:user/ann", preflight.Denied, "a policy of the organization does not allow it",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, "")
			asked := ""
			test.said.principal = &asked
			p.account.Caller, p.account.Services.Permissions = test.caller, test.said
			report := p.look(t)
			if asked != test.principal {
				t.Errorf("simulated %q", asked)
			}
			for _, f := range report.Findings {
				if f.Action == "rds:CreateDBInstance" && (f.Verdict != test.verdict || !strings.Contains(f.Why, test.why)) {
					t.Errorf("%+v", f)
				}
			}
			if test.verdict == preflight.Unknown && (!report.OK() || report.WillFail()) {
				t.Error("what is unknown stops")
			}
		})
	}
}

func TestImplicitDenyIsNotCertain(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	asked := ""
	p.account.Services.Permissions = said{principal: &asked, answer: steps.SimulationResult{Decision: steps.DecisionImplicitDeny}}
	if report := p.look(t); report.OK() || report.WillFail() {
		t.Errorf("OK %v, doomed %v", report.OK(), report.WillFail())
	}
}

func TestPreflightReturnsContextError(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := preflight.Run(ctx, p.options()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Whoever insists on the repository is told where it lacks the function;
// otherwise AWS's transform takes its place.
func TestUnpublishedApplicationIsObstacleForSAROnly(t *testing.T) {
	t.Parallel()
	for from, obstacles := range map[steps.FunctionSource]int{steps.FunctionSAR: 1, steps.FunctionAuto: 0} {
		p := open(t, "")
		p.account.Services.Stacks = stacks{RotationStacks: p.account.Services.Stacks, application: &steps.ServiceError{
			Service: "serverlessrepo", Operation: "GetApplication", Code: "NotFoundException", Kind: steps.ErrNotFound, Message: "not there",
		}}
		options := p.options()
		options.Setup.FunctionFrom = from
		report, err := preflight.Run(t.Context(), options)
		if err != nil || len(report.Obstacles) != obstacles {
			t.Errorf("from %s: %+v, %v", from, report.Obstacles, err)
		}
	}
}

func TestRDSRoleIsNeededOnlyWhereMissing(t *testing.T) {
	t.Parallel()
	const action = "iam:CreateServiceLinkedRole"
	refused := &steps.ServiceError{Service: "iam", Operation: "GetRole", Kind: steps.ErrAccessDenied}
	explicit := steps.SimulationResult{Decision: steps.DecisionExplicitDeny}
	tests := map[string]struct {
		role    string
		roleErr error
		used    int64
		want    preflight.Verdict // "" is not asked about
	}{
		"the role is there":                          {role: "arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"},
		"the role is not there":                      {roleErr: steps.ErrNotFound, want: preflight.Denied},
		"who may not look, where an instance is":     {roleErr: refused, used: 1},
		"who may not look, where no instance is yet": {roleErr: refused, want: preflight.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, "")
			asked := ""
			p.account.Services.Permissions = said{role: test.role, roleErr: test.roleErr, answer: explicit, principal: &asked}
			p.account.Services.Databases = databases{p.account.Services.Databases, []steps.Quota{{Name: steps.QuotaDBInstances, Used: test.used, Most: 40}}}
			got := preflight.Verdict("")
			for _, f := range p.look(t).Findings {
				if f.Action == action {
					got = f.Verdict
				}
			}
			if got != test.want {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestRDSRoleIsNotNeededAfterFirstInstance(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	if err := walk(t.Context(), p.begin(), never); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.look(t).Findings {
		if f.Action == "iam:CreateServiceLinkedRole" {
			t.Errorf("asked about again: %+v", f)
		}
	}
}
