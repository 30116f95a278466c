package ui

import (
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

// stage is an app without a terminal, at a fixed time.
type stage struct {
	*app
	now time.Time
}

// unicode is the environment of a terminal that draws every sign.
const unicode = "LANG=C.UTF-8"

const testRun = "20261122-3f1c"

var sandboxAccount = steps.Account{
	Services: listed(30, 30),
	Kind:     steps.Sandbox, ID: "123456789012", Region: "us-east-1",
	Caller:   "arn:aws:iam::123456789012:user/learner",
	Endpoint: "http://127.0.0.1:40111",
	TryIt: []string{
		"export AWS_ENDPOINT_URL=http://127.0.0.1:40111",
		"export AWS_ACCESS_KEY_ID=AKIASANDBOX",
		"export AWS_SECRET_ACCESS_KEY=sandbox",
		"export AWS_REGION=us-east-1",
	},
}

var awsAccount = steps.Account{
	Services: listed(30, 30),
	Kind:     steps.AWS, ID: "210987654321", Alias: "northwind-dev", Region: "eu-central-1",
	Caller: "arn:aws:sts::210987654321:assumed-role/Engineer/maria.lindqvist@example.com",
}

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
	s.app = newApp(t.Context(), Options{
		Acts: []steps.Act{rotation.Tutorial()}, Setup: steps.Defaults(testRun), Now: func() time.Time { return s.now },
		Choice: steps.AccountChoice{Kind: steps.Sandbox}, Env: []string{unicode},
		ResumeCommand: func(run string) string { return "keyturn resume " + run },
	}.withDefaults())
	t.Cleanup(s.cancel)
	s.width, s.height = 80, 24
	return s
}

// in opens the account without a run: the scenes bring the events themselves.
func (s *stage) in(account steps.Account) *stage {
	s.account = &account
	s.run = steps.NewRun(steps.RunOptions{
		ID: testRun, Account: &account, Setup: s.setup, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: s.relay,
	})
	s.result.Run = testRun
	s.report(steps.RunIntroduced{Run: testRun, Account: account.Kind, AccountID: account.ID, Region: account.Region})
	s.showPhase()
	return s
}

// kept ends a run in an AWS account after which everything is kept, in the private
// network and with the most that a run makes.
func (s *stage) kept() *stage {
	receipt := steps.Receipt{Run: testRun, Account: steps.AWS, Setup: s.setup, Opened: s.now, Used: []steps.UsedResource{
		{Kind: steps.KindFunction, Name: "SecretsManagerOurs"},
	}}
	for _, r := range [][2]string{
		{steps.KindSecurityGroup, "sg-0ab1c2d3e4f5a6b7c"},
		{steps.KindInboundRule, "sgr-0ab1c2d3e4f5a6b70"},
		{steps.KindInboundRule, "sgr-0ab1c2d3e4f5a6b71"},
		{steps.KindDatabase, "mytestdatabaseinstance"},
		{steps.KindSecret, "arn:aws:secretsmanager:eu-central-1:210987654321:secret:MyTestDatabaseMasterSecret-a1B2c3"},
		{steps.KindInboundRule, "sgr-0ab1c2d3e4f5a6b72"},
		{steps.KindVPCEndpoint, "vpce-0ab1c2d3e4f5a6b7c"},
		{steps.KindStack, "serverlessrepo-keyturn-20261122-3f1c"},
		{steps.KindFunction, "SecretsManagerKeyturn-3f1c"},
		{steps.KindLogGroup, "/aws/lambda/SecretsManagerKeyturn-3f1c"},
	} {
		receipt.Resources = append(receipt.Resources, steps.ResourceRecord{Kind: r[0], Name: r[1], ID: r[1], CreatedAt: s.now})
		s.report(steps.ResourceChanged{Action: steps.ResourceCreated, Kind: r[0], ID: r[1]})
	}
	s.run = steps.ResumeRun(receipt, steps.RunOptions{Account: s.account, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: s.relay})
	s.opts.ReceiptPath = func(run string) string { return "/home/maria/.local/state/keyturn/runs/" + run + ".json" }
	s.opts.CleanupCommand = func(run string) string { return "keyturn cleanup " + run }
	s.at(rotation.StepCleanup)
	s.flow = s.flow.Skip()
	s.report(verifyChecks...)
	s.report(steps.Finished{OK: true, Elapsed: 21 * time.Minute, Cost: receipt.CostSoFar(s.now.Add(21 * time.Minute))})
	s.showPhase()
	s.layers[0].screen.(*done).closed = true
	return s
}

