package steps

import (
	"errors"
	"fmt"
	"strings"
	"testing"
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
		"another account":          {&OtherAccountError{Run: "r1", RunAccount: "111122223333", OpenedAccount: "444455556666"}, "other-account", []string{"r1", "111122223333", "444455556666"}},
		"no region":                {fmt.Errorf("open: %w", ErrNoRegion), "no-region", []string{"--region"}},
		"a denied action":          {&ServiceError{Service: "rds", Operation: "CreateDBInstance", Code: "AccessDenied", Message: "no", Action: "rds:AddTagsToResource", Kind: ErrAccessDenied}, "access-denied", []string{"rds:AddTagsToResource"}},
		"an unnamed denied action": {refusal("ec2", "CreateSecurityGroup", "UnauthorizedOperation", "no", ErrAccessDenied), "access-denied", []string{"ec2:CreateSecurityGroup"}},
		"a broken connection":      {refusal("rds", "CreateDBInstance", "", "rds: the answer broke off", ErrConnectionBroken), "endpoint-unreachable", []string{"RDS", "broke off", "AWS_CA_BUNDLE"}},
		"a dead endpoint":          {refusal("rds", "CreateDBInstance", "", "localhost:9: connection refused", ErrEndpointUnreachable), "endpoint-unreachable", []string{"RDS", "connection refused"}},
		"an unknown operation":     {refusal("serverlessrepo", "GetApplication", "NotImplemented", "not built", ErrUnknownOperation), "unknown-operation", []string{"GetApplication", "NotImplemented"}},
		"a reached limit":          {refusal("rds", "CreateDBInstance", "InstanceQuotaExceeded", "too many", ErrQuotaExceeded), "quota-exceeded", []string{"Service Quotas"}},
		"no capacity":              {refusal("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none", ErrNoCapacity), "no-capacity", []string{"--db-class"}},
		"no default network":       {refusal("ec2", "DescribeVpcs", "", "", ErrNoDefaultNetwork), "no-default-network", []string{"create-default-vpc"}},
		"a name that is taken":     {&NameTakenError{Kind: KindSecret, Name: "MySecret"}, "name-taken", []string{"MySecret", "--secret-name"}},
		"a name of another run":    {&NameTakenError{Kind: KindDatabase, Name: "db", Owner: "20261121-aaaa"}, "name-taken", []string{"keyturn cleanup 20261121-aaaa", "--db-instance-id"}},
		"a secret to be deleted":   {&NameTakenError{Kind: KindSecret, Name: "MySecret", ScheduledForDeletion: true}, "secret-scheduled-for-deletion", []string{"Restore", "--secret-name"}},
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
