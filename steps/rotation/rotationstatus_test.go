package rotation

import (
	"slices"
	"testing"
	"time"

	"keyturn/steps"
)

// slowFunction lets the rotation's labels move at once, while its function
// needs some more time until it writes its last lines and returns.
func slowFunction(fake *fakeAWS, after time.Duration) (returned func() bool) {
	done := false
	fake.rotation = func(fake *fakeAWS) {
		fake.writeLog("START RequestId: 4 Version: $LATEST")
		fake.rotateSuccessfully()
		ends := fake.clock.slept + after
		fake.clock.sleep = func(total time.Duration) error {
			if total >= ends && !done {
				done = true
				fake.writeLog("END RequestId: 4")
			}
			return nil
		}
	}
	return func() bool { return done }
}

func TestCleanupWaitsForARunningFunction(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS()
	returned := slowFunction(fake, 90*time.Second)
	run := newTestRun(fake)
	run.must(t, StepDatabase, StepSecret, StepRotate)
	fake.database.deleted = fake.clock.Now() // nothing else takes the clean-up long
	run = run.resumed()                      // by a process that knows only the receipt
	run.must(t, StepCleanup)
	if !returned() {
		t.Error("the clean-up ended before the function did")
	}
	if len(fake.logs) > 0 {
		t.Errorf("the log is there again: %v", fake.logs)
	}
	waits := eventsOf[steps.Waiting](run)
	if !slices.ContainsFunc(waits, func(e steps.Waiting) bool { return e.For == "the rotation under way to end" }) {
		t.Errorf("nobody was told of the wait: %+v", waits)
	}
}

func TestRotationStatusTellsWhenTheRotationHasEnded(t *testing.T) {
	t.Parallel()
	pending := map[string][]string{"v1": {steps.LabelCurrent}, "v2": {steps.LabelPending}}
	moved := map[string][]string{"v1": {steps.LabelPrevious}, "v2": {steps.LabelCurrent, steps.LabelPending}}
	for name, tt := range map[string]struct {
		versions map[string][]string
		off      bool
		log      []string
		settled  bool
	}{
		"nothing heard yet":                      {pending, false, nil, false},
		"between two invocations":                {pending, false, []string{"START RequestId: 1 Version: 1", "END RequestId: 1"}, false},
		"the labels moved, the function runs":    {moved, false, []string{"START RequestId: 1 Version: 1"}, false},
		"the labels moved, the function is done": {moved, false, []string{"START RequestId: 1 Version: 1", "END RequestId: 1"}, true},
		"it failed":                              {pending, false, []string{"START RequestId: 1 Version: 1", "[ERROR] ValueError: no", "END RequestId: 1"}, true},
		"it failed and is tried again":           {pending, false, []string{"START RequestId: 1 Version: 1", "[ERROR] ValueError: no", "END RequestId: 1", "START RequestId: 2 Version: 1"}, false},
		"rotation was turned off half-way":       {pending, true, []string{"START RequestId: 1 Version: 1", "END RequestId: 1"}, true},
		"turned off, but the function runs":      {pending, true, []string{"START RequestId: 1 Version: 1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS()
			fake.rotation = func(*fakeAWS) {}
			run := newTestRun(fake)
			run.must(t, StepDatabase, StepSecret)
			fake.secret.Versions, fake.secret.RotationEnabled = tt.versions, !tt.off
			group := logGroup("f")
			if err := run.Intend(steps.KindLogGroup, group); err != nil {
				t.Fatal(err)
			}
			for _, line := range tt.log {
				fake.logs[group] = append(fake.logs[group], steps.LogLine{Text: line})
			}
			status, settled, err := run.rotationStatus(t.Context())
			if err != nil || settled != tt.settled {
				t.Errorf("settled %v (%s), error %v", settled, status, err)
			}
		})
	}
}

func TestRecreatedLogIsRemovedByTheNextCleanup(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS()
	run := newTestRun(fake)
	run.must(t, StepDatabase, StepSecret, StepRotate)
	group := logGroup(run.state().FunctionName)
	calls, err := run.Prepare(t.Context(), findStep(StepCleanup))
	if err != nil || len(calls) == 0 {
		t.Fatal(calls, err)
	}
	fake.onLogDeleted = func() { fake.logs[group] = []steps.LogLine{{Text: "delivered late"}} }
	if err := run.Execute(t.Context(), findStep(StepCleanup)); err == nil {
		t.Fatal("nothing-left was said of a log that is there")
	}
	if left := run.Receipt().Left(); len(left) != 1 || left[0].ID != group {
		t.Fatalf("the receipt has %v", left)
	}
	run.must(t, StepCleanup)
	if len(fake.logs) > 0 || len(run.Receipt().Left()) > 0 {
		t.Errorf("left %v, %v", fake.logs, run.Receipt().Left())
	}
}

func TestReadOnlyStepsPlanNothing(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	for _, step := range Tutorial().Steps {
		calls, err := run.Prepare(t.Context(), step)
		if err != nil {
			t.Fatal(err)
		}
		if step.ReadOnly && len(calls) > 0 {
			t.Errorf("%s plans %v", step.ID, calls)
		}
		run.must(t, step.ID)
	}
}
