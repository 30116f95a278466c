package rotation

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyturn/steps"
)

// newPrivateRun is a run in the private network of a world.
func newPrivateRun(fake *fakeAWS, change ...func(*steps.Setup)) *testRun {
	run := newTestRun(fake)
	setup := run.Setup()
	setup.Network = steps.NetworkPrivate
	for _, c := range change {
		c(&setup)
	}
	run.Answer(setup)
	_ = run.Open()
	return run
}

// addEndpoint is an endpoint that somebody else has made, in a group that admits
// whom it is told.
func (fake *fakeAWS) addEndpoint(somebody string, rules ...steps.InboundRule) {
	fake.groups = append(fake.groups, &steps.SecurityGroup{ID: "sg-0e0", Name: somebody, VPCID: "vpc-1", Rules: rules})
	fake.vpc.endpoints = append(fake.vpc.endpoints, &fakeEndpoint{VPCEndpoint: steps.VPCEndpoint{
		ID: "vpce-0", VPCID: "vpc-1", State: steps.EndpointAvailable, PrivateDNS: true, SubnetIDs: []string{"subnet-b"}, GroupIDs: []string{"sg-0e0"},
	}})
}

// addNATRoute routes a subnet through a NAT gateway.
func (fake *fakeAWS) addNATRoute(subnet string) {
	fake.vpc.nats = []string{"nat-1"}
	fake.vpc.tables = append(fake.vpc.tables, steps.RouteTable{ID: "rtb-2", SubnetIDs: []string{subnet}, NATGateway: "nat-1"})
}

// checkedNames are the checks of a run in order.
func checkedNames(run *testRun) []string {
	var names []string
	for _, c := range eventsOf[steps.Checked](run) {
		names = append(names, c.Check.Name)
	}
	return names
}

// checkDetail is the detail of a check.
func checkDetail(run *testRun, name string) string {
	for _, c := range eventsOf[steps.Checked](run) {
		if c.Check.Name == name {
			return c.Check.Detail
		}
	}
	return ""
}

func (fake *fakeAWS) countCalls(call string) int {
	n := 0
	for _, c := range fake.changes {
		if c == call {
			n++
		}
	}
	return n
}

func TestPrivateRunProvesEverythingAndLeavesNothing(t *testing.T) {
	t.Parallel()
	run := newPrivateRun(newFakeAWS())
	fake := run.fake
	var planned []string
	for _, step := range Tutorial().Steps {
		calls, err := run.Prepare(t.Context(), step)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			planned = append(planned, c.Service+" "+c.Operation)
		}
		if err := run.Execute(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		if step.ID == StepRotate {
			if spec := fake.stack.spec; !slices.Equal(spec.SubnetIDs, []string{"subnet-b"}) || !slices.Equal(spec.GroupIDs, []string{"sg-0ab1"}) {
				t.Errorf("the function is in %v with %v: want the first subnet in a zone that has the service, and the database's group", spec.SubnetIDs, spec.GroupIDs)
			}
			for _, rule := range fake.groups[0].Rules {
				if rule.CIDR == anywhere {
					t.Error("the group is open to everybody")
				}
			}
		}
	}
	if diff := cmp.Diff(planned, fake.changes); diff != "" {
		t.Errorf("planned (-), called (+):\n%s", diff)
	}
	want := []string{
		"not-open-to-the-internet",
		"secret-readable", "signs-in", "tls-verified", "user-matches",
		"function-installed", "function-in-vpc", "endpoint-ready", "rotation-enabled", "rotated",
		"password-changed", "new-password-signs-in", "old-password-refused", "previous-version-kept",
		"secret-scheduled-for-deletion", "database-deleted", "function-deleted", "rule-revoked", "endpoint-deleted", "nothing-left",
	}
	if diff := cmp.Diff(want, checkedNames(run)); diff != "" {
		t.Errorf("checks by the contract (-), proved (+):\n%s", diff)
	}
	if left, endpoints := run.Receipt().Left(), must(fakeEC2{fake}.Endpoints(t.Context(), "", "")); len(left) > 0 || len(fake.groups) > 0 || len(endpoints) > 0 {
		t.Errorf("left %v, groups %v, endpoints %v", left, fake.groups, endpoints)
	}
	if got := checkDetail(run, "not-open-to-the-internet"); got != "port 3306 is open to sg-0ab1 itself and 203.0.113.7/32, and to nobody else" {
		t.Errorf("evidence %q", got)
	}
}

