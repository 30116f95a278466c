package rotation

import (
	"regexp"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
)

// reads are the operations that change nothing, by AWS's naming.
var reads = regexp.MustCompile(`^(Get|Describe|List|Filter|Lookup|Simulate)`)

type noLedger struct{}

func (noLedger) Save(steps.Receipt) error { return nil }

// inSandbox opens a run in a sandbox of its own.
func inSandbox(t *testing.T) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	served, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	heard := &events{}
	relay := steps.NewRelay(heard.hear)
	session, err := aws.Open(t.Context(), aws.Options{
		Endpoint: served.URL(), Region: served.Region, Observe: relay.Emit,
		AccessKeyID: served.AccessKeyID, SecretAccessKey: served.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := db.RootsFrom(served.CAPEM())
	if err != nil {
		t.Fatal(err)
	}
	services := session.Services()
	services.MySQL = db.Client{RootCAs: roots}
	account := &steps.Account{
		Kind: steps.AWS, ID: served.AccountID, Region: served.Region, Services: services,
		Pace: steps.Pace{Database: 1e6, Stack: 1e6, Rotation: 1e6},
	}
	return steps.NewRun(steps.RunOptions{
		ID: "20261122-3f1c", Account: account, Setup: steps.Defaults("20261122-3f1c"),
		Clock: steps.SystemClock{}, Ledger: noLedger{}, Relay: relay,
	}), served, heard
}

type events struct {
	mu  sync.Mutex
	all []steps.Event
	on  func(steps.Event) // hears each event first, if set before the run works
}

func (e *events) hear(event steps.Event) {
	if e.on != nil {
		e.on(event)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
}

// changes are the calls of the run's own key that changed something, as the
// sandbox received them.
func changes(served *sandbox.Sandbox) []string {
	var names []string
	for _, c := range served.Calls() {
		if c.AccessKeyID == served.AccessKeyID && !reads.MatchString(c.Operation) {
			names = append(names, c.Service+" "+c.Operation)
		}
	}
	return names
}

func TestPlanIsWhatTheAccountReceives(t *testing.T) {
	t.Parallel()
	for _, network := range []steps.NetworkMode{steps.NetworkPublic, steps.NetworkPrivate} {
		t.Run(string(network), func(t *testing.T) {
			t.Parallel()
			run, served, _ := inSandbox(t)
			setup := run.Setup()
			setup.Network = network
			run.Answer(setup)
			holdPlans(t, run, served)
		})
	}
}

// holdPlans goes through the tutorial and holds each step's plan against the
// calls that the sandbox received.
func holdPlans(t *testing.T, run *steps.Run, served *sandbox.Sandbox) {
	t.Helper()
	if err := run.Open(); err != nil {
		t.Fatal(err)
	}
	seen := len(changes(served))
	for _, step := range Tutorial().Steps {
		calls, err := run.Prepare(t.Context(), step)
		if err != nil {
			t.Fatalf("%s: %v", step.ID, err)
		}
		if got := changes(served)[seen:]; len(got) > 0 {
			t.Errorf("%s: the look at the account changed something: %v", step.ID, got)
		}
		if err := run.Carry(t.Context(), step); err != nil {
			t.Fatalf("%s: %v", step.ID, err)
		}
		var planned []string
		for _, c := range calls {
			planned = append(planned, c.Service+" "+c.Operation)
		}
		all := changes(served)
		if diff := cmp.Diff(planned, append([]string(nil), all[seen:]...)); diff != "" {
			t.Errorf("%s: planned (-), received (+):\n%s", step.ID, diff)
		}
		seen = len(all)
	}
	if finished, err := run.Finish(true); err != nil || len(finished.Left) > 0 {
		t.Errorf("left %v, error %v", finished.Left, err)
	}
}

func TestSecondRunOfAStepPlansNothing(t *testing.T) {
	t.Parallel()
	run, served, _ := inSandbox(t)
	for _, step := range Tutorial().Steps[:5] {
		if _, err := run.Prepare(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		if err := run.Carry(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		before := len(changes(served))
		again, err := run.Prepare(t.Context(), step)
		if err != nil {
			t.Fatal(err)
		}
		if step.ID != StepRotate && len(again) > 0 {
			t.Errorf("%s: planned again: %v", step.ID, again)
		}
		if step.ID == StepRotate {
			continue // to rotate again is what running it again means
		}
		if err := run.Carry(t.Context(), step); err != nil {
			t.Fatalf("%s, again: %v", step.ID, err)
		}
		if got := changes(served)[before:]; len(got) > 0 {
			t.Errorf("%s: changed again: %v", step.ID, got)
		}
	}
}
