package rotation

import (
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
)

// do prepares and carries out steps and returns the first failure.
func do(t *testing.T, run *steps.Run, ids ...steps.StepID) error {
	t.Helper()
	for _, id := range ids {
		if _, err := run.Prepare(t.Context(), find(id)); err != nil {
			return err
		}
		if err := run.Execute(t.Context(), find(id)); err != nil {
			return err
		}
	}
	return nil
}

func TestFailedRotationIsRepaired(t *testing.T) {
	t.Parallel()
	run, _, _ := inSandbox(t)
	if err := do(t, run, StepDatabase, StepSecret, StepValidate); err != nil {
		t.Fatal(err)
	}
	databases := run.Services().Databases
	if err := databases.SetMasterPassword(t.Context(), steps.Recall[State](run).Database.ID, steps.NewPassword("changed-behind-its-back")); err != nil {
		t.Fatal(err)
	}
	err := do(t, run, StepRotate)
	failed, ok := errors.AsType[*steps.StepError](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	d := failed.Diagnosis
	if d.ID != "rotation-failed" || !strings.Contains(d.What, "setSecret") ||
		!strings.Contains(d.Why, "refuses the password") || !strings.Contains(d.Why, "Unable to log into database") || len(d.Remedies) != 1 {
		t.Fatalf("%+v", d)
	}
	if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
		t.Fatal(err)
	}
	if err := do(t, run, StepRotate, StepVerify, StepCleanup); err != nil {
		t.Fatal(err)
	}
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
