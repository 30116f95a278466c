package steps

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func refusal(service, operation, code, message string, kind error) error {
	return fmt.Errorf("do it: %w", &ServiceError{
		Service: service, Operation: operation, Code: code, Message: message, Kind: kind, RequestID: "req-1",
	})
}

func TestEachErrorHasItsDiagnosis(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		id   string
		says []string // in What, Why or Fix
	}{
		"no credentials":           {refusal("sts", "GetCallerIdentity", "", "no EC2 IMDS role found", ErrNoCredentials), "no-credentials", []string{"aws sso login", "IMDS"}},
		"expired credentials":      {refusal("sts", "GetCallerIdentity", "ExpiredToken", "The security token is expired", ErrCredentialsExpired), "credentials-expired", []string{"ExpiredToken"}},
		"refused credentials":      {refusal("rds", "CreateDBInstance", "SignatureDoesNotMatch", "Signature expired", ErrCredentialsRefused), "credentials-refused", []string{"clock"}},
		"an unknown profile":       {refusal("aws", "configure", "", "there is no profile nope", ErrNoProfile), "no-profile", []string{"There is no profile nope", "--profile"}},
		"a broken configuration":   {refusal("aws", "configure", "", "open /ca.pem: no such file", ErrBadConfiguration), "bad-configuration", []string{"/ca.pem"}},
		"a failing service":        {refusal("rds", "CreateDBInstance", "InternalFailure", "An internal error has occurred", ErrServiceFailing), "service-failing", []string{"RDS", "InternalFailure", "Try again"}},
		"a failing endpoint":       {&OpenError{Endpoint: "http://localhost:9", Err: refusal("sts", "GetCallerIdentity", "", "HTTP 500", ErrServiceFailing)}, "service-failing", []string{"http://localhost:9", "HTTP 500"}},
		"a captive portal":         {refusal("sts", "GetCallerIdentity", "", "a page", ErrNotAWS), "not-aws", []string{"STS", "proxy"}},
		"another account":          {&OtherAccountError{Run: "r1", Worked: "111122223333", Opened: "444455556666"}, "other-account", []string{"r1", "111122223333", "444455556666"}},
		"no region":                {fmt.Errorf("open: %w", ErrNoRegion), "no-region", []string{"--region"}},
		"a denied action":          {&ServiceError{Service: "rds", Operation: "CreateDBInstance", Code: "AccessDenied", Message: "no", Action: "rds:AddTagsToResource", Kind: ErrAccessDenied}, "access-denied", []string{"rds:AddTagsToResource"}},
		"an unnamed denied action": {refusal("ec2", "CreateSecurityGroup", "UnauthorizedOperation", "no", ErrAccessDenied), "access-denied", []string{"ec2:CreateSecurityGroup"}},
		"a dead endpoint":          {refusal("rds", "CreateDBInstance", "", "localhost:9: connection refused", ErrEndpointUnreachable), "endpoint-unreachable", []string{"RDS", "connection refused"}},
		"an unknown operation":     {refusal("serverlessrepo", "GetApplication", "NotImplemented", "not built", ErrUnknownOperation), "unknown-operation", []string{"GetApplication", "NotImplemented"}},
		"a reached limit":          {refusal("rds", "CreateDBInstance", "InstanceQuotaExceeded", "too many", ErrQuotaExceeded), "quota-exceeded", []string{"Service Quotas"}},
		"no capacity":              {refusal("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none", ErrNoCapacity), "no-capacity", []string{"--db-class"}},
		"no default network":       {refusal("ec2", "DescribeVpcs", "", "", ErrNoDefaultNetwork), "no-default-network", []string{"create-default-vpc"}},
		"a name that is taken":     {&TakenError{Kind: KindSecret, Name: "MySecret"}, "name-taken", []string{"MySecret", "--secret-name"}},
		"a name of another run":    {&TakenError{Kind: KindDatabase, Name: "db", Owner: "20261121-aaaa"}, "name-taken", []string{"keyturn cleanup 20261121-aaaa", "--db-instance-id"}},
		"a secret to be deleted":   {&TakenError{Kind: KindSecret, Name: "MySecret", ScheduledForDeletion: true}, "secret-scheduled-for-deletion", []string{"Restore", "--secret-name"}},
		"a dead database":          {refusal("mysql", "sign in", "", "db.example does not answer", ErrDatabaseUnreachable), "database-unreachable", []string{"3306", "does not answer"}},
		"a refused password":       {refusal("mysql", "sign in", "1045", "Access denied for user", ErrPasswordRefused), "password-refused", []string{"1045"}},
		"an unverified TLS":        {refusal("mysql", "sign in", "", "certificate signed by unknown authority", ErrCertificateNotVerified), "tls-not-verified", []string{"unknown authority", "not sent"}},
		"no TLS":                   {refusal("mysql", "sign in", "", "does not offer TLS", ErrTLSRefused), "tls-refused", []string{"never sent"}},
		"an unknown name":          {refusal("mysql", "sign in", "", "no such host", ErrDatabaseNameNotResolved), "database-name-not-resolved", []string{"No such host"}},
		"a failed rotation":        {&RotationError{Phase: PhaseSet, Line: "setSecret: it broke"}, "rotation-failed", []string{"setSecret", "changing the password", "it broke"}},
		"a silent rotation":        {&RotationError{Phase: PhaseCreate, TimedOut: true}, "rotation-failed", []string{"no reason"}},
		"a failed stack":           {&StatusError{Kind: KindStack, ID: "x", Status: "ROLLBACK_COMPLETE", Reason: "Role: not authorized"}, "stack-failed", []string{"ROLLBACK_COMPLETE", "not authorized"}},
		"a failed database":        {&StatusError{Kind: KindDatabase, ID: "db", Status: "storage-full"}, "database-failed", []string{"storage-full"}},
		"a missing class":          {&ClassNotOfferedError{Classes: []string{"db.z9.none"}, EngineVersion: "8.4.7"}, "class-not-offered", []string{"db.z9.none", "--db-class"}},
		"a wait too long":          {&TimeoutError{What: "the database", Status: "creating"}, "timed-out", []string{"the database", "creating"}},
		"a region without SAR":     {refusal("serverlessrepo", "GetApplication", "NotFoundException", "Application with id 'x' does not exist", ErrNotFound), "function-not-offered", []string{"does not exist", "--region"}},
		"a failed proof":           {&CheckError{Check{Name: "user-matches", Detail: "root"}}, "not-proved", []string{"user-matches"}},
		"a full disk":              {fmt.Errorf("%w: disk full", ErrReceiptNotSaved), "receipt-not-saved", []string{"disk full", "KEYTURN_STATE_DIR"}},
		"a code nobody knows":      {refusal("rds", "CreateDBInstance", "StrangeFault", "strange things", nil), "unexpected", []string{"could not begin", "StrangeFault", "strange things"}},
		"an error nobody knows":    {errors.New("the moon is in the way"), "unexpected", []string{"The moon is in the way."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Diagnose(test.err)
			if d.ID != test.id {
				t.Errorf("id %q, want %q", d.ID, test.id)
			}
			text := d.What + "\n" + d.Why + "\n" + d.Fix
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("does not say %q:\n%s", want, text)
				}
			}
			if strings.HasSuffix(d.What, ".") || !strings.HasSuffix(d.Why, ".") || !strings.HasSuffix(d.Fix, ".") {
				t.Errorf("What is a heading, Why and Fix are sentences:\n%s", text)
			}
			if !strings.Contains(d.Raw, test.err.Error()) {
				t.Errorf("raw text %q", d.Raw)
			}
		})
	}
}

