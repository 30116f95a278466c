package rotation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/aws/owner"
	"keyturn/db"
	"keyturn/steps"
)

// withShortTimeout shortens the wait for a database that nobody here reaches.
func withShortTimeout(reachable bool) func(*steps.Services) {
	return func(s *steps.Services) {
		if client, is := s.MySQL.(db.Client); is && !reachable {
			client.Timeout = 100 * time.Millisecond
			s.MySQL = client
		}
	}
}

// withoutPublicAddress makes a database without a public address.
func withoutPublicAddress(spec *steps.DBInstanceSpec) { spec.PubliclyAccessible = false }

// installFunctionInVPC installs a rotation function in the default VPC, with a security
// group of its own, that a run only finds.
func installFunctionInVPC(t *testing.T, services steps.Services, admin *owner.Owner) string {
	t.Helper()
	vpc, group := admin.MakeSecurityGroup("functions")
	subnets := must(services.Network.Subnets(t.Context(), vpc))
	return owner.Function(t, services, "SecretsManagerOurs", []string{subnets[0].ID, subnets[1].ID}, []string{group})
}

func TestExistingDatabaseInThePrivateNetwork(t *testing.T) {
	t.Parallel()
	sources := map[string]func(t *testing.T, s *steps.Setup, services steps.Services, admin *owner.Owner){
		"AWS's function": func(*testing.T, *steps.Setup, steps.Services, *owner.Owner) {},
		"AWS's function by the transform": func(_ *testing.T, s *steps.Setup, _ steps.Services, _ *owner.Owner) {
			s.FunctionFrom = steps.FunctionTransform
		},
		"a function of the person's own": func(t *testing.T, s *steps.Setup, services steps.Services, admin *owner.Owner) {
			t.Helper()
			s.FunctionARN = installFunctionInVPC(t, services, admin)
		},
	}
	for source, choose := range sources {
		for _, public := range []bool{true, false} {
			for _, value := range []string{"", `{"username":"shop","password":"` + existingPassword + `"}`} {
				t.Run(fmt.Sprintf("%s, public address %t, secret there %t", source, public, value != ""), func(t *testing.T) {
					t.Parallel()
					run, served, recorded := newPrivateSandboxRun(t, withShortTimeout(public))
					admin := accountOwner(t, served)
					o := createExisting(t, run.Services(), func(spec *steps.DBInstanceSpec) { spec.PubliclyAccessible = public })
					setup := run.Setup()
					setup.DBExisting, setup.MasterPassword = o.database, o.password
					if value != "" {
						owner.Secret(t, run.Services(), o.secret, value)
						setup.SecretExisting, setup.MasterPassword = o.secret, steps.Password{}
					}
					choose(t, &setup, run.Services(), admin)
					run.Answer(setup)
					before := admin.Network()

					plan := runAllSteps(t, run, served)

					if after := admin.Network(); !slices.Equal(before, after) {
						t.Errorf("network before %v, after %v", before, after)
					}
					if finished, err := run.Finish(true); err != nil || len(finished.Left) > 0 {
						t.Errorf("left %v, error %v", finished.Left, err)
					}
					if value != "" {
						checkSecretKept(t, run.Services(), o.secret, value)
					}
					for _, call := range plan {
						if strings.Contains(call.Why, anywhere) || call.Operation == "ModifyDBInstance" {
							t.Errorf("planned %+v", call)
						}
					}
					names := recorded.checks()
					if signsIn := slices.Contains(names, "old-password-refused"); signsIn != public || public == slices.Contains(names, proofByFunction) {
						t.Errorf("with a public address %t, the checks are %v", public, names)
					}
					for _, name := range []string{"not-open-to-the-internet", "function-in-vpc", "endpoint-ready", "rule-revoked", "endpoint-deleted", "nothing-left"} {
						if !slices.Contains(names, name) {
							t.Errorf("%s is not proved", name)
						}
					}
				})
			}
		}
	}
}

// checks are the names of the checks that were proved, in order.
func (e *events) checks() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var names []string
	for _, event := range e.all {
		if c, is := event.(steps.Checked); is && c.Check.OK {
			names = append(names, c.Check.Name)
		}
	}
	return names
}

