package ui

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// scene is one picture of the program: a way to bring a fresh app there. The
// scenes feed the same messages and events that the running program gets, so
// they hold no copy of what a screen looks like.
type scene struct {
	name  string
	reach func(*stage)
}

// stage is an app without a terminal, at a fixed time.
type stage struct {
	*app
	now time.Time
}

const testRun = "20261122-3f1c"

var sandboxAccount = steps.Account{
	Kind: steps.Sandbox, ID: "123456789012", Region: "us-east-1",
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
	Kind: steps.AWS, ID: "210987654321", Region: "eu-central-1",
	Caller: "arn:aws:sts::210987654321:assumed-role/Engineer/maria.lindqvist@example.com",
}

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
	s.app = newApp(t.Context(), Options{
		Steps: steps.All(), Setup: steps.Defaults(testRun), Now: func() time.Time { return s.now },
		Choice: steps.AccountChoice{Kind: steps.Sandbox}, Env: []string{},
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
	s.report(steps.RunOpened{Run: testRun, Account: account.Kind, AccountID: account.ID, Region: account.Region})
	s.showPhase()
	return s
}

// forgetful keeps no receipts.
type forgetful struct{}

func (forgetful) Save(steps.Receipt) error { return nil }

// at goes to a step as if those before it had been done.
func (s *stage) at(id steps.StepID) *stage {
	for s.flow.Step().ID() != id {
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
		s.fed(feedItem{attempt, e})
		if wait, ok := e.(steps.Waiting); ok {
			s.now = s.now.Add(wait.Elapsed / 4)
			s.clock = s.now
		}
	}
	return s
}

// ends brings the outcome of the job that runs now.
func (s *stage) ends(outcome any) *stage {
	s.fed(feedItem{s.job.attempt, outcome})
	return s
}

// review goes from the first screen of the step to its plan.
func (s *stage) review(p prepared) *stage {
	s.flow = s.flow.Forward()
	if s.flow.Phase() == steps.Ask {
		s.flow = s.flow.Forward()
	}
	s.fakeJob()
	s.show(newReview(s.app))
	return s.ends(p)
}

// running goes on from the review.
func (s *stage) running(p prepared) *stage {
	s.review(p)
	s.flow = s.flow.Started()
	s.fakeJob()
	s.news.plan = p.plan
	s.show(newRunning(s.app))
	return s
}

// fakeJob stands for work in the background that never reports by itself.
func (s *stage) fakeJob() {
	s.attempt++
	s.news = newProgress(s.flow.Step().ID())
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

func call(service, operation string, mutates bool, took time.Duration, cli string) []steps.Event {
	c := steps.Call{Service: service, Operation: operation, Mutates: mutates, CLI: cli}
	done := c
	done.Duration, done.RequestID = took, "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"
	return []steps.Event{steps.CallStarted{Call: c}, steps.CallDone{Call: done}}
}

var databasePlan = prepared{plan: []steps.PlannedCall{
	{Service: "ec2", Operation: "CreateSecurityGroup", Why: "make a security group of the run's own"},
	{Service: "ec2", Operation: "AuthorizeSecurityGroupIngress", Why: "let everybody in on port 3306"},
	{Service: "rds", Operation: "CreateDBInstance", Why: "create the database MyTestDatabaseInstance"},
}}

func databaseEvents() []steps.Event {
	var events []steps.Event
	events = append(events, call("ec2", "CreateSecurityGroup", true, 310*time.Millisecond,
		"aws ec2 create-security-group --group-name keyturn-20261122-3f1c --description 'keyturn' --vpc-id vpc-0a1b2c3d")...)
	events = append(events, steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindSecurityGroup, ID: "sg-0ab1f2c3d4e5f6a7b"})
	events = append(events, call("ec2", "AuthorizeSecurityGroupIngress", true, 280*time.Millisecond,
		"aws ec2 authorize-security-group-ingress --group-id sg-0ab1f2c3d4e5f6a7b --protocol tcp --port 3306 --cidr 0.0.0.0/0")...)
	events = append(events, call("rds", "CreateDBInstance", true, 1200*time.Millisecond,
		"aws rds create-db-instance --db-instance-identifier MyTestDatabaseInstance --engine mysql --db-instance-class db.t4g.micro "+
			"--allocated-storage 20 --master-username adminuser --master-user-password \"$KEYTURN_MASTER_PASSWORD\" --publicly-accessible "+
			"--backup-retention-period 0 --no-multi-az")...)
	events = append(events, steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindDatabase, ID: "mytestdatabaseinstance"})
	for i, status := range []string{"creating", "modifying", "backing-up"} {
		events = append(events, steps.Waiting{
			For: "the database to be available", Status: status,
			Elapsed: time.Duration(i) * time.Minute, Usual: 6 * time.Minute,
		})
		events = append(events, call("rds", "DescribeDBInstances", false, 90*time.Millisecond,
			"aws rds describe-db-instances --db-instance-identifier mytestdatabaseinstance")...)
	}
	return events
}

