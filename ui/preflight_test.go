package ui

import (
	"context"
	"testing"
	"testing/synctest"

	"keyturn/steps"
	"keyturn/steps/preflight"
)

var clearReport = preflight.Report{Findings: []preflight.Finding{
	{Action: "ec2:DescribeVpcs", Verdict: preflight.Allowed}, {Action: "rds:CreateDBInstance", Verdict: preflight.Allowed},
}}

var deniedReport = preflight.Report{
	Findings: []preflight.Finding{
		{Action: "ec2:DescribeVpcs", Verdict: preflight.Allowed},
		{Action: "rds:CreateDBInstance", Verdict: preflight.Allowed},
		{
			Action: "iam:CreateRole", Verdict: preflight.Denied, Certain: true, Steps: []string{"Rotate"},
			Why: "IAM's simulation: a policy denies it on arn:aws:iam::210987654321:role/serverlessrepo-keyturn-*.",
		},
		{Action: "lambda:CreateFunction", Verdict: preflight.Unknown, Why: "It depends on aws:MultiFactorAuthPresent, which IAM's simulation does not know."},
		{Action: "lambda:AddPermission", Verdict: preflight.Unknown, Why: "It depends on aws:MultiFactorAuthPresent, which IAM's simulation does not know."},
	},
	Obstacles: []steps.Diagnosis{steps.Diagnose(&steps.NameTakenError{Kind: steps.KindSecret, Name: "MyTestDatabaseMasterSecret", ScheduledForDeletion: true})},
}

// lookingAhead is the screen behind the introduction, while the look goes on.
func (s *stage) lookingAhead() *stage {
	s.configured().press("enter", "enter")
	s.account = &awsAccount
	w := s.layers[0].screen.(*welcome)
	w.setState(accountShown)
	s.attempt++
	s.job = &job{attempt: s.attempt, started: s.now, cancel: func() {}}
	s.show(&preflightScreen{app: s.app, welcome: w})
	return s
}

// lookingAhead has a session look, and find one report after the other.
func lookingAhead(reports ...preflight.Report) func(*Options) {
	return func(o *Options) {
		o.Preflight = func(context.Context, *steps.Account, *steps.Relay) (preflight.Report, error) {
			report := reports[0]
			if len(reports) > 1 {
				reports = reports[1:]
			}
			return report, nil
		}
	}
}

func TestDenialNeedsASecondEnter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newScript(), lookingAhead(deniedReport))
		p.press("down", "enter", "enter", "enter", "enter")
		p.sees("Denied: 1 action", "iam:CreateRole", "begin all the same")
		p.press("enter")
		p.sees("A run would fail at this.", "Press enter again")
		p.press("enter")
		p.sees("Step 1 of 6")
	})
}

func TestPreflightCanBeRepeatedAndLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newScript(), lookingAhead(deniedReport, clearReport))
		p.press("down", "enter", "enter", "enter", "enter")
		p.sees("Denied: 1 action")
		p.press("r")
		p.sees("Allowed: 2 actions", "nothing is in the way")
		p.doesNotSee("Denied")
		p.press("esc")
		p.sees("Your AWS account", "You need the policy")
		p.press("enter", "enter")
		p.sees("Step 1 of 6")
	})
}

func TestSandboxSkipsPreflight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newScript(), lookingAhead(deniedReport))
		p.press("enter")
		p.sees("Step 1 of 6")
	})
}
