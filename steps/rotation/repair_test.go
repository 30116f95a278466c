package rotation

import (
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
)

func TestFailedRotationIsRepaired(t *testing.T) {
	t.Parallel()
	run, _, _ := newSandboxRun(t)
	if err := executeSteps(t.Context(), run, StepDatabase, StepSecret, StepValidate); err != nil {
		t.Fatal(err)
	}
	databases := run.Services().Databases
	if err := databases.SetMasterPassword(t.Context(), steps.Recall[State](run).Database.ID, steps.NewPassword("changed-behind-its-back")); err != nil {
		t.Fatal(err)
	}
	err := executeSteps(t.Context(), run, StepRotate)
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
	if err := executeSteps(t.Context(), run, StepRotate, StepVerify, StepCleanup); err != nil {
		t.Fatal(err)
	}
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