var rotatePlan = prepared{plan: []steps.PlannedCall{
	{Service: "serverlessrepo", Operation: "CreateCloudFormationChangeSet", Why: "prepare AWS's rotation function"},
	{Service: "cloudformation", Operation: "ExecuteChangeSet", Why: "create the function SecretsManagerKeyturn-3f1c"},
	{Service: "secretsmanager", Operation: "RotateSecret", Why: "turn rotation on, every 30 days, and rotate once, now"},
}}

const (
	oldVersion = "3f1c9a52-8d11-4c0e-9d7e-0a5b6c7d8e9f"
	newVersion = "b77e04d1-52aa-4f3b-8c1d-1f2e3d4c5b6a"
)

func moved(completed int, labels ...[]string) steps.RotationMoved {
	phases := []steps.RotationPhase{steps.PhaseCreate, steps.PhaseSet, steps.PhaseTest, steps.PhaseFinish}
	e := steps.RotationMoved{Completed: phases[:completed]}
	e.Versions = append(e.Versions, steps.SecretVersion{ID: oldVersion, Labels: labels[0], Fingerprint: "a1:f3"})
	if len(labels) > 1 {
		e.Versions = append(e.Versions, steps.SecretVersion{ID: newVersion, Labels: labels[1], Fingerprint: "9c:0d"})
	}
	return e
}

// rotateEvents are the events up to a stage of the rotation: 0 before it, 1 in
// the middle, 2 at its end.
func rotateEvents(until int) []steps.Event {
	var events []steps.Event
	events = append(events, moved(0, []string{"AWSCURRENT"}))
	events = append(events, call("serverlessrepo", "CreateCloudFormationChangeSet", true, 1200*time.Millisecond,
		"aws serverlessrepo create-cloud-formation-change-set --application-id arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser --stack-name keyturn-3f1c")...)
	events = append(events, call("cloudformation", "ExecuteChangeSet", true, 400*time.Millisecond, "aws cloudformation execute-change-set --change-set-name arn:aws:cloudformation:us-east-1:123456789012:changeSet/a/b")...)
	events = append(events,
		steps.ResourceChanged{Action: steps.ResourceCreated, Kind: steps.KindStack, ID: "serverlessrepo-keyturn-3f1c"},
		steps.Waiting{For: "the rotation function to be installed", Status: "CREATE_IN_PROGRESS", Elapsed: 40 * time.Second, Usual: time.Minute},
		steps.Checked{Check: steps.Check{Name: "function-installed", OK: true, Detail: "arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerKeyturn-3f1c"}})
	if until == 0 {
		return events
	}
	events = append(events, call("secretsmanager", "RotateSecret", true, 500*time.Millisecond,
		"aws secretsmanager rotate-secret --secret-id MyTestDatabaseMasterSecret --rotation-lambda-arn arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerKeyturn-3f1c --rotation-rules AutomaticallyAfterDays=30")...)
	events = append(events,
		steps.Waiting{For: "the rotation", Status: "rotating", Elapsed: 3 * time.Second, Usual: 30 * time.Second},
		moved(2, []string{"AWSCURRENT"}, []string{"AWSPENDING"}))
	if until == 1 {
		return events
	}
	return append(events,
		moved(4, []string{"AWSPREVIOUS"}, []string{"AWSCURRENT", "AWSPENDING"}),
		steps.Checked{Check: steps.Check{Name: "rotation-enabled", OK: true, Detail: "every 30 days by SecretsManagerKeyturn-3f1c"}},
		steps.Checked{Check: steps.Check{Name: "rotated", OK: true, Detail: "version b77e04d1 is AWSCURRENT, 3f1c9a52 is AWSPREVIOUS"}})
}

