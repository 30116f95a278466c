package secrets

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

func TestSecretIDForms(t *testing.T) {
	t.Parallel()
	const notFound = "Secrets Manager can't find the specified secret."
	cases := map[string]struct {
		name       string
		id         func(arn string) string
		code, text string
	}{
		"its name":        {name: "s", id: func(string) string { return "s" }},
		"its ARN":         {name: "s", id: func(arn string) string { return arn }},
		"its partial ARN": {name: "s", id: func(arn string) string { return arn[:len(arn)-7] }},
		"its partial ARN, if the name ends in a hyphen and seven characters": {
			name: "Valid-a1b2c3-", id: func(arn string) string { return arn[:len(arn)-7] },
		},
		"not its partial ARN, if the name ends in a hyphen and six characters": {
			name: "Invalid-a1b2c3", id: func(arn string) string { return arn[:len(arn)-7] }, code: codeNotFound, text: notFound,
		},
		"its ARN even then":         {name: "Invalid-a1b2c3", id: func(arn string) string { return arn }},
		"no other suffix":           {name: "s", id: func(arn string) string { return arn[:len(arn)-6] + "......" }, code: codeNotFound, text: notFound},
		"no part of its name":       {name: "secret", id: func(string) string { return "secre" }, code: codeNotFound, text: notFound},
		"no name of other case":     {name: "s", id: func(string) string { return "S" }, code: codeNotFound, text: notFound},
		"no ARN of another account": {name: "s", id: func(arn string) string { return strings.Replace(arn, "123456789012", "210987654321", 1) }, code: codeNotFound, text: notFound},
		"no impossible name":        {name: "s", id: func(string) string { return "no such name" }, code: codeValidation},
		"no ARN of another service": {name: "s", id: func(string) string { return functionARN }, code: codeValidation},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			arn := *b.create(c.name, "a").ARN
			out, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr(c.id(arn))})
			if c.code != "" {
				wantError(t, err, c.code, c.text)
				return
			}
			if err != nil || *out.ARN != arn {
				t.Errorf("found %v (%v)", out, err)
			}
		})
	}
}

// TestRotationRoleReachesOnlyItsSecrets covers the published template's condition
// AllowRotationLambdaArn.
func TestRotationRoleReachesOnlyItsSecrets(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("its", "a")
	b.create("other", "a")
	must(b.rotateSecret(b.ctx, &secretsmanager.RotateSecretInput{SecretId: ptr("its"), ClientRequestToken: ptr(token("2")), RotationLambdaARN: ptr(functionARN)}))
	b.waitForRotation("its")
	const role = "arn:aws:sts::123456789012:assumed-role/Role/SecretsManagerTest"
	asFunction := wire.WithCaller(b.ctx, wire.Caller{ARN: role})

	if _, err := b.getSecretValue(asFunction, &secretsmanager.GetSecretValueInput{SecretId: ptr("its")}); err != nil {
		t.Errorf("its secret: %v", err)
	}
	if _, err := b.getRandomPassword(asFunction, &secretsmanager.GetRandomPasswordInput{}); err != nil {
		t.Errorf("a random password: %v", err)
	}
	other := *b.describe("other").ARN
	_, err := b.getSecretValue(asFunction, &secretsmanager.GetSecretValueInput{SecretId: ptr("other")})
	wantError(t, err, codeAccessDenied, "User: "+role+" is not authorized to perform: secretsmanager:GetSecretValue on resource: "+other+
		" because no identity-based policy allows the secretsmanager:GetSecretValue action")
	_, err = b.describeSecret(asFunction, &secretsmanager.DescribeSecretInput{SecretId: ptr("no-such")})
	wantError(t, err, codeAccessDenied, "")
	_, err = b.deleteSecret(asFunction, &secretsmanager.DeleteSecretInput{SecretId: ptr("its"), ForceDeleteWithoutRecovery: ptr(true)})
	wantError(t, err, codeAccessDenied, "")
	_, err = b.createSecret(asFunction, &secretsmanager.CreateSecretInput{Name: ptr("new")})
	wantError(t, err, codeAccessDenied, "")
	_, err = b.listSecrets(asFunction, &secretsmanager.ListSecretsInput{})
	wantError(t, err, codeAccessDenied, "")
}

