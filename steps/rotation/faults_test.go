package rotation

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"keyturn/aws/owner"
	"keyturn/aws/sandbox"
	"keyturn/steps"
)

// failure is a row of the failure catalogue (facts of AWS's documentation, §10)
// as the sandbox reproduces it.
type failure struct {
	row     int // of the catalogue; 0 for what it does not have
	fault   string
	private bool
	// step fails with the diagnosis, whose Why has a part of what AWS says.
	step            steps.StepID
	diagnosis, says string
	// remedy is offered and applied; without one, cure is what somebody does in
	// the account, and without that another attempt is enough.
	remedy string
	cure   func(t *testing.T, run *steps.Run, hand *owner.Owner)
}

func grant(_ *testing.T, _ *steps.Run, hand *owner.Owner) { hand.GrantEverything("keyturn", "denial") }

func callerOf(t *testing.T, run *steps.Run) error {
	t.Helper()
	_, err := run.Services().Identity.Caller(t.Context())
	return err
}

var failures = []failure{
	{row: 1, fault: "no-route-to-secrets-manager", private: true, step: StepRotate, diagnosis: "function-cannot-reach-secrets-manager", says: "does not let it in on port 443", remedy: "open-way"},
	{row: 1, fault: "no-route-to-secrets-manager", step: StepRotate, diagnosis: "function-cannot-reach-secrets-manager", says: "nothing there leads to Secrets Manager", remedy: "leave-vpc"},
	{row: 2, fault: "endpoint-closed-in-rotation", private: true, step: StepRotate, diagnosis: "function-cannot-reach-secrets-manager", says: "does not let it in on port 443", remedy: "open-way"},
	{row: 3, fault: "closed-security-group", step: StepRotate, diagnosis: "rotation-failed", says: "lets nobody in on that port", remedy: "open-port"},
	{row: 3, fault: "closed-before-sign-in", step: StepValidate, diagnosis: "database-unreachable", says: "lets nobody in on that port", remedy: "open-port"},
	{row: 4, fault: "wrong-password-in-secret", step: StepRotate, diagnosis: "rotation-failed", says: "refuses the password", remedy: "reset-password"},
	{row: 4, fault: "wrong-password-at-sign-in", step: StepValidate, diagnosis: "password-refused", says: "1045", remedy: "reset-password"},
	{row: 7, fault: "pending-on-another-version"},
	{row: 9, fault: "function-not-invocable", step: StepRotate, diagnosis: "function-not-invocable", says: "policy", remedy: "allow-invoking"},
	{row: 11, fault: "hand-made-secret", step: StepRotate, diagnosis: "secret-malformed", says: "Database engine must be set", remedy: "put-back"},
	{row: 11, fault: "secret-without-host", step: StepRotate, diagnosis: "secret-malformed", says: "host key is missing", remedy: "put-back"},
	{row: 12, fault: "secret-edited-in-rotation", step: StepRotate, diagnosis: "secret-edited", says: "Attempting to modify user", remedy: "put-back"},
	{row: 13, fault: "function-tested-by-hand", step: StepRotate, diagnosis: "function-run-by-hand", says: "has no stage for rotation"},
	{row: 13, fault: "rotation-cancelled", step: StepRotate, diagnosis: "rotation-cancelled", says: "stops a cancelled rotation"},
	{row: 16, fault: "name-scheduled-for-deletion", step: StepSecret, diagnosis: "secret-scheduled-for-deletion", says: "waiting period", remedy: "restore-secret"},
	{row: 18, fault: "no-repository"},
	{row: 19, fault: "s3-denied", step: StepRotate, diagnosis: "stack-failed", says: "s3:GetObject", cure: grant},
	{row: 20, fault: "role-denied", step: StepRotate, diagnosis: "stack-failed", says: "iam:CreateRole", cure: grant},
	{row: 20, fault: "rds-denied", step: StepDatabase, diagnosis: "access-denied", says: "rds:CreateDBInstance", cure: grant},
	{row: 21, fault: "instance-quota", step: StepDatabase, diagnosis: "quota-exceeded", says: "InstanceQuotaExceeded", cure: func(t *testing.T, run *steps.Run, _ *owner.Owner) {
		if err := run.Services().Databases.DeleteDBInstance(t.Context(), "filled-00000"); err != nil {
			t.Fatal(err)
		}
	}},
	{row: 22, fault: "no-default-vpc", step: StepDatabase, diagnosis: "no-default-network", says: "no default VPC", remedy: "create-default-vpc"},
	{row: 22, fault: "vpc-names-off", step: StepDatabase, diagnosis: "vpc-names-off", says: "enableDnsHostnames", cure: func(_ *testing.T, _ *steps.Run, hand *owner.Owner) { hand.NameHosts() }},
	{row: 25, fault: "stack-rolled-back", step: StepRotate, diagnosis: "stack-failed", says: "ROLLBACK_COMPLETE"},
	{fault: "deletion-protection", step: StepCleanup, diagnosis: "deletion-protected", says: "Cannot delete protected DB Instance"},
	{fault: "credentials-expire", step: StepSecret, diagnosis: "credentials-expired", says: "ExpiredTokenException", cure: func(t *testing.T, run *steps.Run, _ *owner.Owner) {
		for errors.Is(callerOf(t, run), steps.ErrCredentialsExpired) {
			time.Sleep(10 * time.Millisecond) // between two looks at a condition
		}
	}},
	{fault: "lost-answers"},
}

