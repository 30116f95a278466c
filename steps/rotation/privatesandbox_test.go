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

// ownerOf is whoever owns the account: what is there before the run is theirs.
func ownerOf(t *testing.T, served *sandbox.Sandbox) *owner.Owner {
	t.Helper()
	return owner.New(t, served.URL(), served.Region, served.AccessKeyID, served.SecretAccessKey)
}

// inPrivate opens a run in the private network of a sandbox of its own.
func inPrivate(t *testing.T, change ...func(*steps.Services)) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	run, served, heard := inSandboxOf(t, "", change...)
	setup := run.Setup()
	setup.Network = steps.NetworkPrivate
	run.Answer(setup)
	return run, served, heard
}

func TestPrivateNetworkBesideAnEndpointThatIsThere(t *testing.T) {
	t.Parallel()
	run, served, _ := inPrivate(t)
	hand := ownerOf(t, served)
	hand.MakeEndpoint()
	before := hand.Network()
	planIsReceived(t, run, served)
	if after := hand.Network(); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestPrivateNetworkThroughANATGatewayThatIsThere(t *testing.T) {
	t.Parallel()
	run, served, _ := inPrivate(t)
	hand := ownerOf(t, served)
	hand.MakeNATGateway()
	before := hand.Network()
	planIsReceived(t, run, served)
	if after := hand.Network(); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	if slices.Contains(changes(served), "ec2 CreateVpcEndpoint") {
		t.Error("an endpoint was made, though a NAT route is there")
	}
}

func TestPrivateNetworkInADefaultVPCOfItsOwn(t *testing.T) {
	t.Parallel()
	run, served, _ := inPrivate(t)
	hand := ownerOf(t, served)
	hand.RemoveDefaultVPC()
	if d := diagnosisOf(t, run, StepDatabase); d.ID != "no-default-network" || len(d.Remedies) != 1 {
		t.Errorf("%+v", d)
	}
	setup := run.Setup()
	setup.CreateDefaultVPC = true
	run.Answer(setup)
	planIsReceived(t, run, served)
	if after := hand.Network(); len(after) > 0 {
		t.Errorf("left %v", after)
	}
}

// diagnosisOf is why a step cannot be prepared or carried out.
func diagnosisOf(t *testing.T, run *steps.Run, id steps.StepID) steps.Diagnosis {
	t.Helper()
	_, err := run.Prepare(t.Context(), find(id))
	if err == nil {
		err = run.Execute(t.Context(), find(id))
	}
	failed, isStep := errors.AsType[*steps.StepError](err)
	if !isStep {
		t.Fatalf("%s: %v", id, err)
	}
	return failed.Diagnosis
}

func TestFunctionWithoutAWayTimesOutAndIsMended(t *testing.T) {
	t.Parallel()
	run, served, heard := inPrivate(t)
	hand := ownerOf(t, served)
	closed := false
	heard.on = func(e steps.Event) { // somebody closes the endpoint's port just before the rotation
		if started, is := e.(steps.CallStarted); is && started.Call.Operation == "RotateSecret" && !closed {
			closed = true
			hand.ClosePortToGroups(443)
		}
	}
	for _, id := range []steps.StepID{StepDatabase, StepSecret} {
		carry(t, run, id)
	}
	d := diagnosisOf(t, run, StepRotate)
	if d.ID != "function-cannot-reach-secrets-manager" || !strings.Contains(d.Why, "does not let it in on port 443") || !strings.Contains(d.Why, "30 s") {
		t.Fatalf("%+v", d)
	}
	hand.OpenPort(run.Receipt().Existing(steps.KindSecurityGroup)[0].ID, "172.31.0.0/16", 443)
	for _, id := range []steps.StepID{StepRotate, StepVerify, StepCleanup} {
		carry(t, run, id)
	}
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func carry(t *testing.T, run *steps.Run, id steps.StepID) {
	t.Helper()
	if _, err := run.Prepare(t.Context(), find(id)); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if err := run.Execute(t.Context(), find(id)); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
}