func TestPlanOfAnExistingDatabaseInThePrivateNetworkIsTwoRulesOfItsGroup(t *testing.T) {
	t.Parallel()
	run, _, _ := newPrivateSandboxRun(t)
	o := createExisting(t, run.Services())
	setup := run.Setup()
	setup.DBExisting, setup.MasterPassword = o.database, o.password
	run.Answer(setup)
	var said []string
	for _, id := range []steps.StepID{StepDatabase, StepSecret, StepRotate} {
		calls, err := run.Prepare(t.Context(), findStep(id))
		if err == nil && id != StepRotate {
			err = run.Execute(t.Context(), findStep(id))
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			if c.Service == "ec2" {
				said = append(said, c.Why)
			}
		}
	}
	want := []string{
		"open port 3306 to this machine (203.0.113.10/32) in " + o.group + " (orders), a security group of yours, until clean-up",
		"create a security group for this run",
		"let the function through to the database: open port 3306 of " + o.group + " (orders), a security group of yours, until clean-up",
		"open port 443 within the run's group",
		"make a private way from the VPC to Secrets Manager",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("want (-), planned (+):\n%s", diff)
	}
}

func TestGroupThatLetsTheFunctionsSubnetsInIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	run, served, _ := newPrivateSandboxRun(t, withShortTimeout(false))
	o := createExisting(t, run.Services(), withoutPublicAddress)
	_ = must(run.Services().Network.OpenPort(t.Context(), o.group, "172.31.0.0/16", 3306, nil))
	setup := run.Setup()
	setup.DBExisting, setup.MasterPassword, setup.DBExistingRule = o.database, o.password, steps.RuleNone
	run.Answer(setup)
	for _, call := range runAllSteps(t, run, served) {
		if strings.Contains(call.Why, o.group) {
			t.Errorf("planned %+v", call)
		}
	}
}

func TestPrivateNetworkRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(t *testing.T, s *steps.Setup, services steps.Services, o own)
		step   steps.StepID
		id     string
		says   string
	}{
		"a database without a public address, in the public network": {func(_ *testing.T, s *steps.Setup, _ steps.Services, o own) {
			s.DBExisting, s.Network = o.database, steps.NetworkPublic
		}, StepDatabase, "database-unsuitable", "--network private"},
		"no rule, and the function is not admitted": {func(_ *testing.T, s *steps.Setup, _ steps.Services, o own) {
			s.DBExisting, s.DBExistingRule = o.database, steps.RuleNone
		}, StepRotate, "database-unsuitable", "172.31.0.0/20"},
		"a function outside any VPC, beside a database that is there": {func(t *testing.T, s *steps.Setup, services steps.Services, o own) {
			t.Helper()
			s.DBExisting, s.FunctionARN = o.database, installFunction(t, services)
		}, StepRotate, "function-not-usable", "it runs outside any VPC"},
		"a function outside any VPC, beside a database that is made": {func(t *testing.T, s *steps.Setup, services steps.Services, _ own) {
			t.Helper()
			s.FunctionARN = installFunction(t, services)
		}, StepRotate, "function-not-usable", "it runs outside any VPC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, _ := newPrivateSandboxRun(t, withShortTimeout(false))
			o := createExisting(t, run.Services(), withoutPublicAddress)
			setup := run.Setup()
			setup.MasterPassword = o.password
			c.change(t, &setup, run.Services(), o)
			run.Answer(setup)
			before := len(changingCalls(served))
			obstacles := slices.Concat(findStep(StepDatabase).Preflight(t.Context(), run), findStep(StepRotate).Preflight(t.Context(), run))
			if len(obstacles) != 1 || len(changingCalls(served)) != before {
				t.Errorf("foreseen %v, changed %v", obstacles, changingCalls(served)[before:])
			}
			for _, id := range []steps.StepID{StepDatabase, StepSecret} {
				if id == c.step {
					break
				}
				mustExecute(t, run, id)
			}
			before = len(changingCalls(served))
			if d := diagnoseStep(t, run, c.step); d.ID != c.id || !strings.Contains(d.Why+d.Fix, c.says) {
				t.Errorf("%+v", d)
			}
			if got := changingCalls(served)[before:]; len(got) > 0 {
				t.Errorf("changed %v", got)
			}
		})
	}
}

func TestRuleThatSomebodyTookAwayIsMadeAgainAndRevoked(t *testing.T) {
	t.Parallel()
	run, served, recorded := newPrivateSandboxRun(t, withShortTimeout(false))
	admin := accountOwner(t, served)
	o := createExisting(t, run.Services(), withoutPublicAddress)
	setup := run.Setup()
	setup.DBExisting, setup.MasterPassword = o.database, o.password
	run.Answer(setup)
	before := admin.Network()
	taken := false
	recorded.on = func(e steps.Event) {
		if started, is := e.(steps.CallStarted); is && started.Call.Operation == "RotateSecret" && !taken {
			taken = true
			admin.ClosePortToGroups(steps.MySQLPort)
		}
	}
	mustExecute(t, run, StepDatabase, StepSecret, StepValidate)
	d := diagnoseStep(t, run, StepRotate)
	if d.ID != "function-cannot-reach-database" || len(d.Remedies) != 1 || !strings.Contains(d.Why, o.group) {
		t.Fatalf("%+v", d)
	}
	if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
		t.Fatal(err)
	}
	mustExecute(t, run, StepRotate, StepVerify, StepCleanup)
	if after := admin.Network(); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

