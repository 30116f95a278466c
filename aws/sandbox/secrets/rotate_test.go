package secrets

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"
)

func rotateInput(tok string) *secretsmanager.RotateSecretInput {
	return &secretsmanager.RotateSecretInput{
		SecretId: ptr("s"), ClientRequestToken: ptr(token(tok)), RotationLambdaARN: ptr(functionARN),
		RotationRules: &types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](30)},
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	arn := *b.create("s", "a").ARN
	out := must(b.rotateSecret(b.ctx, rotateInput("2")))
	if *out.VersionId != token("2") || *out.ARN != arn || *out.Name != "s" {
		t.Errorf("answer is %+v", out)
	}
	b.waitForRotation("s")

	if got := b.fn.steps(); !slices.Equal(got, allPhases) {
		t.Errorf("the function was called for %v", got)
	}
	for _, e := range b.fn.events {
		if e.SecretId != arn || e.ClientRequestToken != token("2") || e.RotationToken == "" {
			t.Errorf("an event is %+v", e)
		}
	}
	if diff := cmp.Diff(map[string][]string{"s": {previous}, "2": {current, pending}}, b.labels()); diff != "" {
		t.Error(diff)
	}
	d := b.describe("s")
	next := time.Date(2026, 12, 22, 23, 59, 59, 0, time.UTC)
	if !*d.RotationEnabled || *d.RotationLambdaARN != functionARN || *d.RotationRules.AutomaticallyAfterDays != 30 ||
		!d.LastRotatedDate.Equal(b.now) || !d.NextRotationDate.Equal(next) {
		t.Errorf("the secret is %+v, next rotation %v", d, d.NextRotationDate)
	}

	t.Run("the next one accepts both labels on one version", func(t *testing.T) {
		must(b.rotateSecret(b.ctx, &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("3"))}))
		b.waitForRotation("s")
		if diff := cmp.Diff(map[string][]string{"2": {previous}, "3": {current, pending}}, b.labels()); diff != "" {
			t.Error(diff)
		}
		list := must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s"), IncludeDeprecated: ptr(true)}))
		if len(list.Versions) != 3 || list.Versions[0].VersionStages != nil {
			t.Errorf("versions are %v", list.Versions)
		}
	})
}

func TestRotationStagesAnEmptyPendingVersion(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	var found error
	b.fn.run = func(e event) error {
		_, found = b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretId, VersionId: &e.ClientRequestToken, VersionStage: ptr(pending)})
		return errors.New("stop")
	}
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	wantError(t, found, codeNotFound, "")
}

func TestFailedPhaseEndsTheRotation(t *testing.T) {
	t.Parallel()
	for i, failing := range allPhases {
		t.Run(failing, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.useWorkingFunction()
			run := b.fn.run
			b.fn.run = func(e event) error {
				if e.Step == failing {
					return errors.New("fails")
				}
				return run(e)
			}
			b.create("s", "a")
			must(b.rotateSecret(b.ctx, rotateInput("2")))
			b.waitForRotation("s")
			if got := b.fn.steps(); !slices.Equal(got, allPhases[:i+1]) {
				t.Errorf("the function was called for %v", got)
			}
			if diff := cmp.Diff(map[string][]string{"s": {current}, "2": {pending}}, b.labels()); diff != "" {
				t.Error(diff)
			}
			if d := b.describe("s"); d.LastRotatedDate != nil || !*d.RotationEnabled {
				t.Errorf("after the failure the secret is %+v", d)
			}

			_, err := b.rotateSecret(b.ctx, rotateInput("3"))
			wantError(t, err, codeInvalidRequest, "A previous rotation isn't complete. That rotation will be reattempted.")
			b.waitForRotation("s")
			if n := len(b.fn.steps()); n != 2*(i+1) {
				t.Errorf("the rotation was not tried again: %v", b.fn.steps())
			}

			b.setFunction(run)
			must(b.rotateSecret(b.ctx, rotateInput("2")))
			b.waitForRotation("s")
			if diff := cmp.Diff(map[string][]string{"s": {previous}, "2": {current, pending}}, b.labels()); diff != "" {
				t.Errorf("after the same token again:\n%s", diff)
			}
		})
	}
}