func TestRouteToSecretsManager(t *testing.T) {
	t.Parallel()
	everyHost := steps.InboundRule{ID: "old-1", GroupID: "sg-0e0", CIDR: "172.31.0.0/16", FromPort: 443, ToPort: 443}
	oneHost := steps.InboundRule{ID: "old-1", GroupID: "sg-0e0", CIDR: "172.31.0.9/32", FromPort: 443, ToPort: 443}
	for name, tt := range map[string]struct {
		world    func(*fakeAWS)
		endpoint string
		made     int
		rules    int // into a group that is not the run's
		subnet   string
		check    string // what is proved of the way
	}{
		"an endpoint that admits the VPC is used":            {func(fake *fakeAWS) { fake.addEndpoint("ops", everyHost) }, "auto", 0, 0, "subnet-b", "vpce-0 has Secrets Manager's name"},
		"an endpoint that admits somebody else gets a rule":  {func(fake *fakeAWS) { fake.addEndpoint("ops", oneHost) }, "auto", 0, 1, "subnet-b", "vpce-0 has Secrets Manager's name"},
		"an endpoint is used by its id":                      {func(fake *fakeAWS) { fake.addEndpoint("ops", everyHost) }, "vpce-0", 0, 0, "subnet-b", "vpce-0 has Secrets Manager's name"},
		"a NAT route is used where there is no endpoint":     {func(fake *fakeAWS) { fake.addNATRoute("subnet-a") }, "auto", 0, 0, "subnet-a", ""},
		"a NAT route is not used where one is to be made":    {func(fake *fakeAWS) { fake.addNATRoute("subnet-a") }, "create", 1, 0, "subnet-b", "vpce-1 has Secrets Manager's name"},
		"a NAT gateway without a route is none":              {func(fake *fakeAWS) { fake.vpc.nats = []string{"nat-1"} }, "auto", 1, 0, "subnet-b", "vpce-1 has Secrets Manager's name"},
		"an endpoint without private DNS is as good as none": {func(fake *fakeAWS) { fake.addEndpoint("ops"); fake.vpc.endpoints[0].PrivateDNS = false }, "auto", 1, 0, "subnet-b", "vpce-2 has Secrets Manager's name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS()
			tt.world(fake)
			groups, endpoints := len(fake.groups), len(fake.vpc.endpoints)
			foreign := 0
			if groups > 0 {
				foreign = len(fake.groups[0].Rules)
			}
			run := newPrivateRun(fake, func(s *steps.Setup) { s.VPCEndpoint = tt.endpoint })
			run.must(t, allSteps[:5]...)
			if got := fake.countCalls("ec2 CreateVpcEndpoint"); got != tt.made {
				t.Errorf("%d endpoints made, want %d", got, tt.made)
			}
			if groups > 0 && len(fake.groups[0].Rules)-foreign != tt.rules {
				t.Errorf("the other group has %d more rules, want %d", len(fake.groups[0].Rules)-foreign, tt.rules)
			}
			if got := fake.stack.spec.SubnetIDs; !slices.Equal(got, []string{tt.subnet}) {
				t.Errorf("the function is in %v, want %s", got, tt.subnet)
			}
			if got := checkDetail(run, "endpoint-ready"); got != tt.check {
				t.Errorf("evidence %q, want %q", got, tt.check)
			}
			if nat := strings.Contains(checkDetail(run, "function-in-vpc"), "NAT gateway nat-1"); nat != (tt.check == "") {
				t.Errorf("evidence %q", checkDetail(run, "function-in-vpc"))
			}
			run.must(t, StepCleanup)
			if len(run.Receipt().Left()) > 0 || len(fake.groups) != groups || groups > 0 && len(fake.groups[0].Rules) != foreign {
				t.Errorf("left %v, groups %v", run.Receipt().Left(), fake.groups)
			}
			if left := must(fakeEC2{fake}.Endpoints(t.Context(), "", "")); len(left) != endpoints {
				t.Errorf("endpoints %v, want the %d that were there", left, endpoints)
			}
		})
	}
}

