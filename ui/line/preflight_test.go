package line

import (
	"context"
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
	"keyturn/steps/preflight"
)

// found is a report with one denial; sure makes it one that no policy can lift.
func found(sure bool) preflight.Report {
	return preflight.Report{
		Account: "210987654321", Region: "eu-central-1", Caller: "arn:aws:iam::210987654321:user/ann",
		Findings: []preflight.Finding{
			{Action: "ec2:DescribeVpcs", Verdict: preflight.Allowed, Why: "A call just made was answered."},
			{Action: "iam:CreateRole", Verdict: preflight.Denied, Why: "IAM's simulation: no policy allows it.", Certain: sure, Steps: []string{"Rotate"}},
			{Action: "lambda:CreateFunction", Verdict: preflight.Unknown, Why: "It depends on aws:MultiFactorAuthPresent."},
			{Action: "lambda:AddPermission", Verdict: preflight.Unknown, Why: "It depends on aws:MultiFactorAuthPresent."},
		},
	}
}

var errBegun = errors.New("the run begins")

// refusing is a ledger that ends a run with its first receipt.
type refusing struct{}

func (refusing) Save(steps.Receipt) error { return errBegun }

// walked walks in an AWS account in which a look finds report, with somebody
// who types input, or nobody. A run that begins ends with errBegun.
func walked(t *testing.T, report preflight.Report, input string, attended, asJSON bool) (out, errs string, err error) {
	t.Helper()
	var said, wrong strings.Builder
	err = Walk(t.Context(), Options{
		In: strings.NewReader(input), Out: &said, Err: &wrong, Attended: attended, JSON: asJSON, Env: []string{"LANG=C.UTF-8"},
		Open: func(_ context.Context, _ steps.AccountChoice, emit func(steps.Event)) (*steps.Account, error) {
			emit(steps.CallDone{Call: steps.Call{Service: "sts", Operation: "GetCallerIdentity"}})
			return &steps.Account{Kind: steps.AWS, ID: report.Account}, nil
		},
		Preflight: func(context.Context, *steps.Account, *steps.Relay) (preflight.Report, error) { return report, nil },
		Start: func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
			return steps.NewRun(steps.RunOptions{ID: "r1", Account: account, Clock: steps.SystemClock{}, Ledger: refusing{}, Relay: relay}), nil
		},
	})
	return said.String(), wrong.String(), err
}

func TestWriteReportFormat(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	report := found(true)
	report.Obstacles = []steps.Diagnosis{steps.Diagnose(&steps.NameTakenError{Kind: steps.KindDatabase, Name: "mine"})}
	WriteReport(&out, report)
	want := `Account 210987654321, region eu-central-1.
You are arn:aws:iam::210987654321:user/ann.

Denied, 1 action:
  iam:CreateRole
    Why: IAM's simulation: no policy allows it. Needed for: Rotate.
  To do: Ask whoever manages the account to allow it. ` + "`keyturn check --policy`" + ` prints the least policy for this path.

In the way, 1 thing:
  There is already a DB instance named mine
    Why: It was not made by this run, so this run does not touch it.
    To do: Choose another name with --db-instance-id.

Unknown, 2 actions, which stops nothing:
  lambda:CreateFunction, lambda:AddPermission
    Why: It depends on aws:MultiFactorAuthPresent.

Allowed: 1 action.
A run would fail. Nothing was changed.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestWalkStopsOnCertainFailure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		report   preflight.Report
		input    string
		attended bool
		want     error
	}{
		"a sure denial with nobody there":             {found(true), "", false, ErrPreflightFailed},
		"a likely denial with nobody there":           {found(false), "", false, errBegun},
		"nothing denied":                              {preflight.Report{}, "", true, errBegun},
		"somebody who says yes":                       {found(true), "y\n", true, errBegun},
		"somebody who presses enter, as to a default": {found(false), "\n", true, ErrStopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, errs, err := walked(t, test.report, test.input, test.attended, false)
			if !errors.Is(err, test.want) {
				t.Fatalf("error %v", err)
			}
			if !errors.Is(err, errBegun) && !strings.Contains(errs, "Nothing was changed") && !strings.Contains(errs, "nothing was changed") {
				t.Errorf("it is not said that nothing was changed: %s", errs)
			}
		})
	}
}

func TestWalkPrintsRunFirst(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		asJSON      bool
		first, next string
	}{
		"in JSON":  {true, `"type":"run","run":"r1","account":"aws","account_id":"210987654321"`, `"type":"call"`},
		"in lines": {false, "keyturn: rotating a secret", "Run r1 in AWS account 210987654321"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, sure := range []bool{false, true} { // also of a run that does not begin
				out, _, _ := walked(t, found(sure), "", false, test.asJSON)
				lines := strings.Split(out, "\n")
				if !strings.Contains(lines[0], test.first) || !strings.Contains(lines[1], test.next) {
					t.Errorf("the output begins\n%s\n%s", lines[0], lines[1])
				}
			}
		})
	}
}

func TestStoppedWalkPrintsJSONResult(t *testing.T) {
	t.Parallel()
	out, _, err := walked(t, found(true), "", false, true)
	if !errors.Is(err, ErrPreflightFailed) {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, `"type":"result","ok":false`) {
		t.Errorf("last line %s", last)
	}
	if !strings.Contains(out, `"type":"preflight","action":"iam:CreateRole","verdict":"denied","why":"IAM's simulation: no policy allows it."`) {
		t.Errorf("no preflight line:\n%s", out)
	}
}