// unreproduced are the rows that the sandbox cannot bring about, and why.
var unreproduced = map[int]string{
	5:  "the sandbox's MySQL always offers TLS",
	6:  "the same: the function falls back to plain text only where TLS is refused",
	8:  "CloudTrail's, of a function that another account's role runs",
	10: "the sandbox has no KMS keys",
	14: "the sandbox runs the published function whatever its runtime says",
	15: "the sandbox's Lambda has no reserved concurrency",
	17: "a call that lacks the capabilities: keyturn sends them always",
	23: "a password that RDS does not take: keyturn refuses it where it is typed",
	24: "the moment between two answers; a refused sign-in reads the secret again at the next attempt",
}

func TestEachFailureIsDiagnosedAndCured(t *testing.T) {
	t.Parallel()
	for _, f := range failures {
		name := f.fault
		if f.private {
			name += " in the private network"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, served, _ := newSandboxRunWith(t, sandbox.Options{Faults: []string{f.fault}})
			setup := run.Setup()
			if f.private {
				setup.Network = steps.NetworkPrivate
			}
			run.Answer(setup)
			failed := 0
			for _, id := range allSteps {
				err := executeSteps(t.Context(), run, id)
				if err == nil {
					continue
				}
				f.isDiagnosed(t, id, err)
				failed++
				f.mend(t, run, served, err)
				if err := executeSteps(t.Context(), run, id); err != nil {
					t.Fatalf("after the cure: %v", err)
				}
			}
			if want := f.diagnosis != ""; want != (failed == 1) {
				t.Errorf("%d steps failed", failed)
			}
			if left := run.Receipt().Left(); len(left) > 0 {
				t.Errorf("left %v", left)
			}
		})
	}
}

// isDiagnosed holds a step's failure against the row.
func (f failure) isDiagnosed(t *testing.T, id steps.StepID, err error) {
	t.Helper()
	failed, isStep := errors.AsType[*steps.StepError](err)
	if !isStep {
		t.Fatal(err)
	}
	d := failed.Diagnosis
	if id != f.step || d.ID != f.diagnosis || !strings.Contains(d.Why+d.What, f.says) || d.Fix == "" {
		t.Fatalf("%s: %+v", id, d)
	}
}

// mend applies the remedy, which does what its plan says, or has the cure happen
// in the account.
func (f failure) mend(t *testing.T, run *steps.Run, served *sandbox.Sandbox, err error) {
	t.Helper()
	if f.cure != nil {
		id, secret := served.RootKey()
		f.cure(t, run, owner.New(t, served.URL(), served.Region, id, secret))
	}
	if f.remedy == "" {
		return
	}
	var failed *steps.StepError
	errors.As(err, &failed)
	at := slices.IndexFunc(failed.Diagnosis.Remedies, func(r steps.Remedy) bool { return r.ID == f.remedy })
	if at < 0 {
		t.Fatalf("it offers %+v", failed.Diagnosis.Remedies)
	}
	remedy, before := failed.Diagnosis.Remedies[at], len(changingCalls(served))
	if err := run.Apply(t.Context(), remedy); err != nil {
		t.Fatal(err)
	}
	var planned []string
	for _, c := range remedy.Plan {
		planned = append(planned, c.Service+" "+c.Operation)
	}
	if did := changingCalls(served)[before:]; !slices.Equal(did, planned) {
		t.Errorf("planned %v, did %v", planned, did)
	}
}

func TestEveryRowOfTheCatalogueIsReproducedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	const rows = 25
	for row := 1; row <= rows; row++ {
		reproduced := slices.ContainsFunc(failures, func(f failure) bool { return f.row == row })
		if _, not := unreproduced[row]; reproduced == not {
			t.Errorf("row %d: reproduced %t, said not to be %t", row, reproduced, not)
		}
	}
}
