package rotation

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

func TestRunProvesEverythingAndLeavesNothing(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	if err := run.Open(); err != nil {
		t.Fatal(err)
	}
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
		for _, fact := range step.Result(run.Run).Facts {
			if strings.Contains(fact.Value, generatedPassword) {
				t.Errorf("%s shows the password: %s", step.ID, fact.Value)
			}
		}
	}
	if diff := cmp.Diff(planned, run.fake.changes); diff != "" {
		t.Errorf("planned (-), called (+):\n%s", diff)
	}
	finished, err := run.Finish(true)
	if err != nil || len(finished.Left) > 0 {
		t.Errorf("left %v, error %v", finished.Left, err)
	}
	var names []string
	for _, c := range eventsOf[steps.Checked](run) {
		names = append(names, c.Check.Name)
		if !c.Check.OK || c.Check.Detail == "" {
			t.Errorf("check %+v", c.Check)
		}
	}
	want := []string{
		"secret-readable", "signs-in", "tls-verified", "user-matches",
		"function-installed", "rotation-enabled", "rotated",
		"password-changed", "new-password-signs-in", "old-password-refused", "previous-version-kept",
		"secret-scheduled-for-deletion", "database-deleted", "function-deleted", "rule-revoked", "nothing-left",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("checks by the contract (-), proved (+):\n%s", diff)
	}
}

func TestOldPasswordIsRefusedWithItsCode(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, allSteps[:5]...)
	checks := run.checks(StepVerify)
	i := slices.IndexFunc(checks, func(c steps.Check) bool { return c.Name == "old-password-refused" })
	if got := checks[i].Detail; got != "error 1045" {
		t.Errorf("evidence %q", got)
	}
}

func TestPollReportsEachStatusAndEvery30Seconds(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	began := time.Now()
	run.must(t, StepDatabase)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("20 minutes by the run's clock took %s", took)
	}
	waits := eventsOf[steps.Waiting](run)
	if first := waits[0]; first.Elapsed != 0 || first.Status != "creating" || first.Usual == 0 {
		t.Errorf("first report %+v", first)
	}
	for i := 1; i < len(waits); i++ {
		if silence := waits[i].Elapsed - waits[i-1].Elapsed; silence > 30*time.Second {
			t.Errorf("silent for %s before %+v", silence, waits[i])
		}
	}
	if last := waits[len(waits)-1]; last.Status != "available" || last.Elapsed.Truncate(run.Intervals().Database) != 20*time.Minute {
		t.Errorf("last report %+v", last)
	}
	done := eventsOf[steps.StepChanged](run)[1]
	if done.State != steps.StepDone || done.Elapsed.Truncate(run.Intervals().Database) != 20*time.Minute {
		t.Errorf("end of the step %+v", done)
	}
}

func TestIntentIsSavedBeforeTheCall(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.ledger.err = errors.New("disk full")
	err := run.do(t.Context(), StepDatabase)
	var failed *steps.StepError
	if !errors.As(err, &failed) || failed.Diagnosis.ID != "receipt-not-saved" {
		t.Errorf("error %v", err)
	}
	if len(run.fake.changes) > 0 {
		t.Errorf("called %v without a receipt", run.fake.changes)
	}
}

func TestRejectedCallLeavesNoIntent(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS()
	fake.failWith["rds CreateDBInstance"] = &steps.ServiceError{Service: "rds", Operation: "CreateDBInstance", Code: "InstanceQuotaExceeded", Kind: steps.ErrQuotaExceeded}
	run := newTestRun(fake)
	if err := run.do(t.Context(), StepDatabase); err == nil {
		t.Fatal("no error")
	}
	if left := run.ledger.last().Existing(steps.KindDatabase); len(left) > 0 {
		t.Errorf("the receipt still has %+v", left)
	}
}

func TestLostAnswerIsFoundAgain(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]steps.StepID{
		"ec2 CreateSecurityGroup":                      StepDatabase,
		"ec2 AuthorizeSecurityGroupIngress":            StepDatabase,
		"rds CreateDBInstance":                         StepDatabase,
		"secretsmanager CreateSecret":                  StepSecret,
		"serverlessrepo CreateCloudFormationChangeSet": StepRotate,
	} {
		for _, then := range []string{"carried on", "cleaned up"} {
			t.Run(name+" lost its answer, then the run was "+then, func(t *testing.T) {
				t.Parallel()
				fake := newFakeAWS()
				fake.loseAnswer[name] = errors.New("connection reset")
				first := newTestRun(fake)
				_ = first.Open()
				err := first.do(t.Context(), allSteps...)
				var failed *steps.StepError
				if !errors.As(err, &failed) || failed.Step != step {
					t.Fatalf("error %v", err)
				}
				fake.loseAnswer = map[string]error{}
				second := first.resumed()
				if then == "carried on" {
					second.must(t, allSteps[:5]...)
				}
				second.must(t, StepCleanup)
				if left := second.ledger.last().Left(); len(left) > 0 {
					t.Errorf("the receipt still has %v", left)
				}
				if fake.database != nil && fake.database.deleted.IsZero() || len(fake.groups) > 0 ||
					fake.secret != nil && fake.secret.DeletedAt.IsZero() || fake.stack != nil && fake.stack.Status != "DELETE_COMPLETE" {
					t.Errorf("left in the account: %+v", fake)
				}
			})
		}
	}
}