func TestRotateSecretRejectsInvalidInput(t *testing.T) {
	t.Parallel()
	rules := func(r types.RotationRulesType) *secretsmanager.RotateSecretInput {
		in := rotateInput("2")
		in.RotationRules = &r
		return in
	}
	cases := map[string]struct {
		in         *secretsmanager.RotateSecretInput
		denied     bool
		code, text string
	}{
		"a secret that never had a function": {
			in: &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("2"))}, code: codeInvalidRequest,
			text: "No Lambda rotation function ARN is associated with this secret.",
		},
		"a function that it cannot invoke": {
			in: rotateInput("2"), denied: true, code: codeAccessDenied,
			text: "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
		},
		"a request without token": {
			in: &secretsmanager.RotateSecretInput{SecretId: ptr("s")}, code: codeInvalidParameter,
			text: "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
		},
		"a short token":              {in: &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr("short")}, code: codeInvalidParameter},
		"a secret that is not there": {in: &secretsmanager.RotateSecretInput{SecretId: ptr("none"), ClientRequestToken: ptr(token("2"))}, code: codeNotFound},
		"a function without an ARN": {
			in: &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("2")), RotationLambdaARN: ptr("SecretsManagerTest")}, code: codeInvalidParameter,
		},
		"a function's ARN of 2,049 characters": {
			in: &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("2")), RotationLambdaARN: ptr(strings.Repeat("x", 2049))}, code: codeInvalidParameter,
		},
		"wrong rules and no function ever": {
			in:   &secretsmanager.RotateSecretInput{SecretId: ptr("s"), ClientRequestToken: ptr(token("2")), RotationRules: &types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](0)}},
			code: codeInvalidParameter, text: "RotationRules.AutomaticallyAfterDays must be within 1-1000.",
		},
		"every 0 days":           {in: rules(types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](0)}), code: codeInvalidParameter},
		"every 1,001 days":       {in: rules(types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](1001)}), code: codeInvalidParameter},
		"days and an expression": {in: rules(types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](1), ScheduleExpression: ptr("rate(1 day)")}), code: codeInvalidParameter, text: "You cannot specify both rotation frequency and schedule expression together."},
		"rules that say nothing": {in: rules(types.RotationRulesType{}), code: codeInvalidParameter},
		"every 3 hours":          {in: rules(types.RotationRulesType{ScheduleExpression: ptr("rate(3 hours)")}), code: codeInvalidParameter},
		"a window of no length":  {in: rules(types.RotationRulesType{AutomaticallyAfterDays: ptr[int64](1), Duration: ptr("0h")}), code: codeInvalidParameter},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("s", "a")
			b.fn.denied = c.denied
			before := b.describe("s")
			_, err := b.rotateSecret(b.ctx, c.in)
			wantError(t, err, c.code, c.text)
			if diff := cmp.Diff(before, b.describe("s"), ignoreSDK); diff != "" {
				t.Errorf("the secret changed:\n%s", diff)
			}
		})
	}
}

func TestRotateImmediatelyFalseOnlyTests(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	var tested string
	b.fn.run = func(e event) error {
		out, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretId, VersionId: &e.ClientRequestToken, VersionStage: ptr(pending)})
		if err == nil {
			tested = *out.SecretString
		}
		return err
	}
	in := rotateInput("2")
	in.RotateImmediately = ptr(false)
	must(b.rotateSecret(b.ctx, in))
	b.waitForRotation("s")
	if got := b.fn.steps(); !slices.Equal(got, []string{testSecret}) || tested != "a" {
		t.Errorf("the function was called for %v with %q", got, tested)
	}
	if diff := cmp.Diff(map[string][]string{"s": {current}}, b.labels()); diff != "" {
		t.Error(diff)
	}
	list := must(b.listSecretVersionIDs(b.ctx, &secretsmanager.ListSecretVersionIdsInput{SecretId: ptr("s"), IncludeDeprecated: ptr(true)}))
	if len(list.Versions) != 1 {
		t.Errorf("the version of the test is still there: %v", list.Versions)
	}
	if d := b.describe("s"); !*d.RotationEnabled || d.NextRotationDate == nil || d.LastRotatedDate != nil {
		t.Errorf("the secret is %+v", d)
	}
}

func TestNextRotationDateIsSetWhileRotationIsOn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*secretsmanager.RotateSecretInput){
		"rotated at once":           func(*secretsmanager.RotateSecretInput) {},
		"only configured":           func(in *secretsmanager.RotateSecretInput) { in.RotateImmediately = ptr(false) },
		"only configured, no rules": func(in *secretsmanager.RotateSecretInput) { in.RotateImmediately, in.RotationRules = ptr(false), nil },
		"rotated at once, no rules": func(in *secretsmanager.RotateSecretInput) { in.RotationRules = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.useWorkingFunction()
			b.create("s", "a")
			in := rotateInput("2")
			change(in)
			must(b.rotateSecret(b.ctx, in))
			b.waitForRotation("s")
			d, entry := b.describe("s"), must(b.listSecrets(b.ctx, &secretsmanager.ListSecretsInput{})).SecretList[0]
			if d.NextRotationDate == nil || !d.NextRotationDate.After(b.now) || entry.NextRotationDate == nil {
				t.Errorf("described %v, listed %v", d.NextRotationDate, entry.NextRotationDate)
			}
			must(b.cancelRotateSecret(b.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: ptr("s")}))
			if d := b.describe("s"); d.NextRotationDate != nil {
				t.Errorf("with rotation off it is %v", d.NextRotationDate)
			}
		})
	}
}

func TestListSecretsShowsTheLastRotationWhenOff(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	must(b.cancelRotateSecret(b.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: ptr("s")}))
	entry := must(b.listSecrets(b.ctx, &secretsmanager.ListSecretsInput{})).SecretList[0]
	if entry.LastRotatedDate == nil || entry.NextRotationDate != nil || *entry.RotationEnabled {
		t.Errorf("the entry is %+v", entry)
	}
	if d := b.describe("s"); d.LastRotatedDate != nil {
		t.Errorf("described, it was last rotated %s", d.LastRotatedDate)
	}
}

