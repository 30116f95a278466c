package preflight_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keyturn/aws"
	"keyturn/aws/owner"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
	"keyturn/steps/preflight"
	"keyturn/steps/rotation"
)

const runID = "20261122-3f1c"

// place is an account in a sandbox, whose user is held to a policy.
type place struct {
	*sandbox.Sandbox
	account *steps.Account
	relay   *steps.Relay

	change func(*steps.Setup) // of the tutorial's answers, if not nil

	mu     sync.Mutex
	events []steps.Event
}

func (p *place) setup() steps.Setup {
	s := steps.Defaults(runID)
	if p.change != nil {
		p.change(&s)
	}
	return s
}

func open(t *testing.T, policy string) *place {
	t.Helper()
	served, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant, UserPolicy: policy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	p := &place{Sandbox: served}
	p.relay = steps.NewRelay(func(e steps.Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.events = append(p.events, e)
	})
	session, err := aws.Open(t.Context(), aws.Options{
		Endpoint: served.URL(), Region: served.Region, AccessKeyID: served.AccessKeyID, SecretAccessKey: served.SecretAccessKey,
		Observe: p.relay.Emit,
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.account, err = session.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.account.Alias = session.Alias(t.Context())
	roots, err := db.RootsFrom(served.CAPEM())
	if err != nil {
		t.Fatal(err)
	}
	p.account.Kind, p.account.Services.MySQL = steps.AWS, db.Client{RootCAs: roots}
	p.account.Pace = steps.Pace{Database: time.Millisecond, Stack: time.Millisecond, Rotation: time.Millisecond}
	return p
}

func (p *place) options() preflight.Options {
	return preflight.Options{
		Account: p.account, RunID: runID, Setup: p.setup(), Acts: []steps.Act{rotation.Tutorial()}, Relay: p.relay,
	}
}

func (p *place) look(t *testing.T) preflight.Report {
	t.Helper()
	report, err := preflight.Run(t.Context(), p.options())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (p *place) begin() *steps.Run {
	return steps.NewRun(steps.RunOptions{
		ID: runID, Account: p.account, Setup: p.setup(), Clock: steps.SystemClock{}, Ledger: noLedger{}, Relay: p.relay,
	})
}

type noLedger struct{}

func (noLedger) Save(steps.Receipt) error { return nil }

// walk goes through the steps, tries a failed one again after repair, and
// returns the diagnoses met.
func walk(ctx context.Context, run *steps.Run, repair func(steps.Diagnosis) bool) error {
	for _, step := range rotation.Tutorial().Steps {
		for {
			_, err := run.Prepare(ctx, step)
			if err == nil {
				err = run.Execute(ctx, step)
			}
			if err == nil {
				break
			}
			failure, ok := errors.AsType[*steps.StepError](err)
			if !ok || !repair(failure.Diagnosis) {
				return err
			}
		}
	}
	finished, err := run.Finish(true)
	if err == nil && len(finished.Left) > 0 {
		return fmt.Errorf("left %v", finished.Left)
	}
	return err
}

func never(steps.Diagnosis) bool { return false }

func allBut(action string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":%q,"Resource":"*"}]}`, action)
}

func TestPreflightFindsAllAllowedInNewAccount(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	report := p.look(t)
	if !report.OK() || len(report.WithVerdict(preflight.Allowed)) != len(report.Findings) || len(report.Findings) < 30 {
		t.Errorf("%+v", report)
	}
	if report.Caller != "arn:aws:iam::123456789012:user/keyturn" || report.Account != "123456789012" || report.Region != "us-east-1" {
		t.Errorf("who and where: %+v", report)
	}
}

func TestPreflightChangesNothing(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	p.look(t)
	for _, call := range p.Calls() {
		changes := !slices.ContainsFunc([]string{"Get", "Describe", "List", "Simulate"}, func(verb string) bool { return strings.HasPrefix(call.Operation, verb) })
		if changes && call.Code != "DryRunOperation" {
			t.Errorf("%s %s answered %q", call.Service, call.Operation, call.Code)
		}
	}
	for _, e := range p.events {
		if done, ok := e.(steps.CallDone); ok && done.Call.Mutates {
			t.Errorf("a call that mutates: %s", done.Call.CLI)
		}
	}
}

// Everything that the path needs is denied in turn. The look tells; a run that
// begins all the same names the action; with the right, the run goes on.
func TestEachDenialIsPredictedDiagnosedAndRepaired(t *testing.T) {
	t.Parallel()
	p := open(t, "")
	for _, finding := range p.look(t).Findings {
		t.Run(finding.Action, func(t *testing.T) {
			t.Parallel()
			p := open(t, allBut(finding.Action))
			report := p.look(t)
			denied := report.WithVerdict(preflight.Denied)
			if len(denied) == 0 || !slices.ContainsFunc(denied, func(f preflight.Finding) bool { return f.Action == finding.Action && f.Certain }) {
				t.Fatalf("not predicted: denied %+v", denied)
			}
			if report.OK() || report.WillFail() == finding.Optional {
				t.Errorf("OK %v, doomed %v", report.OK(), report.WillFail())
			}
			met := 0
			err := walk(t.Context(), p.begin(), func(d steps.Diagnosis) bool {
				met++
				if !strings.Contains(d.What+" "+d.Why+" "+d.Fix, finding.Action) {
					t.Errorf("the diagnosis does not name it: %+v", d)
				}
				p.rightsBack(t)
				return met == 1
			})
			if err != nil {
				t.Errorf("after the grant: %v", err)
			}
			if met == 0 && !finding.Optional {
				t.Error("the run never needed it")
			}
		})
	}
}

// rightsBack takes the deny off the policy that the sandbox's user began with.
func (p *place) rightsBack(t *testing.T) {
	t.Helper()
	id, secret := p.RootKey()
	owner.New(t, p.URL(), p.Region, id, secret).GrantEverything("keyturn", "keyturn")
}

func TestPolicyIsWhatARunNeeds(t *testing.T) {
	t.Parallel()
	subnets, err := open(t, "").account.Services.Network.Subnets(t.Context(), "") // the same in every sandbox of an account
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*steps.Setup)
		unused []string // what only a run needs that finds more
	}{
		"in the public network": {func(*steps.Setup) {}, nil},
		"in a default VPC that the run makes": {func(s *steps.Setup) { s.CreateDefaultVPC = true }, []string{
			"ec2:CreateDefaultVpc", "ec2:DescribeInternetGateways", "ec2:DescribeNetworkInterfaces", "ec2:DeleteSubnet",
			"ec2:DetachInternetGateway", "ec2:DeleteInternetGateway", "ec2:DeleteVpc",
		}},
		"in the private network":      {func(s *steps.Setup) { s.Network = steps.NetworkPrivate }, []string{"ec2:DescribeRouteTables"}},
		"in subnets of one's own":     {func(s *steps.Setup) { s.SubnetIDs = subnets[0].ID + "," + subnets[1].ID }, nil},
		"beside an existing database": {existingDatabase, nil},
		"beside an existing database, in the private network": {func(s *steps.Setup) {
			existingDatabase(s)
			s.Network = steps.NetworkPrivate
		}, []string{"ec2:DescribeRouteTables"}},
		"with an existing secret":    {existingSecret, nil},
		"with an existing function":  {existingFunction, []string{"iam:GetRole"}}, // RDS's own role, which an account may lack
		"with existing things alone": {existingThings, nil},
		"with existing things alone, in the private network": {func(s *steps.Setup) {
			existingThings(s)
			s.Network = steps.NetworkPrivate
		}, []string{"ec2:DescribeRouteTables"}},
		"with existing things alone, none of them changed": {func(s *steps.Setup) {
			existingThings(s)
			s.DBExistingRule = steps.RuleNone
		}, []string{"ec2:DescribeSecurityGroupRules"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holdPolicy(t, tt.change, tt.unused)
		})
	}
}

// holdPolicy goes through a run with no more than its least policy, and wants
// every action of that used but those of unused.
func holdPolicy(t *testing.T, change func(*steps.Setup), unused []string) {
	t.Helper()
	options := open(t, "").options()
	change(&options.Setup)
	policy, err := preflight.Policy(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, string(policy))
	p.change = change
	p.makeExisting(t, options.Setup)
	if report := p.look(t); !report.OK() || len(report.WithVerdict(preflight.Unknown)) > 0 {
		t.Errorf("with the least policy: denied %+v, unknown %+v, in the way %+v", report.WithVerdict(preflight.Denied), report.WithVerdict(preflight.Unknown), report.Obstacles)
	}
	if err := walk(t.Context(), p.begin(), never); err != nil {
		t.Fatalf("with the least policy: %v\n%s", err, policy)
	}
	used := p.ActionsUsed()
	for _, action := range actionsOf(t, policy) {
		if !slices.Contains(used, action) && !slices.Contains(unused, action) {
			t.Errorf("the policy allows %s, which no run uses", action)
		}
	}
}

func existingDatabase(s *steps.Setup) {
	s.DBExisting, s.MasterPassword = "orders-db", steps.NewPassword("first-Password1")
}

func existingSecret(s *steps.Setup) { s.SecretExisting = "prod/orders/db" }

func existingFunction(s *steps.Setup) {
	s.FunctionARN = "arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerOurs"
}

func existingThings(s *steps.Setup) {
	existingDatabase(s)
	existingSecret(s)
	existingFunction(s)
}

// makeExisting makes, as the account's root, what a run finds.
func (p *place) makeExisting(t *testing.T, s steps.Setup) {
	t.Helper()
	key, secret := p.RootKey()
	session, err := aws.Open(t.Context(), aws.Options{Endpoint: p.URL(), Region: p.Region, AccessKeyID: key, SecretAccessKey: secret})
	if err != nil {
		t.Fatal(err)
	}
	services := session.Services()
	if s.DBExisting != "" {
		group := owner.Database(t, services, s.DBExisting, s.MasterPassword)
		if s.DBExistingRule == steps.RuleNone {
			owner.New(t, p.URL(), p.Region, key, secret).OpenPort(group, steps.Everybody, steps.MySQLPort)
		}
	}
	if s.SecretExisting != "" {
		owner.Secret(t, services, s.SecretExisting, `{"note": "of the shop"}`)
	}
	if s.FunctionARN != "" {
		var subnets, groups []string
		if s.Private() {
			vpc, group := owner.New(t, p.URL(), p.Region, key, secret).MakeSecurityGroup("functions")
			there, err := services.Network.Subnets(t.Context(), vpc)
			if err != nil {
				t.Fatal(err)
			}
			subnets, groups = []string{there[0].ID}, []string{group}
		}
		owner.Function(t, services, "SecretsManagerOurs", subnets, groups)
	}
}

func actionsOf(t *testing.T, policy []byte) []string {
	t.Helper()
	var document struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal(policy, &document); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range document.Statement {
		all = append(all, s.Action...)
	}
	return all
}
