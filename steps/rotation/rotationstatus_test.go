package rotation

import (
	"slices"
	"testing"
	"time"

	"keyturn/steps"
)

// slowFunction lets the rotation's labels move at once, while its function
// needs some more time until it writes its last lines and returns.
func slowFunction(w *world, after time.Duration) (returned func() bool) {
	done := false
	w.rotation = func(w *world) {
		w.say("START RequestId: 4 Version: $LATEST")
		w.rotateWell()
		ends := w.clock.slept + after
		w.clock.sleep = func(total time.Duration) error {
			if total >= ends && !done {
				done = true
				w.say("END RequestId: 4")
			}
			return nil
		}
	}
	return func() bool { return done }
}

func TestCleanupWaitsForARunningFunction(t *testing.T) {
	t.Parallel()
	w := newWorld()
	returned := slowFunction(w, 90*time.Second)
	run := newTrial(w)
	run.must(t, StepDatabase, StepSecret, StepRotate)
	w.database.deleted = w.clock.Now() // nothing else takes the clean-up long
	run = run.resumed()                // by a process that knows only the receipt
	run.must(t, StepCleanup)
	if !returned() {
		t.Error("the clean-up ended before the function did")
	}
	if len(w.logs) > 0 {
		t.Errorf("the log is there again: %v", w.logs)
	}
	waits := eventsOf[steps.Waiting](run)
	if !slices.ContainsFunc(waits, func(e steps.Waiting) bool { return e.For == "the rotation under way to end" }) {
		t.Errorf("nobody was told of the wait: %+v", waits)
	}
}

func TestRotationStatusTellsWhenNothingGoesOn(t *testing.T) {
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
			w := newWorld()
			w.rotation = func(*world) {}
			run := newTrial(w)
			run.must(t, StepDatabase, StepSecret)
			w.secret.Versions, w.secret.RotationEnabled = tt.versions, !tt.off
			group := logGroup("f")
			if err := run.Intend(steps.KindLogGroup, group); err != nil {
				t.Fatal(err)
			}
			for _, line := range tt.log {
				w.logs[group] = append(w.logs[group], steps.LogLine{Text: line})
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
	w := newWorld()
	run := newTrial(w)
	run.must(t, StepDatabase, StepSecret, StepRotate)
	group := logGroup(run.state().FunctionName)
	calls, err := run.Prepare(t.Context(), find(StepCleanup))
	if err != nil || len(calls) == 0 {
		t.Fatal(calls, err)
	}
	w.late = func() { w.logs[group] = []steps.LogLine{{Text: "delivered late"}} }
	if err := run.Execute(t.Context(), find(StepCleanup)); err == nil {
		t.Fatal("nothing-left was said of a log that is there")
	}
	if left := run.Receipt().Left(); len(left) != 1 || left[0].ID != group {
		t.Fatalf("the receipt has %v", left)
	}
	run.must(t, StepCleanup)
	if len(w.logs) > 0 || len(run.Receipt().Left()) > 0 {
		t.Errorf("left %v, %v", w.logs, run.Receipt().Left())
	}
}

func TestReadOnlyStepsPlanNothing(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
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
