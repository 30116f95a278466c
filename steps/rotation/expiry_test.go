package rotation

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"keyturn/steps"
)

// TestPollGoesOnAfterASignIn has the credentials expire in the middle of each
// wait: the same step, tried again with new ones, carries on and makes nothing
// twice.
func TestPollGoesOnAfterASignIn(t *testing.T) {
	t.Parallel()
	want := callsOfFullRuns(t)["from the repository"]
	for name, tt := range map[string]struct {
		step  steps.StepID
		after string // the call whose work is waited for
		look  string // the call that the wait polls with
	}{
		"while the database is made":    {StepDatabase, "rds CreateDBInstance", "rds DescribeDBInstances"},
		"while the function is made":    {StepRotate, "cloudformation ExecuteChangeSet", "cloudformation DescribeStacks"},
		"while the password is rotated": {StepRotate, "secretsmanager RotateSecret", "secretsmanager DescribeSecret"},
		"while the database is deleted": {StepCleanup, "rds DeleteDBInstance", "rds DescribeDBInstances"},
		"while the function is deleted": {StepCleanup, "cloudformation DeleteStack", "cloudformation DescribeStacks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := newTestRun(newFakeAWS())
			fake := run.fake
			at := slices.Index(allSteps, tt.step)
			run.must(t, allSteps[:at]...)
			if _, err := run.Prepare(t.Context(), findStep(tt.step)); err != nil {
				t.Fatal(err)
			}
			expire := func() {
				if slices.Contains(fake.changes, tt.after) {
					fake.failWith[tt.look] = &steps.ServiceError{
						Service: "rds", Operation: "Describe", Kind: steps.ErrCredentialsExpired, Message: "the SSO session has expired",
						SignIn: "aws sso login --profile dev",
					}
				}
			}
			fake.clock.sleep = func(time.Duration) error { expire(); return nil }
			fake.rotation = func(fake *fakeAWS) { fake.rotateSuccessfully(); expire() }
			err := run.Execute(t.Context(), findStep(tt.step))
			failed, ok := errors.AsType[*steps.StepError](err)
			if !ok || failed.Diagnosis.ID != "credentials-expired" || !strings.Contains(failed.Diagnosis.Fix, "`aws sso login --profile dev`") {
				t.Fatalf("the wait ended with %v", err)
			}
			fake.clock.sleep, fake.rotation = nil, (*fakeAWS).rotateSuccessfully
			clear(fake.failWith) // somebody has signed in
			run.must(t, allSteps[at:]...)
			// A deletion that goes on is asked for once more, which does nothing.
			if !slices.Equal(slices.Compact(fake.changes), want) {
				t.Errorf("changed\n%v\nwant\n%v", fake.changes, want)
			}
		})
	}
}