func TestEndpointThatCannotBeUsedIsDiagnosed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		world    func(*fakeAWS)
		endpoint string
		want     string
	}{
		"one more of the same name": {func(fake *fakeAWS) { fake.addEndpoint("ops") }, "create", "It has the name secretsmanager.eu-west-1.amazonaws.com in vpc-1 already, and a second endpoint cannot have it too."},
		"one that is not there":     {func(*fakeAWS) {}, "vpce-0", "There is no interface endpoint of that id for com.amazonaws.eu-west-1.secretsmanager in vpc-1."},
		"one without private DNS":   {func(fake *fakeAWS) { fake.addEndpoint("ops"); fake.vpc.endpoints[0].PrivateDNS = false }, "vpce-0", "Its private DNS is off, so the name secretsmanager.eu-west-1.amazonaws.com does not lead to it."},
		"one that has failed":       {func(fake *fakeAWS) { fake.addEndpoint("ops"); fake.vpc.endpoints[0].State = "failed" }, "vpce-0", `Its state is "failed".`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS()
			tt.world(fake)
			run := newPrivateRun(fake, func(s *steps.Setup) { s.VPCEndpoint = tt.endpoint })
			if d := executeAndDiagnose(t, run, StepDatabase); d.ID != "endpoint-unusable" || d.Why != tt.want {
				t.Errorf("%+v", d)
			}
			if len(fake.changes) > 0 {
				t.Errorf("changed %v before", fake.changes)
			}
		})
	}
}

func TestWhatThisMachineCannotReachIsProvedByTheFunction(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cidr   string
		public bool
		why    string
	}{
		"somebody else is admitted":      {"198.51.100.0/24", true, "only 198.51.100.0/24 is admitted, and this machine is 203.0.113.7"},
		"private addresses are admitted": {"10.0.0.0/8", false, "the database has no public address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := newPrivateRun(newFakeAWS(), func(s *steps.Setup) { s.MyCIDR = tt.cidr })
			run.must(t, allSteps[:5]...)
			if got := run.fake.database.PubliclyAccessible; got != tt.public {
				t.Errorf("publicly accessible: %v", got)
			}
			var names []string
			for _, c := range slices.Concat(run.checks(StepValidate), run.checks(StepVerify)) {
				names = append(names, c.Name)
				if c.Name == proofByFunction && !strings.Contains(c.Detail, tt.why) {
					t.Errorf("%q does not say that %s", c.Detail, tt.why)
				}
			}
			if diff := cmp.Diff([]string{"secret-readable", proofByFunction, "password-changed", proofByFunction, "previous-version-kept"}, names); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
			last := run.checks(StepVerify)[1].Detail
			if !strings.HasPrefix(last, `its log says "testSecret: Successfully signed into MySQL DB with AWSPENDING secret`) {
				t.Errorf("evidence %q", last)
			}
			if c := findStep(StepVerify).Result(run.Run).Connection; c != nil {
				t.Errorf("a connection is offered that nobody here can make: %+v", c)
			}
			run.must(t, StepCleanup)
		})
	}
}

func TestClosedPortIsNoProofByTheFunction(t *testing.T) {
	t.Parallel()
	run := newPrivateRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	run.fake.vpc.seen = "192.0.2.99"
	d := executeAndDiagnose(t, run, StepValidate)
	if d.ID != "database-unreachable" || !strings.Contains(d.Fix, "--my-cidr") || len(d.Remedies) > 0 {
		t.Errorf("%+v", d)
	}
}

func TestMachineThatMovedIsAdmittedAgain(t *testing.T) {
	t.Parallel()
	run := newPrivateRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	run.fake.vpc.address = "192.0.2.99"
	d := executeAndDiagnose(t, run, StepValidate)
	if d.ID != "database-unreachable" || len(d.Remedies) != 1 || d.Remedies[0].Label != "open port 3306 to this machine (192.0.2.99/32), then try again" {
		t.Fatalf("%+v", d)
	}
	if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
		t.Fatal(err)
	}
	run.must(t, allSteps[2:]...)
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// timeOutBeforeFirstAnswer is a rotation whose function never hears from Secrets Manager.
func timeOutBeforeFirstAnswer(fake *fakeAWS) {
	fake.writeLog("START RequestId: r Version: $LATEST", "[INFO]	x	r	Found credentials in environment variables.",
		"2026-11-22T10:00:30.000Z r Task timed out after 30.00 seconds", "END RequestId: r")
}