var signInChecks = []steps.Event{
	steps.Checked{Check: steps.Check{Name: "secret-readable", OK: true, Detail: "version 3f1c9a52, labelled AWSCURRENT"}},
	steps.Checked{Check: steps.Check{Name: "signs-in", OK: true, Detail: "adminuser@127.0.0.1 on MySQL 8.4.6, connection 11, in 12ms"}},
	steps.Checked{Check: steps.Check{Name: "tls-verified", OK: true, Detail: "TLS 1.3, TLS_AES_128_GCM_SHA256, certificate of mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com"}},
	steps.Checked{Check: steps.Check{Name: "user-matches", OK: true, Detail: "the database knows the client as adminuser@127.0.0.1; the secret says adminuser"}},
}

var verifyChecks = []steps.Event{
	steps.Checked{Check: steps.Check{Name: "password-changed", OK: true, Detail: "fingerprint 9c:0d, before a1:f3"}},
	steps.Checked{Check: steps.Check{Name: "new-password-signs-in", OK: true, Detail: "adminuser@127.0.0.1 on MySQL 8.4.6, connection 14, in 11ms"}},
	steps.Checked{Check: steps.Check{Name: "old-password-refused", OK: true, Detail: "error 1045: access denied for user adminuser"}},
	steps.Checked{Check: steps.Check{Name: "previous-version-kept", OK: true, Detail: "version 3f1c9a52 is AWSPREVIOUS"}},
}

func knownState() steps.State {
	return steps.State{
		Database: steps.DBInstance{
			ID: "mytestdatabaseinstance", Host: "mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com", Port: 3306,
		},
		OldPassword: steps.NewPassword("first-password-of-the-tutorial"),
		NewPassword: steps.NewPassword(`E4%I)rj)vmpRg)U}++=}GHAnNDD1v0cJ`),
	}
}

var portDiagnosis = steps.Diagnosis{
	ID:   "port-closed",
	What: "Could not reach the database within 10 s",
	Why:  "The name resolves, but nothing answers on port 3306. The security group sg-0ab1f2c3d4e5f6a7b lets nobody in on that port.",
	Fix:  "Add an inbound rule for TCP port 3306 to the security group.",
	Raw:  "dial tcp 203.0.113.7:3306: i/o timeout",
	Remedies: []steps.Remedy{{
		ID: "open-port", Label: "add the inbound rule for port 3306, then try again",
		Plan:  []steps.PlannedCall{{Service: "ec2", Operation: "AuthorizeSecurityGroupIngress", Why: "let everybody in on port 3306"}},
		Apply: func(context.Context, *steps.Run) error { return nil },
	}},
}

func (s *stage) fails(d steps.Diagnosis) *stage {
	return s.ends(carried{err: &steps.StepError{Step: s.flow.Step().ID(), Diagnosis: d, Err: errors.New(d.Raw)}})
}

func (s *stage) succeeds(lines ...string) *stage {
	s.report(steps.StepChanged{Step: s.flow.Step().ID(), State: steps.StepDone, Elapsed: 48 * time.Second})
	return s.ends(carried{after: outcome{state: knownState(), result: lines}})
}

