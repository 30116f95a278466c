package line

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

func TestTextShowsCommandOncePerStep(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	text := NewText(&out, nil, false)
	text.Event(steps.RunIntroduced{})
	poll := steps.CallDone{Call: steps.Call{CLI: "aws rds describe-db-instances"}}
	text.Event(steps.StepChanged{Step: rotation.StepDatabase, State: steps.StepStarted})
	text.Event(poll)
	text.Event(poll)
	text.Event(steps.StepChanged{Step: rotation.StepCleanup, State: steps.StepStarted})
	text.Event(poll)
	if n := strings.Count(out.String(), "describe-db-instances"); n != 2 {
		t.Errorf("shown %d times, want once in each of two steps:\n%s", n, out.String())
	}
}

func TestTextSummaryListsChecksAndResources(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	text := NewText(&out, nil, false)
	text.Event(steps.Checked{Step: rotation.StepVerify, Check: steps.Check{Name: "old-password-refused", OK: true, Detail: "error 1045"}})
	out.Reset()
	text.Event(steps.Finished{OK: true, Left: []steps.Resource{{Kind: steps.KindDatabase, ID: "db-1"}}})
	for _, want := range []string{"verify, old-password-refused: error 1045", "Still in the account:", steps.KindDatabase + " db-1"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

func TestTextSummaryTellsHowToRemoveResources(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		account steps.AccountKind
		want    string
	}{
		"in an account, the command":   {steps.AWS, "keyturn cleanup 20261122-3f1c"},
		"in the sandbox, that it ends": {steps.Sandbox, "The sandbox ends with this program"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			text := NewText(&out, nil, false)
			text.Event(steps.RunIntroduced{Run: "20261122-3f1c", Account: c.account})
			text.Event(steps.Finished{OK: true, Left: []steps.Resource{{Kind: steps.KindDatabase, ID: "db-1"}}})
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("no %q in:\n%s", c.want, out.String())
			}
		})
	}
}

func TestTextSummaryShowsLatestResultOfCheck(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	text := NewText(&out, nil, false)
	text.Event(steps.Checked{Step: rotation.StepValidate, Check: steps.Check{Name: "signs-in", Detail: "could not"}})
	text.Event(steps.Checked{Step: rotation.StepValidate, Check: steps.Check{Name: "signs-in", OK: true, Detail: "did"}})
	out.Reset()
	text.Event(steps.Finished{OK: true})
	if got := out.String(); strings.Contains(got, "could not") || !strings.Contains(got, "signs-in: did") {
		t.Errorf("summed up as:\n%s", got)
	}
}

func TestTextWaitTellsUsualTimeOnAWS(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		account steps.AccountKind
		want    string
	}{
		"in an account, its own":     {steps.AWS, "creating (3 s, usually 6 min)"},
		"in the sandbox, one on AWS": {steps.Sandbox, "creating (3 s, on AWS usually 6 min)"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			text := NewText(&out, nil, false)
			text.Event(steps.RunIntroduced{Account: c.account})
			text.Event(steps.Waiting{For: "it", Status: "creating", Elapsed: 3 * time.Second, Usual: 6 * time.Minute})
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("no %q in:\n%s", c.want, out.String())
			}
		})
	}
}

func TestTextNamesAccountBeforeFirstCall(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	text := NewText(&out, nil, false)
	text.Event(steps.CallDone{Call: steps.Call{CLI: "aws sts get-caller-identity"}})
	text.Event(steps.RunIntroduced{
		Run: "r1", Account: steps.AWS, AccountID: "210987654321", Alias: "northwind-dev", Region: "cn-north-1",
		Caller: "arn:aws-cn:iam::210987654321:user/me", Endpoint: "http://127.0.0.1:4566",
	})
	before, _, _ := strings.Cut(out.String(), "get-caller-identity")
	for _, want := range []string{
		"AWS account 210987654321 (northwind-dev), region cn-north-1.", "You are arn:aws-cn:iam::210987654321:user/me.",
		"This is not AWS itself: calls go to http://127.0.0.1:4566.",
	} {
		if !strings.Contains(before, want) {
			t.Errorf("no %q before the first call in:\n%s", want, out.String())
		}
	}
}