func TestFunctionThatDoesNotReachSecretsManagerIsDiagnosed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		breaks func(*fakeAWS)
		why    string
		cure   string
	}{
		"the endpoint is gone": {func(fake *fakeAWS) { fake.vpc.endpoints = nil }, "nothing there leads to Secrets Manager", "make a private way from the VPC to Secrets Manager, then try again"},
		"the endpoint admits nobody": {func(fake *fakeAWS) {
			fake.groups[0].Rules = slices.DeleteFunc(fake.groups[0].Rules, func(r steps.InboundRule) bool { return r.FromPort == 443 })
		}, "does not let it in on port 443", "open port 443 within the run's group, then try again"},
		"names do not lead to it":       {func(fake *fakeAWS) { fake.vpc.names = false }, "names do not resolve to endpoints", ""},
		"the endpoint seems to be fine": {func(*fakeAWS) {}, "its endpoint's policy or a network ACL may be in the way", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := newPrivateRun(newFakeAWS())
			fake := run.fake
			run.must(t, StepDatabase, StepSecret)
			fake.rotation = func(fake *fakeAWS) { tt.breaks(fake); timeOutBeforeFirstAnswer(fake) }
			d := executeAndDiagnose(t, run, StepRotate)
			if d.ID != "function-cannot-reach-secrets-manager" || !strings.Contains(d.Why, tt.why) || !strings.Contains(d.Why, `ends at "Found credentials`) {
				t.Fatalf("%+v", d)
			}
			if tt.cure == "" {
				return
			}
			if len(d.Remedies) != 1 || d.Remedies[0].Label != tt.cure {
				t.Fatalf("remedies %+v", d.Remedies)
			}
			if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
				t.Fatal(err)
			}
			fake.rotation = (*fakeAWS).rotateSuccessfully
			run.must(t, StepRotate, StepVerify, StepCleanup)
			if left := run.Receipt().Left(); len(left) > 0 {
				t.Errorf("left %v", left)
			}
		})
	}
}

func TestFunctionThatTheDatabaseDoesNotAdmitIsDiagnosed(t *testing.T) {
	t.Parallel()
	run := newPrivateRun(newFakeAWS())
	fake := run.fake
	run.must(t, StepDatabase, StepSecret)
	fake.rotation = func(fake *fakeAWS) {
		fake.groups[0].Rules = slices.DeleteFunc(fake.groups[0].Rules, func(r steps.InboundRule) bool { return r.Source != "" && r.FromPort == 3306 })
		fake.failInSetSecret()
	}
	d := executeAndDiagnose(t, run, StepRotate)
	if d.ID != "function-cannot-reach-database" || len(d.Remedies) != 1 || strings.Contains(d.Remedies[0].Label, anywhere) {
		t.Fatalf("%+v", d)
	}
	if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
		t.Fatal(err)
	}
	fake.rotation = (*fakeAWS).rotateSuccessfully
	run.must(t, StepRotate, StepVerify, StepCleanup)
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestUnknownPublicAddressIsAskedFor(t *testing.T) {
	t.Parallel()
	run := newPrivateRun(newFakeAWS())
	run.fake.vpc.address = ""
	if d := executeAndDiagnose(t, run, StepDatabase); d.ID != "address-unknown" || !strings.Contains(d.Fix, "--my-cidr") {
		t.Errorf("%+v", d)
	}
	if len(run.fake.changes) > 0 {
		t.Errorf("changed %v", run.fake.changes)
	}
}

func TestVPCWithoutDNSHostnamesIsDiagnosedFirst(t *testing.T) {
	t.Parallel()
	run := newPrivateRun(newFakeAWS())
	run.fake.vpc.names = false
	d := executeAndDiagnose(t, run, StepDatabase)
	if d.ID != "vpc-names-off" || !strings.Contains(d.Fix, "aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-hostnames") || strings.Contains(d.Fix, "dns-support") {
		t.Errorf("%+v", d)
	}
	if len(run.fake.changes) > 0 {
		t.Errorf("changed %v", run.fake.changes)
	}
}