var cleanupPlan = prepared{plan: []steps.PlannedCall{
	{Service: "secretsmanager", Operation: "CancelRotateSecret", Why: "turn rotation off"},
	{Service: "cloudformation", Operation: "DeleteStack", Why: "delete the rotation function and its role"},
	{Service: "secretsmanager", Operation: "DeleteSecret", Why: "schedule the secret's deletion in 7 days"},
	{Service: "rds", Operation: "DeleteDBInstance", Why: "delete the database, without a final snapshot"},
	{Service: "ec2", Operation: "RevokeSecurityGroupIngress", Why: "close port 3306"},
	{Service: "ec2", Operation: "DeleteSecurityGroup", Why: "delete the run's security group"},
	{Service: "logs", Operation: "DeleteLogGroup", Why: "delete the function's log"},
}}

func scenes() []scene {
	return append(firstScenes(), laterScenes()...)
}

func firstScenes() []scene {
	return []scene{
		{"welcome", func(s *stage) {}},
		{"welcome-aws", func(s *stage) { s.press("down", "enter") }},
		{"welcome-opening", func(s *stage) { s.press("enter") }},
		{"welcome-refused", func(s *stage) {
			s.press("enter").ends(opened{err: fmt.Errorf("find credentials: %w", steps.ErrNoCredentials)})
		}},
		{"welcome-introduced", func(s *stage) {
			s.press("down", "enter", "enter", "enter")
			s.account = &awsAccount
			s.job = nil
			s.layers[0].screen.(*welcome).to(introduced)
		}},
		{"database-read", func(s *stage) { s.in(sandboxAccount) }},
		{"database-ask", func(s *stage) { s.in(sandboxAccount).press("enter") }},
		{"database-ask-refused", func(s *stage) { s.in(sandboxAccount).press("enter").typed("-").press("enter") }},
		{"database-ask-passwords-differ", func(s *stage) {
			s.in(sandboxAccount).press("enter", "tab", "tab").typed("secret-one").press("enter").typed("secret-two").press("enter")
		}},
		{"database-looking", func(s *stage) {
			s.in(sandboxAccount)
			s.flow = s.flow.Forward().Forward()
			s.fakeJob()
			s.show(newReview(s.app))
		}},
		{"database-review", func(s *stage) { s.in(awsAccount).review(databasePlan) }},
		{"database-running", func(s *stage) { s.in(awsAccount).running(databasePlan).report(databaseEvents()...) }},
		{"database-stop", func(s *stage) {
			s.in(awsAccount).running(databasePlan).report(databaseEvents()...).press("ctrl+c")
		}},
		{"database-stopped", func(s *stage) {
			s.in(awsAccount).running(databasePlan).report(databaseEvents()...).ends(carried{err: context.Canceled})
		}},
		{"database-result", func(s *stage) {
			s.in(sandboxAccount).running(databasePlan).report(databaseEvents()...).
				succeeds("Database mytestdatabaseinstance, MySQL 8.4.6", "mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com:3306", "Security group sg-0ab1f2c3d4e5f6a7b, port 3306 open to everybody")
		}},
		{"explain", func(s *stage) { s.in(sandboxAccount).press("e") }},
		{"commands", func(s *stage) {
			s.in(sandboxAccount).running(databasePlan).report(databaseEvents()...).press("c", "up")
		}},
		{"commands-copied", func(s *stage) {
			s.in(sandboxAccount).running(databasePlan).report(databaseEvents()...).press("c", "up", "enter")
		}},
		{"try-it", func(s *stage) {
			s.in(sandboxAccount).running(databasePlan).report(databaseEvents()...).press("c", "y")
		}},
		{"log", func(s *stage) { s.in(sandboxAccount).running(databasePlan).report(databaseEvents()...).press("l") }},
		{"keys", func(s *stage) { s.in(sandboxAccount).press("?") }},
	}
}