// stopped is the receipt of a run that stopped while it rotated.
func (s *stage) stopped() steps.Receipt {
	receipt := steps.Receipt{
		Run: testRun, Account: steps.AWS, AccountID: awsAccount.ID, Region: awsAccount.Region, Setup: s.setup,
		Opened: s.now.Add(-40 * time.Minute), Updated: s.now.Add(-12 * time.Minute),
	}
	for _, done := range []steps.StepID{rotation.StepDatabase, rotation.StepSecret, rotation.StepValidate} {
		receipt = receipt.WithOutcome(steps.StepOutcome{Step: done, State: steps.StepDone})
	}
	receipt = receipt.WithOutcome(steps.StepOutcome{Step: rotation.StepRotate, State: steps.StepStarted})
	for _, r := range [][2]string{
		{steps.KindSecurityGroup, "sg-0ab1c2d3e4f5a6b7c"},
		{steps.KindDatabase, "mytestdatabaseinstance"},
		{steps.KindSecret, "arn:aws:secretsmanager:eu-central-1:210987654321:secret:MyTestDatabaseMasterSecret-a1B2c3"},
	} {
		receipt.Resources = append(receipt.Resources, steps.ResourceRecord{Kind: r[0], Name: r[1], ID: r[1], CreatedAt: receipt.Opened})
	}
	return receipt
}

// resumed takes that run up, at what is left of the rotation.
func (s *stage) resumed() *stage {
	s.account = &awsAccount
	run := steps.ResumeRun(s.stopped(), steps.RunOptions{Account: s.account, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: s.relay})
	flow := steps.NewWalkthrough(s.opts.Acts...).ResumeAt([]steps.StepState{steps.StepDone, steps.StepDone, steps.StepDone}, true)
	s.runBegun(runBegunMsg{run: run, taken: &resumed{s.app, flow, steps.RunResumed{
		Stopped: "Run 20261122-3f1c stopped in step 4 of 6, Configure rotation for your secret, 12 min ago.",
		There:   "In the account there is of it: SecurityGroup, DBInstance, Secret.",
		Next:    "It goes on with what is left of step 4, Configure rotation for your secret.",
	}}})
	return s
}

// forgetful saves no receipts.
type forgetful struct{}

func (forgetful) Save(steps.Receipt) error { return nil }

// at goes to a step as if those before it had been done.
func (s *stage) at(id steps.StepID) *stage {
	for s.flow.Step().ID != id {
		s.flow = s.flow.Forward().Forward().Started().Succeeded().NextStep()
	}
	s.showPhase()
	return s
}

func (s *stage) press(keys ...string) *stage {
	for _, k := range keys {
		s.Update(keyPress(k))
	}
	return s
}

func (s *stage) typed(text string) *stage {
	for _, r := range text {
		s.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return s
}

// report brings events as if the job that runs now had sent them.
func (s *stage) report(events ...steps.Event) *stage {
	attempt := 0
	if s.job != nil {
		attempt = s.job.attempt
	}
	for _, e := range events {
		s.handleFeedItem(feedItem{attempt, e})
		if wait, ok := e.(steps.Waiting); ok {
			s.now = s.now.Add(wait.Elapsed / 4)
			s.clock = s.now
		}
	}
	return s
}

// ends brings the outcome of the job that runs now.
func (s *stage) ends(outcome any) *stage {
	s.handleFeedItem(feedItem{s.job.attempt, outcome})
	return s
}

// review goes from the first screen of the step to its plan.
func (s *stage) review(p stepPreparedMsg) *stage {
	s.flow = s.flow.Forward()
	if s.flow.Phase() == steps.Ask {
		s.flow = s.flow.Forward()
	}
	s.fakeJob()
	s.show(newReview(s.app))
	return s.ends(p)
}

// running goes on from the review, or from the first screen of a step that only
// reads.
func (s *stage) running(p stepPreparedMsg) *stage {
	if s.flow.Step().ReadOnly {
		s.flow = s.flow.Forward()
	} else {
		s.review(p)
		s.flow = s.flow.Started()
	}
	s.fakeJob()
	s.progress.plan = p.plan
	s.show(newRunning(s.app))
	return s
}

// fakeJob stands for work in the background that never reports by itself.
func (s *stage) fakeJob() {
	s.attempt++
	s.progress = newProgress(s.flow.Step().ID, s.account.Kind)
	s.job = &job{attempt: s.attempt, started: s.now, cancel: func() {}}
}

func keyPress(name string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
	}
	switch name {
	case "ctrl+c":
		return tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	case "ctrl+u":
		return tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}
	case "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	}
	if code, ok := named[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

func (s *stage) fails(d steps.Diagnosis) *stage {
	return s.ends(stepExecutedMsg{err: &steps.StepError{Step: s.flow.Step().ID, Diagnosis: d, Err: errors.New(d.Raw)}})
}

func (s *stage) succeeds(r steps.Result) *stage {
	s.report(steps.StepChanged{Step: s.flow.Step().ID, State: steps.StepDone, Elapsed: 4800 * time.Millisecond})
	return s.ends(stepExecutedMsg{result: r})
}