func TestCancelRotateSecret(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	entered, goOn := make(chan bool), make(chan bool)
	b.fn.run = func(event) error { entered <- true; <-goOn; return nil }
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	<-entered
	out := must(b.cancelRotateSecret(b.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: ptr("s")}))
	close(goOn)
	if out.VersionId == nil || *out.VersionId != token("2") {
		t.Errorf("answer is %+v", out)
	}
	b.cloud.Close() // waits for the rotation
	if got := b.fn.steps(); len(got) != 1 {
		t.Errorf("after the cancellation the function was called for %v", got)
	}
	d := b.describe("s")
	if *d.RotationEnabled || d.NextRotationDate != nil || *d.RotationLambdaARN != functionARN || *d.RotationRules.AutomaticallyAfterDays != 30 {
		t.Errorf("the secret is %+v", d)
	}
	if diff := cmp.Diff(map[string][]string{"s": {current}, "2": {pending}}, b.labels()); diff != "" {
		t.Errorf("AWSPENDING moved:\n%s", diff)
	}
}

func TestCancelRotateSecretNeedsARotation(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	_, err := b.cancelRotateSecret(b.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: ptr("s")})
	wantError(t, err, codeInvalidRequest, "")
}

func TestRotateSecretIsIdempotent(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	if got := b.fn.steps(); len(got) != len(allPhases) {
		t.Errorf("the function was called for %v", got)
	}
}

// The label moves before the function returns, so that a caller who polls the
// labels may request the next rotation in between.
func TestRotateSecretDuringARotationRunsAfterIt(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	run := b.fn.run
	b.setFunction(func(e event) error {
		err := run(e)
		if e.Step == finishSecret && e.ClientRequestToken == token("2") {
			must(b.rotateSecret(b.ctx, rotateInput("3")))
		}
		return err
	})
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	if got := b.fn.steps(); len(got) != 2*len(allPhases) {
		t.Errorf("the function was called for %v", got)
	}
	if got := b.labels()["3"]; !slices.Contains(got, current) {
		t.Errorf("the second rotation's version has labels %v", got)
	}
}

func TestScheduledRotationsStartInTheirWindow(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	b.startDueRotations()
	b.advance(29 * 24 * time.Hour)
	b.startDueRotations()
	if got := b.fn.steps(); len(got) != 4 {
		t.Fatalf("before the window the function was called for %v", got)
	}
	b.advance(24 * time.Hour)
	b.startDueRotations()
	b.waitForRotation("s")
	b.startDueRotations()
	b.waitForRotation("s")
	if got := b.fn.steps(); len(got) != 8 {
		t.Errorf("in the window the function was called for %v", got)
	}
	if d := b.describe("s"); !d.LastRotatedDate.Equal(b.now) || !d.NextRotationDate.After(b.now.AddDate(0, 0, 30)) {
		t.Errorf("last %v, next %v", d.LastRotatedDate, d.NextRotationDate)
	}
}

func TestFailedScheduledRotationRetriesInTheNextWindow(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	b.setFunction(nil)
	b.advance(30 * 24 * time.Hour)
	for range 3 {
		b.startDueRotations()
		b.waitForRotation("s")
	}
	if got := b.fn.steps(); len(got) != 5 {
		t.Errorf("in one window the function was called for %v", got)
	}
	b.advance(30 * 24 * time.Hour)
	if d := b.describe("s"); d.NextRotationDate.After(b.now) {
		t.Errorf("after the failure the next rotation is due %s", d.NextRotationDate)
	}
	b.useWorkingFunction()
	b.startDueRotations()
	b.waitForRotation("s")
	if d := b.describe("s"); !d.LastRotatedDate.Equal(b.now) || !d.NextRotationDate.After(b.now) {
		t.Errorf("in the next window the rotation was not tried again: %+v", d)
	}
}

func TestCancelledRotationStaysCancelled(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	entered, goOn := make(chan bool, 2*len(allPhases)), make(chan bool)
	b.fn.run = func(event) error { entered <- true; <-goOn; return nil }
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	<-entered
	must(b.cancelRotateSecret(b.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: ptr("s")}))
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	<-entered
	close(goOn)
	b.waitForRotation("s")
	b.cloud.Close()
	if got := b.fn.steps(); len(got) != 1+len(allPhases) {
		t.Errorf("the function was called for %v", got)
	}
}

func TestPutValueCountsAsARotation(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	b.create("s", "a")
	must(b.rotateSecret(b.ctx, rotateInput("2")))
	b.waitForRotation("s")
	b.advance(10 * 24 * time.Hour)
	b.put("s", "3", "c")
	want := time.Date(2027, 1, 1, 23, 59, 59, 0, time.UTC)
	if next := b.describe("s").NextRotationDate; !next.Equal(want) {
		t.Errorf("NextRotationDate is %s, want %s", next, want)
	}
}