func TestNoDefaultVPC(t *testing.T) {
	t.Parallel()
	t.Run("it is said, and a default VPC is offered", func(t *testing.T) {
		t.Parallel()
		fake := newFakeAWS()
		fake.vpc.id = ""
		run := newTestRun(fake)
		_ = run.Open()
		d := executeAndDiagnose(t, run, StepDatabase)
		if d.ID != "no-default-network" || len(d.Remedies) != 1 || len(d.Remedies[0].Plan) != 2 {
			t.Fatalf("%+v", d)
		}
		if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
			t.Fatal(err)
		}
		run.must(t, allSteps...)
		if len(run.Receipt().Left()) > 0 || fake.vpc.id != "" {
			t.Errorf("left %v, VPC %q", run.Receipt().Left(), fake.vpc.id)
		}
	})
	t.Run("with the flag it is part of the plan, and removed again", func(t *testing.T) {
		t.Parallel()
		fake := newFakeAWS()
		fake.vpc.id = ""
		run := newPrivateRun(fake, func(s *steps.Setup) { s.CreateDefaultVPC = true })
		calls, err := run.Prepare(t.Context(), findStep(StepDatabase))
		if err != nil || calls[0].Operation != "CreateDefaultVpc" || calls[1].Operation != "CreateTags" {
			t.Fatalf("plan %v, error %v", calls, err)
		}
		run.must(t, allSteps...)
		if len(run.Receipt().Left()) > 0 || fake.vpc.id != "" {
			t.Errorf("left %v, VPC %q", run.Receipt().Left(), fake.vpc.id)
		}
	})
	t.Run("a removal that broke off is taken up again", func(t *testing.T) {
		t.Parallel()
		for _, call := range []string{"ec2 DeleteSubnet", "ec2 DetachInternetGateway", "ec2 DeleteInternetGateway", "ec2 DeleteVpc"} {
			fake := newFakeAWS()
			fake.vpc.id = ""
			run := newPrivateRun(fake, func(s *steps.Setup) { s.CreateDefaultVPC = true })
			run.must(t, StepDatabase)
			fake.failWith[call] = errors.New("connection reset")
			if err := run.do(t.Context(), StepCleanup); err == nil {
				t.Errorf("%s: no error", call)
			}
			clear(fake.failWith)
			again := run.resumed()
			again.must(t, StepCleanup)
			if len(again.Receipt().Left()) > 0 || fake.vpc.id != "" || fake.vpc.gateway != "" {
				t.Errorf("%s: left %v, VPC %q, gateway %q", call, again.Receipt().Left(), fake.vpc.id, fake.vpc.gateway)
			}
		}
	})
	t.Run("one that was there is never removed", func(t *testing.T) {
		t.Parallel()
		run := newPrivateRun(newFakeAWS(), func(s *steps.Setup) { s.CreateDefaultVPC = true })
		run.must(t, allSteps...)
		if run.fake.countCalls("ec2 DeleteVpc") > 0 || run.fake.vpc.id != "vpc-1" {
			t.Errorf("changes %v", run.fake.changes)
		}
	})
}

func TestInterruptedPrivateRunIsResumedOrCleanedUp(t *testing.T) {
	t.Parallel()
	full := newPrivateRun(newFakeAWS())
	full.must(t, allSteps...)
	calls := full.fake.changes
	rapid.Check(t, func(rt *rapid.T) {
		fake := newFakeAWS()
		if rapid.Bool().Draw(rt, "an endpoint is there") {
			fake.addEndpoint("ops", steps.InboundRule{ID: "old-1", GroupID: "sg-0e0", CIDR: "172.31.0.9/32", FromPort: 443, ToPort: 443})
		}
		groups := len(fake.groups)
		run := newPrivateRun(fake)
		for range rapid.IntRange(0, 4).Draw(rt, "breaks") {
			call := rapid.SampledFrom(calls).Draw(rt, "call")
			if rapid.Bool().Draw(rt, "lost answer") {
				fake.loseAnswer[call] = errors.New("connection reset")
			} else {
				fake.failWith[call] = errors.New("connection reset")
			}
			_ = run.do(t.Context(), allSteps[:rapid.IntRange(1, 6).Draw(rt, "steps")]...)
			clear(fake.loseAnswer)
			clear(fake.failWith)
			run = run.resumed()
			_ = run.Open()
		}
		begunCleanup := slices.ContainsFunc(run.Receipt().Steps, func(o steps.StepOutcome) bool { return o.Step == StepCleanup })
		if rapid.Bool().Draw(rt, "carried on") && !begunCleanup {
			if err := run.do(t.Context(), allSteps[:5]...); err != nil {
				rt.Fatalf("carried on: %v\n%v", err, fake.changes)
			}
		}
		if err := run.do(t.Context(), StepCleanup); err != nil {
			rt.Fatalf("cleaned up: %v\n%v", err, fake.changes)
		}
		left := must(fakeEC2{fake}.Endpoints(t.Context(), "", ""))
		if len(run.Receipt().Left()) > 0 || len(fake.groups) != groups || len(left) != groups || groups > 0 && len(fake.groups[0].Rules) != 1 {
			rt.Fatalf("left %v, groups %v, endpoints %v after %v", run.Receipt().Left(), fake.groups, left, fake.changes)
		}
	})
}

func TestParseCIDR(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "203.0.113.7": "203.0.113.7/32", " 203.0.113.7/24 ": "203.0.113.0/24", "10.0.0.0/8": "10.0.0.0/8",
		"0.0.0.0/0": "error", "128.0.0.0/1": "error", "2001:db8::/32": "error", "here": "error", "203.0.113.7/33": "error",
	} {
		got, err := parseCIDR(text)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
