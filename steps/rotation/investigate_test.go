package rotation

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

// executeAndDiagnose runs steps until the failure and returns its diagnosis.
func executeAndDiagnose(t *testing.T, run *testRun, ids ...steps.StepID) steps.Diagnosis {
	t.Helper()
	err := run.do(t.Context(), ids...)
	failed, ok := errors.AsType[*steps.StepError](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	events := eventsOf[steps.Diagnosed](run)
	if events[len(events)-1].Diagnosis.ID != failed.Diagnosis.ID {
		t.Errorf("the event says %s, the error %s", events[len(events)-1].Diagnosis.ID, failed.Diagnosis.ID)
	}
	return failed.Diagnosis
}

// applyRemedy applies the one remedy and expects its plan to be what it called.
func applyRemedy(t *testing.T, run *testRun, d steps.Diagnosis, want ...string) {
	t.Helper()
	if len(d.Remedies) != 1 {
		t.Fatalf("remedies %+v", d.Remedies)
	}
	var planned []string
	for _, c := range d.Remedies[0].Plan {
		planned = append(planned, c.Service+" "+c.Operation)
	}
	before := len(run.fake.changes)
	if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, planned); diff != "" {
		t.Errorf("wanted (-), planned (+):\n%s", diff)
	}
	if diff := cmp.Diff(planned, run.fake.changes[before:]); diff != "" {
		t.Errorf("planned (-), called (+):\n%s", diff)
	}
}

func TestClosedPortIsReopened(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	run.fake.groups[0].Rules = nil
	d := executeAndDiagnose(t, run, StepValidate)
	if d.ID != "database-unreachable" || !strings.Contains(d.Why, "sg-0ab1 lets nobody in") {
		t.Fatalf("%+v", d)
	}
	applyRemedy(t, run, d, "ec2 AuthorizeSecurityGroupIngress")
	run.must(t, allSteps[2:]...)
	if left := run.ledger.last().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestDifferingPasswordIsResetFromTheSecret(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	run.fake.database.password = steps.NewPassword("changed behind its back")
	d := executeAndDiagnose(t, run, StepValidate)
	if d.ID != "password-refused" || !strings.Contains(d.Why, "1045") {
		t.Fatalf("%+v", d)
	}
	applyRemedy(t, run, d, "rds ModifyDBInstance")
	run.must(t, allSteps[2:]...)
}

func TestScheduledSecretIsRestored(t *testing.T) {
	t.Parallel()
	earlier := newTestRun(newFakeAWS())
	earlier.must(t, allSteps...)
	fake := earlier.fake
	fake.stack = nil
	run := &testRun{fake: fake, ledger: &fakeLedger{}}
	options := run.options()
	options.ID = "20261129-b77e"
	options.NewToken = func() string { return "99999999-0000-4000-8000-000000000000" }
	run.Run = steps.NewRun(options)
	run.must(t, StepDatabase)
	d := executeAndDiagnose(t, run, StepSecret)
	if d.ID != "secret-scheduled-for-deletion" {
		t.Fatalf("%+v", d)
	}
	applyRemedy(t, run, d, "secretsmanager RestoreSecret")
	run.must(t, StepSecret, StepValidate, StepCleanup)
	if last := run.ledger.last().Left(); len(last) > 0 || fake.secret.DeletedAt.IsZero() {
		t.Errorf("left %v, secret %+v", last, fake.secret.SecretDescription)
	}
}

func TestRotationThatCannotSignInIsRetried(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret, StepValidate)
	run.fake.rotation = (*fakeAWS).failInSetSecret
	run.fake.database.password = steps.NewPassword("changed behind its back")
	d := executeAndDiagnose(t, run, StepRotate)
	if d.ID != "rotation-failed" || !strings.Contains(d.What, "setSecret") || !strings.Contains(d.Why, steps.LoginFailed) ||
		!strings.HasPrefix(d.Why, "The database refuses the password") {
		t.Fatalf("%+v", d)
	}
	moved := eventsOf[steps.RotationMoved](run)
	if last := moved[len(moved)-1]; len(last.Completed) != 1 || len(last.Versions) != 2 || last.Versions[1].Fingerprint == "" {
		t.Errorf("picture %+v", last)
	}
	applyRemedy(t, run, d, "rds ModifyDBInstance")
	run.fake.rotation = (*fakeAWS).rotateSuccessfully
	token := run.ledger.last().Tokens[TokenRotation]
	run.must(t, StepRotate, StepVerify)
	if again := run.ledger.last().Tokens[TokenRotation]; again != token {
		t.Errorf("rotated as %s, taken up as %s", token, again)
	}
}

func TestSilentRotationEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	run.fake.rotation = func(*fakeAWS) {}
	before := run.fake.clock.Now()
	d := executeAndDiagnose(t, run, StepRotate)
	if d.ID != "rotation-failed" || !strings.Contains(d.What, "createSecret") {
		t.Errorf("%+v", d)
	}
	if took := run.fake.clock.Now().Sub(before); took < rotationDeadline {
		t.Errorf("gave up after %s", took)
	}
}

func TestFailedStackIsRemovedByTheNextAttempt(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	run.must(t, StepDatabase, StepSecret)
	actions, err := findStep(StepRotate).Check(t.Context(), run.Run)
	if err != nil {
		t.Fatal(err)
	}
	if err := actions[0].Do(t.Context(), run.Run); err != nil {
		t.Fatal(err)
	}
	run.fake.stack.Status = "ROLLBACK_COMPLETE"
	err = actions[2].Do(t.Context(), run.Run)
	if d := steps.Diagnose(err); d.ID != "stack-failed" || !strings.Contains(d.Why, "Role: not authorized to perform: iam:CreateRole") {
		t.Errorf("%+v", d)
	}
	calls, err := run.Prepare(t.Context(), findStep(StepRotate))
	if err != nil || calls[0].Operation != "DeleteStack" {
		t.Errorf("plan %v, error %v", calls, err)
	}
	run.must(t, StepRotate, StepVerify, StepCleanup)
}