func TestRepeatedStepPlansNothing(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	for _, id := range allSteps[:5] {
		run.must(t, id)
		before := len(run.fake.changes)
		if calls, err := run.Prepare(t.Context(), findStep(id)); err != nil || len(calls) > 0 {
			t.Errorf("%s, again: plan %v, error %v", id, calls, err)
		}
		run.must(t, id)
		if again := run.fake.changes[before:]; len(again) > 0 {
			t.Errorf("%s, again: %v", id, again)
		}
	}
	run.must(t, StepCleanup)
	before := len(run.fake.changes)
	run.must(t, StepCleanup)
	if again := run.fake.changes[before:]; len(again) > 0 {
		t.Errorf("clean-up, again: %v", again)
	}
}

func TestCleanupAfterEachStepLeavesNothing(t *testing.T) {
	t.Parallel()
	for n := range 6 {
		run := newTestRun(newFakeAWS())
		_ = run.Open()
		run.must(t, allSteps[:n]...)
		again := run.resumed()
		again.must(t, StepCleanup)
		if left := again.ledger.last().Left(); len(left) > 0 {
			t.Errorf("after %d steps: left %v", n, left)
		}
	}
}

func TestInterruptedStepHasNoDiagnosis(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS()
	ctx, cancel := context.WithCancel(t.Context())
	fake.clock.sleep = func(total time.Duration) error {
		if total > 5*time.Minute {
			cancel()
		}
		return ctx.Err()
	}
	run := newTestRun(fake)
	err := run.do(ctx, StepDatabase)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if d := eventsOf[steps.Diagnosed](run); len(d) > 0 {
		t.Errorf("diagnosed %+v", d)
	}
	if left := run.ledger.last().Left(); len(left) != 3 {
		t.Errorf("the receipt has %v", left)
	}
}

func TestSkippingTheCleanupKeepsEverything(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, allSteps[:5]...)
	if err := run.Skip(findStep(StepCleanup)); err != nil {
		t.Fatal(err)
	}
	finished, err := run.Finish(true)
	if err != nil {
		t.Fatal(err)
	}
	var kept []steps.Resource
	for _, e := range eventsOf[steps.ResourceChanged](run) {
		if e.Action == steps.ResourceKept {
			kept = append(kept, steps.Resource{Kind: e.Kind, ID: e.ID})
		}
	}
	if diff := cmp.Diff(finished.Left, kept); diff != "" || len(kept) != 7 {
		t.Errorf("left (-), kept (+):\n%s", diff)
	}
}

func TestReceiptNeverHoldsAPassword(t *testing.T) {
	t.Parallel()
	const canary = "canary-in-the-mine-7"
	run := newTestRun(newFakeAWS())
	setup := run.Setup()
	setup.MasterPassword = steps.NewPassword(canary)
	run.Answer(setup)
	run.must(t, allSteps...)
	for _, receipt := range run.ledger.saved {
		text, err := json.Marshal(receipt)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), canary) {
			t.Fatalf("the receipt holds the password: %s", text)
		}
		var back steps.Receipt
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, receipt) {
			t.Fatalf("a receipt does not survive JSON: %v\n%s", err, cmp.Diff(receipt, back, cmp.AllowUnexported(steps.Password{})))
		}
	}
}

func TestGroupIsFoundBeforeItsTagIs(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase)
	run.fake.tagsNotFound = true
	again := run.resumed()
	calls, err := again.Prepare(t.Context(), findStep(StepDatabase))
	if err != nil || len(calls) > 0 {
		t.Errorf("plan %v, error %v", calls, err)
	}
	again.must(t, StepCleanup)
	if len(run.fake.groups) > 0 {
		t.Error("the group is still there")
	}
}

func TestNameTakenMeanwhileIsNotTouched(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase)
	if _, err := run.Prepare(t.Context(), findStep(StepSecret)); err != nil {
		t.Fatal(err)
	}
	theirs := newTestRun(newFakeAWS())
	theirs.must(t, StepDatabase, StepSecret)
	run.fake.secret = theirs.fake.secret
	run.fake.secret.Tags = nil
	run.fake.failWith["secretsmanager CreateSecret"] = &steps.ServiceError{Service: "secretsmanager", Operation: "CreateSecret", Kind: steps.ErrAlreadyExists}
	err := run.Execute(t.Context(), findStep(StepSecret))
	if failed, ok := errors.AsType[*steps.StepError](err); !ok || failed.Diagnosis.ID != "name-taken" {
		t.Fatalf("error %v", err)
	}
	run.must(t, StepCleanup)
	if !run.fake.secret.DeletedAt.IsZero() {
		t.Error("clean-up deleted somebody else's secret")
	}
}

func TestPlanIsExecutedOnce(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase)
	before := len(run.fake.changes)
	if err := run.Execute(t.Context(), findStep(StepDatabase)); err == nil {
		t.Error("a step that was not prepared again was carried out")
	}
	if again := run.fake.changes[before:]; len(again) > 0 {
		t.Errorf("called %v", again)
	}
}
