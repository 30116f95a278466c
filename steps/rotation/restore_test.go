package rotation

import (
	"errors"
	"slices"
	"testing"
	"time"

	"keyturn/steps"
)

// A restoration that Secrets Manager refuses leaves the secret scheduled, in the
// receipt too, and can be tried again; one that worked makes it exist again.
func TestRestoringASecretIsInTheReceipt(t *testing.T) {
	t.Parallel()
	run := newTestRun(newFakeAWS())
	if err := run.Open(); err != nil {
		t.Fatal(err)
	}
	for _, step := range Tutorial().Steps {
		if _, err := run.Prepare(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		if err := run.Execute(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	scheduled, err := run.Receipt().Restorable(run.Now())
	if err != nil {
		t.Fatal(err)
	}
	step := Restore().Steps[0]
	restore := func() ([]steps.PlannedCall, error) {
		plan, err := run.Prepare(t.Context(), step)
		if err != nil {
			return nil, err
		}
		return plan, run.Execute(t.Context(), step)
	}
	run.fake.failWith["secretsmanager RestoreSecret"] = &steps.ServiceError{Code: "AccessDeniedException", Kind: steps.ErrAccessDenied}
	deletion := run.fake.secret.DeletedAt
	if _, err := restore(); !errors.Is(err, steps.ErrAccessDenied) {
		t.Errorf("refused: %v", err)
	}
	run.fake.secret.DeletedAt = deletion
	if again, err := run.Receipt().Restorable(run.Now()); err != nil || !again.RestorableUntil.Equal(scheduled.RestorableUntil) {
		t.Errorf("after a refusal the receipt has %+v, %v", again, err)
	}
	delete(run.fake.failWith, "secretsmanager RestoreSecret")
	before := len(run.fake.changes)
	plan, err := restore()
	if err != nil || len(plan) != 1 || !slices.Equal(run.fake.changes[before:], []string{"secretsmanager RestoreSecret"}) {
		t.Errorf("planned %v, called %v, %v", plan, run.fake.changes[before:], err)
	}
	if left := run.Receipt().Left(); len(left) != 1 || left[0].Kind != steps.KindSecret {
		t.Errorf("left %v", left)
	}
	var none *steps.NotRestorableError
	if _, err := restore(); !errors.As(err, &none) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := run.Receipt().Restorable(run.Now().Add(31 * 24 * time.Hour)); !errors.As(err, &none) {
		t.Errorf("it exists: %v", err)
	}
}