// diagnosed runs steps until the failure and returns its diagnosis.
func diagnosed(t *testing.T, run *trial, ids ...StepID) Diagnosis {
	t.Helper()
	err := run.do(t.Context(), ids...)
	failed, ok := errors.AsType[*StepError](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	events := eventsOf[Diagnosed](run)
	if events[len(events)-1].Diagnosis.ID != failed.Diagnosis.ID {
		t.Errorf("the event says %s, the error %s", events[len(events)-1].Diagnosis.ID, failed.Diagnosis.ID)
	}
	return failed.Diagnosis
}

// repair applies the one remedy and expects its plan to be what it called.
func repair(t *testing.T, run *trial, d Diagnosis, want ...string) {
	t.Helper()
	if len(d.Remedies) != 1 {
		t.Fatalf("remedies %+v", d.Remedies)
	}
	var planned []string
	for _, c := range d.Remedies[0].Plan {
		planned = append(planned, c.Service+" "+c.Operation)
	}
	before := len(run.world.changes)
	if err := run.Apply(t.Context(), d.Remedies[0]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, planned); diff != "" {
		t.Errorf("wanted (-), planned (+):\n%s", diff)
	}
	if diff := cmp.Diff(planned, run.world.changes[before:]); diff != "" {
		t.Errorf("planned (-), called (+):\n%s", diff)
	}
}

func TestAClosedPortIsFoundAndOpened(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret)
	run.world.groups[0].Rules = nil
	d := diagnosed(t, run, StepValidate)
	if d.ID != "database-unreachable" || !strings.Contains(d.Why, "sg-0ab1 lets nobody in") {
		t.Fatalf("%+v", d)
	}
	repair(t, run, d, "ec2 AuthorizeSecurityGroupIngress")
	run.must(t, allSteps[2:]...)
	if left := run.ledger.last().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestAPasswordThatDiffersIsSetFromTheSecret(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret)
	run.world.database.password = NewPassword("changed behind its back")
	d := diagnosed(t, run, StepValidate)
	if d.ID != "password-refused" || !strings.Contains(d.Why, "1045") {
		t.Fatalf("%+v", d)
	}
	repair(t, run, d, "rds ModifyDBInstance")
	run.must(t, allSteps[2:]...)
}

