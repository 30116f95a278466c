package rotation

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyturn/aws"
	"keyturn/aws/owner"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
)

// readOnlyOperations are the operations that change nothing, by AWS's naming.
var readOnlyOperations = regexp.MustCompile(`^(Get|Describe|List|Filter|Lookup|Simulate)`)

type discardLedger struct{}

func (discardLedger) Save(steps.Receipt) error { return nil }

// newSandboxRun opens a run in a sandbox of its own.
func newSandboxRun(t *testing.T) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	return newSandboxRunIn(t, "")
}

// newSandboxRunIn opens a run in a sandbox of a region.
func newSandboxRunIn(t *testing.T, region string, change ...func(*steps.Services)) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	return newSandboxRunWith(t, sandbox.Options{Region: region}, change...)
}

func newSandboxRunWith(t *testing.T, options sandbox.Options, change ...func(*steps.Services)) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	options.Pace = cloud.Instant
	served, err := sandbox.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	recorded := &events{}
	relay := steps.NewRelay(recorded.hear)
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
	for _, c := range change {
		c(&services)
	}
	account := &steps.Account{
		Kind: steps.AWS, ID: served.AccountID, Region: served.Region, Services: services,
		Pace: steps.Pace{Database: 1e6, Stack: 1e6, Rotation: 1e6},
	}
	return steps.NewRun(steps.RunOptions{
		ID: testRunID, Account: account, Setup: steps.Defaults(testRunID),
		Clock: steps.SystemClock{}, Ledger: discardLedger{}, Relay: relay,
	}), served, recorded
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

// changingCalls are the calls of the run's own key that changed something, as the
// sandbox received them.
func changingCalls(served *sandbox.Sandbox) []string {
	var names []string
	for _, c := range served.Calls() {
		if c.AccessKeyID == served.AccessKeyID && !readOnlyOperations.MatchString(c.Operation) {
			names = append(names, c.Service+" "+c.Operation)
		}
	}
	return names
}

func TestPlanIsWhatTheAccountReceives(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		region string
		change func(*steps.Setup)
	}{
		"from the repository":                {},
		"by the transform":                   {change: func(s *steps.Setup) { s.FunctionFrom = steps.FunctionTransform }},
		"in a region without the repository": {region: "af-south-1"},
		"with a function that exists":        {change: func(s *steps.Setup) { s.FunctionARN = "made by another run" }},
		"by an expression": {change: func(s *steps.Setup) {
			s.Schedule, s.Window = "cron(0 8/8 * * ? *)", "2h"
		}},
		"in the private network": {change: func(s *steps.Setup) { s.Network = steps.NetworkPrivate }},
		"in the private network, by the transform": {change: func(s *steps.Setup) {
			s.Network, s.FunctionFrom = steps.NetworkPrivate, steps.FunctionTransform
		}},
		"only tested": {change: func(s *steps.Setup) { s.TestOnly = true }},
		"only tested, by the transform": {change: func(s *steps.Setup) {
			s.TestOnly, s.FunctionFrom, s.Schedule = true, steps.FunctionTransform, "rate(10 days)"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, recorded := newSandboxRunIn(t, test.region)
			setup := run.Setup()
			if test.change != nil {
				test.change(&setup)
			}
			if setup.FunctionARN != "" {
				setup.FunctionARN = installFunction(t, run.Services())
			}
			run.Answer(setup)
			found := inventory(t, run.Services(), setup)
			runAllSteps(t, run, served)
			if finished, err := run.Finish(true); err != nil || len(finished.Left) > 0 {
				t.Errorf("left %v, error %v", finished.Left, err)
			}
			for _, e := range recorded.all {
				if checked, ok := e.(steps.Checked); ok && !checked.Check.OK {
					t.Errorf("check %+v", checked.Check)
				}
			}
			if diff := cmp.Diff(found, inventory(t, run.Services(), setup)); diff != "" {
				t.Errorf("found (-), left (+):\n%s", diff)
			}
		})
	}
}

// runAllSteps executes every step, checks each one's plan against the changing
// calls that the sandbox received, and returns all planned calls.
func runAllSteps(t *testing.T, run *steps.Run, served *sandbox.Sandbox) []steps.PlannedCall {
	t.Helper()
	if err := run.Open(); err != nil {
		t.Fatal(err)
	}
	var plan []steps.PlannedCall
	seen := len(changingCalls(served))
	for _, step := range Tutorial().Steps {
		calls, err := run.Prepare(t.Context(), step)
		if err != nil {
			t.Fatalf("%s: %v (%v)", step.ID, err, errors.Unwrap(err))
		}
		if step.Preview != nil && strings.Contains(step.Preview(run), existingPassword) {
			t.Errorf("%s: the preview shows the password", step.ID)
		}
		if got := changingCalls(served)[seen:]; len(got) > 0 {
			t.Errorf("%s: Prepare changed something: %v", step.ID, got)
		}
		if err := run.Execute(t.Context(), step); err != nil {
			t.Fatalf("%s: %v (%v)", step.ID, err, errors.Unwrap(err))
		}
		var planned []string
		for _, c := range calls {
			planned = append(planned, c.Service+" "+c.Operation)
		}
		all := changingCalls(served)
		if diff := cmp.Diff(planned, append([]string(nil), all[seen:]...)); diff != "" {
			t.Errorf("%s: planned (-), received (+):\n%s", step.ID, diff)
		}
		seen = len(all)
		plan = append(plan, calls...)
	}
	return plan
}

// installFunction installs a rotation function that the run only finds.
func installFunction(t *testing.T, services steps.Services) string {
	t.Helper()
	return owner.Function(t, services, "SecretsManagerOurs", nil, nil)
}

// inventory is what is in the account that a run in it may have to do with.
func inventory(t *testing.T, services steps.Services, setup steps.Setup) map[string]string {
	t.Helper()
	there := map[string]string{}
	for _, name := range []string{"ours", "keyturn-" + testRunID} {
		if stack, err := services.Stacks.DescribeStack(t.Context(), stackPrefix+name); err == nil {
			there[stack.Name] = stack.Status
		}
		if stack, err := services.Stacks.DescribeStack(t.Context(), name); err == nil {
			there[stack.Name] = stack.Status
		}
	}
	for _, name := range []string{setup.FunctionName, functionNameOf(setup.FunctionARN)} {
		if name == "" {
			continue
		}
		if function, err := services.Functions.Function(t.Context(), name); err == nil {
			there[function.Name] = function.State
		}
	}
	if exists, err := services.Logs.LogGroupExists(t.Context(), logGroup(setup.FunctionName)); err != nil || exists {
		there["log"] = fmt.Sprint(exists, err)
	}
	return there
}

func TestSecondRunOfAStepPlansNothing(t *testing.T) {
	t.Parallel()
	run, served, _ := newSandboxRun(t)
	for _, step := range Tutorial().Steps[:5] {
		if _, err := run.Prepare(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		if err := run.Execute(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		before := len(changingCalls(served))
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
		if err := run.Execute(t.Context(), step); err != nil {
			t.Fatalf("%s, again: %v", step.ID, err)
		}
		if got := changingCalls(served)[before:]; len(got) > 0 {
			t.Errorf("%s: changed again: %v", step.ID, got)
		}
	}
}
