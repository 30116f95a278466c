package rotation

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"keyturn/aws/owner"
	"keyturn/aws/sandbox"
	"keyturn/steps"
)

// accountOwner is whoever owns the account: what is there before the run is theirs.
func accountOwner(t *testing.T, served *sandbox.Sandbox) *owner.Owner {
	t.Helper()
	return owner.New(t, served.URL(), served.Region, served.AccessKeyID, served.SecretAccessKey)
}

// newPrivateSandboxRun opens a run in the private network of a sandbox of its own.
func newPrivateSandboxRun(t *testing.T, change ...func(*steps.Services)) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	run, served, recorded := newSandboxRunIn(t, "", change...)
	setup := run.Setup()
	setup.Network = steps.NetworkPrivate
	run.Answer(setup)
	return run, served, recorded
}

func TestPrivateNetworkBesideAnEndpointThatIsThere(t *testing.T) {
	t.Parallel()
	run, served, _ := newPrivateSandboxRun(t)
	admin := accountOwner(t, served)
	admin.MakeEndpoint()
	before := admin.Network()
	runAllSteps(t, run, served)
	if after := admin.Network(); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestPrivateNetworkThroughANATGatewayThatIsThere(t *testing.T) {
	t.Parallel()
	run, served, _ := newPrivateSandboxRun(t)
	admin := accountOwner(t, served)
	admin.MakeNATGateway()
	before := admin.Network()
	runAllSteps(t, run, served)
	if after := admin.Network(); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	if slices.Contains(changingCalls(served), "ec2 CreateVpcEndpoint") {
		t.Error("an endpoint was made, though a NAT route is there")
	}
}

func TestPrivateNetworkInADefaultVPCOfItsOwn(t *testing.T) {
	t.Parallel()
	run, served, _ := newPrivateSandboxRun(t)
	admin := accountOwner(t, served)
	admin.RemoveDefaultVPC()
	if d := diagnoseStep(t, run, StepDatabase); d.ID != "no-default-network" || len(d.Remedies) != 1 {
		t.Errorf("%+v", d)
	}
	setup := run.Setup()
	setup.CreateDefaultVPC = true
	run.Answer(setup)
	runAllSteps(t, run, served)
	if after := admin.Network(); len(after) > 0 {
		t.Errorf("left %v", after)
	}
}

// diagnoseStep is why a step cannot be prepared or carried out.
func diagnoseStep(t *testing.T, run *steps.Run, id steps.StepID) steps.Diagnosis {
	t.Helper()
	_, err := run.Prepare(t.Context(), findStep(id))
	if err == nil {
		err = run.Execute(t.Context(), findStep(id))
	}
	failed, isStep := errors.AsType[*steps.StepError](err)
	if !isStep {
		t.Fatalf("%s: %v", id, err)
	}
	return failed.Diagnosis
}

func TestFunctionWithoutARouteTimesOutAndIsRepaired(t *testing.T) {
	t.Parallel()
	run, served, recorded := newPrivateSandboxRun(t)
	admin := accountOwner(t, served)
	closed := false
	recorded.on = func(e steps.Event) { // somebody closes the endpoint's port just before the rotation
		if started, is := e.(steps.CallStarted); is && started.Call.Operation == "RotateSecret" && !closed {
			closed = true
			admin.ClosePortToGroups(443)
		}
	}
	mustExecute(t, run, StepDatabase, StepSecret)
	d := diagnoseStep(t, run, StepRotate)
	if d.ID != "function-cannot-reach-secrets-manager" || !strings.Contains(d.Why, "does not let it in on port 443") || !strings.Contains(d.Why, "30 s") {
		t.Fatalf("%+v", d)
	}
	admin.OpenPort(run.Receipt().Existing(steps.KindSecurityGroup)[0].ID, "172.31.0.0/16", 443)
	mustExecute(t, run, StepRotate, StepVerify, StepCleanup)
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func mustExecute(t *testing.T, run *steps.Run, ids ...steps.StepID) {
	t.Helper()
	if err := executeSteps(t.Context(), run, ids...); err != nil {
		t.Fatal(err)
	}
}