func TestDeleteSecret(t *testing.T) {
	t.Parallel()
	window := "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
	cases := map[string]struct {
		in         secretsmanager.DeleteSecretInput
		days       int
		code, text string
	}{
		"in 30 days unless told otherwise": {days: 30},
		"in 7 days":                        {in: secretsmanager.DeleteSecretInput{RecoveryWindowInDays: ptr[int64](7)}, days: 7},
		"at once":                          {in: secretsmanager.DeleteSecretInput{ForceDeleteWithoutRecovery: ptr(true)}},
		"not in 6 days":                    {in: secretsmanager.DeleteSecretInput{RecoveryWindowInDays: ptr[int64](6)}, code: codeInvalidParameter, text: window},
		"not in 31 days":                   {in: secretsmanager.DeleteSecretInput{RecoveryWindowInDays: ptr[int64](31)}, code: codeInvalidParameter, text: window},
		"not at once and in 7 days": {
			in:   secretsmanager.DeleteSecretInput{RecoveryWindowInDays: ptr[int64](7), ForceDeleteWithoutRecovery: ptr(true)},
			code: codeInvalidParameter, text: "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
		},
		"not at once and in 6 days": {
			in:   secretsmanager.DeleteSecretInput{RecoveryWindowInDays: ptr[int64](6), ForceDeleteWithoutRecovery: ptr(true)},
			code: codeInvalidParameter, text: window,
		},
		"nothing that is not there": {in: secretsmanager.DeleteSecretInput{SecretId: ptr("none")}, code: codeNotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("s", "a")
			if c.in.SecretId == nil {
				c.in.SecretId = ptr("s")
			}
			out, err := b.deleteSecret(b.ctx, &c.in)
			if c.code != "" {
				wantError(t, err, c.code, c.text)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.describeSecret(b.ctx, &secretsmanager.DescribeSecretInput{SecretId: ptr("s")}); (c.days == 0) != isCode(err, codeNotFound) {
				t.Errorf("afterwards it is described with %v", err)
			}
			if want := b.now.AddDate(0, 0, c.days); !out.DeletionDate.Equal(want) {
				t.Errorf("DeletionDate is %s, want %s", out.DeletionDate, want)
			}
		})
	}
}

func TestForcedDeletionOfAMissingSecretSucceeds(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	out, err := b.deleteSecret(b.ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr("none"), ForceDeleteWithoutRecovery: ptr(true)})
	if err != nil || *out.Name != "none" {
		t.Errorf("answer is %v (%v)", out, err)
	}
}

func TestRecoveryWindow(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	first := *b.create("s", "a").ARN
	must(b.deleteSecret(b.ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr("s"), RecoveryWindowInDays: ptr[int64](7)}))
	if d := b.describe("s"); d.DeletedDate == nil || !d.DeletedDate.Equal(b.now.AddDate(0, 0, 7)) {
		t.Errorf("DeletedDate is %v", d.DeletedDate)
	}
	const marked = "You can't perform this operation on the secret because it was marked for deletion."
	for name, call := range map[string]func() error{
		"GetSecretValue": func() error {
			_, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s")})
			return err
		},
		"PutSecretValue": func() error {
			_, err := b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: ptr("s"), SecretString: ptr("b"), ClientRequestToken: ptr(token("2"))})
			return err
		},
		"UpdateSecret": func() error {
			_, err := b.updateSecret(b.ctx, &secretsmanager.UpdateSecretInput{SecretId: ptr("s")})
			return err
		},
		"UpdateSecretVersionStage": func() error { _, err := b.updateSecretVersionStage(b.ctx, stageInput("x", "", "s")); return err },
		"RotateSecret": func() error {
			_, err := b.rotateSecret(b.ctx, &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("2")), RotationLambdaARN: ptr(functionARN)})
			return err
		},
		"CancelRotateSecret": func() error {
			_, err := b.cancelRotateSecret(b.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: ptr("s")})
			return err
		},
		"TagResource": func() error {
			_, err := b.tagResource(b.ctx, &secretsmanager.TagResourceInput{SecretId: ptr("s")})
			return err
		},
		"UntagResource": func() error {
			_, err := b.untagResource(b.ctx, &secretsmanager.UntagResourceInput{SecretId: ptr("s")})
			return err
		},
		"PutResourcePolicy": func() error {
			_, err := b.putResourcePolicy(b.ctx, &secretsmanager.PutResourcePolicyInput{SecretId: ptr("s"), ResourcePolicy: ptr(policyOf(rootMayRead))})
			return err
		},
		"GetResourcePolicy": func() error {
			_, err := b.getResourcePolicy(b.ctx, &secretsmanager.GetResourcePolicyInput{SecretId: ptr("s")})
			return err
		},
	} {
		t.Log(name)
		wantError(t, call(), codeInvalidRequest, marked)
	}
	_, err := b.deleteSecret(b.ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr("s")})
	wantError(t, err, codeInvalidRequest, "")

	must(b.restoreSecret(b.ctx, &secretsmanager.RestoreSecretInput{SecretId: ptr("s")}))
	if got := must(b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: ptr("s")})); *got.SecretString != "a" {
		t.Errorf("the restored value is %q", *got.SecretString)
	}
	must(b.deleteSecret(b.ctx, &secretsmanager.DeleteSecretInput{SecretId: ptr("s"), RecoveryWindowInDays: ptr[int64](7)}))
	b.advance(7*24*time.Hour - time.Second)
	b.describe("s")
	b.advance(time.Second)
	_, err = b.describeSecret(b.ctx, &secretsmanager.DescribeSecretInput{SecretId: ptr("s")})
	wantError(t, err, codeNotFound, "")
	if again := *b.create("s", "b").ARN; again == first {
		t.Error("a secret made again has the same ARN")
	}
}