func laterScenes() []scene {
	return []scene{
		{"secret-read", func(s *stage) { s.in(sandboxAccount).at(steps.StepSecret) }},
		{"secret-ask", func(s *stage) { s.in(sandboxAccount).at(steps.StepSecret).press("enter") }},
		{"secret-review", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepSecret).review(prepared{
				plan:   []steps.PlannedCall{{Service: "secretsmanager", Operation: "CreateSecret", Why: "store the credentials as MyTestDatabaseMasterSecret"}},
				stored: `{"username":"adminuser","password":"••••","engine":"mysql","host":"mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com","port":3306,"dbInstanceIdentifier":"mytestdatabaseinstance"}`,
			})
		}},
		{"validate-read", func(s *stage) { s.in(sandboxAccount).at(steps.StepValidate) }},
		{"validate-review", func(s *stage) { s.in(sandboxAccount).at(steps.StepValidate).review(prepared{}) }},
		{"validate-failed", func(s *stage) {
			s.in(awsAccount).at(steps.StepValidate).running(prepared{}).fails(portDiagnosis)
			s.ledger.made = true
		}},
		{"validate-failed-details", func(s *stage) {
			s.in(awsAccount).at(steps.StepValidate).running(prepared{}).fails(portDiagnosis).press("d")
		}},
		{"validate-result", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepValidate).running(prepared{}).report(signInChecks...).succeeds("The secret signs in to MySQL 8.4.6 as adminuser@127.0.0.1")
		}},
		{"workbench", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepValidate).running(prepared{}).report(signInChecks...).succeeds().press("w")
		}},
		{"rotate-read", func(s *stage) { s.in(sandboxAccount).at(steps.StepRotate) }},
		{"rotate-ask", func(s *stage) { s.in(sandboxAccount).at(steps.StepRotate).press("enter") }},
		{"rotate-review", func(s *stage) { s.in(sandboxAccount).at(steps.StepRotate).review(rotatePlan) }},
		{"rotate-installing", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepRotate).running(rotatePlan).report(rotateEvents(0)...)
		}},
		{"rotate-running", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepRotate).running(rotatePlan).report(rotateEvents(1)...)
		}},
		{"rotate-result", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepRotate).running(rotatePlan).report(rotateEvents(2)...).
				succeeds("Rotation function SecretsManagerKeyturn-3f1c", "The secret rotates every 30 days; next on 2026-12-22")
		}},
		{"verify-read", func(s *stage) { s.in(sandboxAccount).at(steps.StepVerify) }},
		{"verify-result", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepVerify).running(prepared{}).report(verifyChecks...).succeeds("Next rotation on 2026-12-22")
		}},
		{"verify-result-shown", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepVerify).running(prepared{}).report(verifyChecks...).succeeds("Next rotation on 2026-12-22").press("v")
		}},
		{"cleanup-read", func(s *stage) {
			s.in(awsAccount).report(databaseEvents()...).report(rotateEvents(2)...).at(steps.StepCleanup)
		}},
		{"cleanup-review-sandbox", func(s *stage) { s.in(sandboxAccount).at(steps.StepCleanup).review(cleanupPlan) }},
		{"cleanup-ask", func(s *stage) { s.in(sandboxAccount).at(steps.StepCleanup).press("enter") }},
		{"cleanup-review", func(s *stage) {
			s.in(awsAccount).at(steps.StepCleanup).review(cleanupPlan).typed("MyTestData")
		}},
		{"cleanup-result", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepCleanup).running(cleanupPlan).report(
				steps.Checked{Check: steps.Check{Name: "secret-scheduled-for-deletion", OK: true, Detail: "MyTestDatabaseMasterSecret, for good on 2026-11-29"}},
				steps.Checked{Check: steps.Check{Name: "database-deleted", OK: true, Detail: "mytestdatabaseinstance is not found"}},
				steps.Checked{Check: steps.Check{Name: "nothing-left", OK: true, Detail: "no resource carries the run's tag"}},
			).succeeds("AWS::RDS::DBInstance MyTestDatabaseInstance: deleted")
		}},
		{"done", func(s *stage) {
			s.in(sandboxAccount).at(steps.StepCleanup)
			s.flow = s.flow.Forward().Forward().Started().Succeeded().NextStep()
			s.report(verifyChecks...).report(steps.Finished{OK: true, Elapsed: 95 * time.Second})
			s.showPhase()
			s.layers[0].screen.(*done).closed = true
		}},
	}
}