func TestASecretOfAnEarlierRunIsRestoredAndHoldsThisDatabase(t *testing.T) {
	t.Parallel()
	earlier := newTrial(newWorld())
	earlier.must(t, allSteps...)
	w := earlier.world
	w.stack = nil
	run := &trial{world: w, ledger: &ledger{}}
	options := run.options()
	options.ID = "20261129-b77e"
	options.NewToken = func() string { return "99999999-0000-4000-8000-000000000000" }
	run.Run = NewRun(options)
	run.must(t, StepDatabase)
	d := diagnosed(t, run, StepSecret)
	if d.ID != "secret-scheduled-for-deletion" {
		t.Fatalf("%+v", d)
	}
	repair(t, run, d, "secretsmanager RestoreSecret")
	run.must(t, StepSecret, StepValidate, StepCleanup)
	if last := run.ledger.last().Left(); len(last) > 0 || w.secret.DeletedAt.IsZero() {
		t.Errorf("left %v, secret %+v", last, w.secret.SecretDescription)
	}
}

func TestARotationThatCannotSignInIsExplainedAndTakenUpAgain(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret, StepValidate)
	run.world.rotation = (*world).rotateToSet
	run.world.database.password = NewPassword("changed behind its back")
	d := diagnosed(t, run, StepRotate)
	if d.ID != "rotation-failed" || !strings.Contains(d.What, "setSecret") || !strings.Contains(d.Why, loginFailed) ||
		!strings.HasPrefix(d.Why, "The database refuses the password") {
		t.Fatalf("%+v", d)
	}
	moved := eventsOf[RotationMoved](run)
	if last := moved[len(moved)-1]; len(last.Completed) != 1 || len(last.Versions) != 2 || last.Versions[1].Fingerprint == "" {
		t.Errorf("picture %+v", last)
	}
	repair(t, run, d, "rds ModifyDBInstance")
	run.world.rotation = (*world).rotateWell
	token := run.ledger.last().Tokens[TokenRotation]
	run.must(t, StepRotate, StepVerify)
	if again := run.ledger.last().Tokens[TokenRotation]; again != token {
		t.Errorf("rotated as %s, taken up as %s", token, again)
	}
}

func TestARotationThatSaysNothingEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret)
	run.world.rotation = func(*world) {}
	before := run.world.clock.Now()
	d := diagnosed(t, run, StepRotate)
	if d.ID != "rotation-failed" || !strings.Contains(d.What, "createSecret") {
		t.Errorf("%+v", d)
	}
	if took := run.world.clock.Now().Sub(before); took < rotationDeadline {
		t.Errorf("gave up after %s", took)
	}
}

func TestAFailedStackIsExplainedAndRemovedByTheNextAttempt(t *testing.T) {
	t.Parallel()
	run := newTrial(newWorld())
	run.must(t, StepDatabase, StepSecret)
	if _, err := run.Prepare(t.Context(), Find(StepRotate)); err != nil {
		t.Fatal(err)
	}
	actions := run.State().actions[StepRotate]
	if err := actions[0].do(t.Context(), run.Run); err != nil {
		t.Fatal(err)
	}
	run.world.stack.Status = "ROLLBACK_COMPLETE"
	err := actions[2].do(t.Context(), run.Run)
	if d := Diagnose(err); d.ID != "stack-failed" || !strings.Contains(d.Why, "Role: not authorized to perform: iam:CreateRole") {
		t.Errorf("%+v", d)
	}
	calls, err := run.Prepare(t.Context(), Find(StepRotate))
	if err != nil || calls[0].Operation != "DeleteStack" {
		t.Errorf("plan %v, error %v", calls, err)
	}
	run.must(t, StepRotate, StepVerify, StepCleanup)
}