// Whatever call a run ends at, its clean-up takes away what it made and nothing
// else.
func TestInterruptedPrivateRunBesideAnExistingDatabaseLeavesNothing(t *testing.T) {
	t.Parallel()
	killed := errors.New("killed")
	calls := []string{
		"ec2 AuthorizeSecurityGroupIngress", "ec2 CreateSecurityGroup", "ec2 CreateVpcEndpoint",
		"serverlessrepo CreateCloudFormationChangeSet", "cloudformation ExecuteChangeSet", "secretsmanager RotateSecret",
	}
	for _, call := range calls {
		t.Run("the answer to "+call+" is lost", func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS()
			fake.addDatabase()
			run := newPrivateRun(fake, func(s *steps.Setup) {
				s.DBExisting, s.MasterPassword = "orders-db", steps.NewPassword(existingPassword)
			})
			fake.loseAnswer[call] = killed
			if call == "cloudformation ExecuteChangeSet" || call == "secretsmanager RotateSecret" {
				fake.failWith[call] = killed
			}
			if err := run.do(t.Context(), allSteps[:5]...); err == nil {
				t.Fatal("the run went on")
			}
			clear(fake.loseAnswer)
			clear(fake.failWith)
			again := run.resumed()
			again.must(t, StepCleanup)
			if left := again.Receipt().Left(); len(left) > 0 || len(fake.groups) != 1 || len(fake.groups[0].Rules) != 1 {
				t.Errorf("left %v, groups %+v", left, fake.groups)
			}
			if fake.database.Status != available {
				t.Errorf("the database is %s", fake.database.Status)
			}
		})
	}
}

// addDatabase is a database that was there before the run, with an address of its
// own.
func (fake *fakeAWS) addDatabase() {
	fake.groups = append(fake.groups, &steps.SecurityGroup{ID: "sg-0d0", Name: "orders", VPCID: "vpc-1", Rules: []steps.InboundRule{
		{ID: "old-1", GroupID: "sg-0d0", CIDR: "192.0.2.0/24", FromPort: 3306, ToPort: 3306},
	}})
	fake.database = &fakeDatabase{password: steps.NewPassword(existingPassword), DBInstance: steps.DBInstance{
		ID: "orders-db", Status: available, Engine: databaseEngine, EngineVersion: "8.4.7", Class: "db.t4g.micro", Username: "shop",
		Host: "orders-db.abc.eu-west-1.rds.amazonaws.com", Port: 3306, ListenPort: 3306, PubliclyAccessible: true,
		SecurityGroups: []string{"sg-0d0"}, VPCID: "vpc-1", SubnetIDs: []string{"subnet-a", "subnet-b"},
	}}
}

// A function that was there keeps its subnets and its groups: what it lacks is let
// through to the database and to an endpoint.
func TestExistingFunctionInThePrivateNetworkWithANewDatabase(t *testing.T) {
	t.Parallel()
	run, served, recorded := newPrivateSandboxRun(t)
	admin := accountOwner(t, served)
	setup := run.Setup()
	setup.FunctionARN = installFunctionInVPC(t, run.Services(), admin)
	run.Answer(setup)
	function := must(run.Services().Functions.Function(t.Context(), setup.FunctionARN))
	before := admin.Network()
	if all := findStep(StepRotate).Preflight(t.Context(), run); len(all) > 0 {
		t.Errorf("in the way: %v", all)
	}

	plan := runAllSteps(t, run, served)

	var said []string
	for _, call := range plan {
		if call.Service == "ec2" && strings.Contains(call.Why, function.GroupIDs[0]) {
			said = append(said, call.Why)
		}
	}
	want := []string{
		"open port 3306 to the function's security group " + function.GroupIDs[0],
		"open port 443 to the function's security group " + function.GroupIDs[0],
	}
	if diff := cmp.Diff(want, said[:min(2, len(said))]); diff != "" {
		t.Errorf("want (-), planned (+):\n%s", diff)
	}
	if after := admin.Network(); !slices.Equal(before, after) {
		t.Errorf("network before %v, after %v", before, after)
	}
	if diff := cmp.Diff(function, must(run.Services().Functions.Function(t.Context(), setup.FunctionARN))); diff != "" {
		t.Errorf("the function before (-), after (+):\n%s", diff)
	}
	if names := recorded.checks(); !slices.Contains(names, "function-in-vpc") || !slices.Contains(names, "old-password-refused") {
		t.Errorf("checks %v", names)
	}
}
