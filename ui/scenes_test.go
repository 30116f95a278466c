package ui

import (
	"context"
	"fmt"
	"time"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

// scene is one picture of the program: a way to bring a fresh app there. The
// scenes feed the same messages and events that the running program gets, so
// they hold no copy of what a screen looks like.
type scene struct {
	name  string
	reach func(*stage)
}

func scenes() []scene {
	return append(firstScenes(), laterScenes()...)
}

func firstScenes() []scene {
	return []scene{
		{"welcome", func(s *stage) {}},
		{"welcome-unfinished", func(s *stage) {
			s.Update(unfinishedListedMsg{s.stopped()})
			s.press("down", "down")
		}},
		{"run-resumed", func(s *stage) { s.resumed() }},
		{"welcome-aws", func(s *stage) { s.configured() }},
		{"welcome-profile-filtered", func(s *stage) { s.configured().typed("deploy 7") }},
		{"welcome-profile-none", func(s *stage) { s.configured().typed("nowhere") }},
		{"welcome-region", func(s *stage) { s.configured().typed("dev").press("enter") }},
		{"welcome-region-china", func(s *stage) { s.configured().typed("beijing").press("enter") }},
		{"welcome-region-new", func(s *stage) { s.configured().typed("dev").press("enter").typed("eu-north-7") }},
		{"welcome-opening", func(s *stage) { s.press("enter") }},
		{"welcome-refused", func(s *stage) {
			s.press("enter").ends(accountOpenedMsg{err: fmt.Errorf("find credentials: %w", steps.ErrNoCredentials)})
		}},
		{"welcome-introduced", func(s *stage) {
			s.configured().press("enter", "enter")
			s.account = &awsAccount
			s.job = nil
			s.layers[0].screen.(*welcome).setState(accountShown)
		}},
		{"preflight-looking", func(s *stage) { s.lookingAhead() }},
		{"preflight-denied", func(s *stage) { s.lookingAhead().ends(preflightDoneMsg{report: deniedReport}) }},
		{"preflight-warned", func(s *stage) { s.lookingAhead().ends(preflightDoneMsg{report: deniedReport}).press("enter") }},
		{"preflight-clear", func(s *stage) { s.lookingAhead().ends(preflightDoneMsg{report: clearReport}) }},
		{"welcome-not-aws", func(s *stage) {
			s.configured().press("enter", "enter")
			standIn := awsAccount
			standIn.Endpoint = "http://127.0.0.1:4566"
			s.account, s.job = &standIn, nil
			s.layers[0].screen.(*welcome).setState(accountShown)
		}},
		{"database-review-not-aws", func(s *stage) {
			standIn := awsAccount
			standIn.Endpoint = "http://127.0.0.1:4566"
			s.in(standIn).review(databasePlan)
		}},
		{"database-read", func(s *stage) { s.in(sandboxAccount) }},
		{"database-ask", func(s *stage) { s.in(sandboxAccount).press("enter") }},
		{"database-ask-refused", func(s *stage) { s.in(sandboxAccount).press("enter", "tab").typed("-").press("enter") }},
		{"database-ask-passwords-differ", func(s *stage) {
			s.in(sandboxAccount).press("enter", "tab", "tab", "tab").typed("secret-one").press("enter").typed("secret-two").press("enter")
		}},
		{"database-pick", func(s *stage) {
			s.in(sandboxAccount).press("enter", "right").picked(0, 30).press("down", "down", "down", "down")
		}},
		{"database-ask-existing", func(s *stage) {
			s.in(sandboxAccount).press("enter", "right").picked(0, 30).typed("00002").press("enter")
		}},
		{"database-looking", func(s *stage) {
			s.in(sandboxAccount)
			s.flow = s.flow.Forward().Forward()
			s.fakeJob()
			s.show(newReview(s.app))
		}},
		{"database-review", func(s *stage) { s.in(awsAccount).review(databasePlan) }},
		{"database-running", func(s *stage) { s.in(awsAccount).running(databasePlan).report(databaseEvents()...) }},
		{"database-retried", func(s *stage) {
			s.in(awsAccount).running(databasePlan).report(databaseEvents()...).report(steps.CallRetried{
				Service: "rds", Operation: "DescribeDBInstances", Attempt: 3, Of: 6, Reason: "answers 500",
			})
		}},
		{"database-code", func(s *stage) {
			s.in(awsAccount).running(databasePlan).report(databaseEvents()...).wantsCode()
			s.typed("12345").press("enter")
		}},
		{"database-stop", func(s *stage) {
			s.in(awsAccount).running(databasePlan).report(databaseEvents()...).press("ctrl+c")
		}},
		{"database-stopped", func(s *stage) {
			s.in(awsAccount).running(databasePlan).report(databaseEvents()...).ends(stepExecutedMsg{err: context.Canceled})
		}},
		{"database-result", func(s *stage) {
			s.in(sandboxAccount).running(databasePlan).report(databaseEvents()...).
				succeeds(databaseResult)
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
		{"secret-read", func(s *stage) { s.in(sandboxAccount).at(rotation.StepSecret) }},
		{"secret-ask", func(s *stage) { s.in(sandboxAccount).at(rotation.StepSecret).press("enter") }},
		{"secret-review", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepSecret).review(stepPreparedMsg{
				plan:   []steps.PlannedCall{{Service: "secretsmanager", Operation: "CreateSecret", Why: "store how to sign in to the database"}},
				stored: `{"username":"adminuser","password":"••••","engine":"mysql","host":"mytestdatabaseinstance.c1.us-east-1.rds.amazonaws.com","port":3306,"dbInstanceIdentifier":"mytestdatabaseinstance"}`,
			})
		}},
		{"secret-review-nothing-left", func(s *stage) { s.in(sandboxAccount).at(rotation.StepSecret).review(stepPreparedMsg{}) }},
		{"secret-result", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepSecret).running(stepPreparedMsg{}).succeeds(secretResult)
		}},
		{"validate-read", func(s *stage) { s.in(sandboxAccount).at(rotation.StepValidate) }},
		{"validate-failed", func(s *stage) {
			s.in(awsAccount).at(rotation.StepValidate).running(stepPreparedMsg{}).fails(portDiagnosis)
			s.ledger.made = true
		}},
		{"validate-failed-details", func(s *stage) {
			s.in(awsAccount).at(rotation.StepValidate).running(stepPreparedMsg{}).fails(portDiagnosis).press("d")
		}},
		{"validate-result", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepValidate).running(stepPreparedMsg{}).report(signInChecks...).succeeds(validateResult)
		}},
		{"workbench", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepValidate).running(stepPreparedMsg{}).report(signInChecks...).succeeds(validateResult).press("w")
		}},
		{"rotate-read", func(s *stage) { s.in(sandboxAccount).at(rotation.StepRotate) }},
		{"rotate-ask", func(s *stage) { s.in(sandboxAccount).at(rotation.StepRotate).press("enter") }},
		{"rotate-review", func(s *stage) { s.in(sandboxAccount).at(rotation.StepRotate).review(rotatePlan) }},
		{"rotate-installing", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepRotate).running(rotatePlan).report(rotateEvents(0)...)
		}},
		{"rotate-running", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepRotate).running(rotatePlan).report(rotateEvents(1)...)
		}},
		{"rotate-result", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepRotate).running(rotatePlan).report(rotateEvents(2)...).
				succeeds(rotateResult)
		}},
		{"verify-read", func(s *stage) { s.in(sandboxAccount).at(rotation.StepVerify) }},
		{"verify-result", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepVerify).running(stepPreparedMsg{}).report(verifyChecks...).succeeds(verifyResult)
		}},
		{"verify-result-shown", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepVerify).running(stepPreparedMsg{}).report(verifyChecks...).succeeds(verifyResult).press("v")
		}},
		{"cleanup-read", func(s *stage) {
			s.in(awsAccount).report(databaseEvents()...).report(rotateEvents(2)...).at(rotation.StepCleanup)
		}},
		{"cleanup-review-sandbox", func(s *stage) { s.in(sandboxAccount).at(rotation.StepCleanup).review(cleanupPlan) }},
		{"cleanup-ask", func(s *stage) { s.in(sandboxAccount).at(rotation.StepCleanup).press("enter") }},
		{"cleanup-review", func(s *stage) {
			s.in(awsAccount).at(rotation.StepCleanup).review(cleanupPlan).typed("MyTestData")
		}},
		{"cleanup-result", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepCleanup).running(cleanupPlan).report(
				steps.Checked{Check: steps.Check{Name: "secret-scheduled-for-deletion", OK: true, Detail: "MyTestDatabaseMasterSecret will be deleted for good on 29 November 2026"}},
				steps.Checked{Check: steps.Check{Name: "database-deleted", OK: true, Detail: "mytestdatabaseinstance is gone"}},
				steps.Checked{Check: steps.Check{Name: "nothing-left", OK: true, Detail: "all 8 resources of the run are removed"}},
			).succeeds(cleanupResult)
		}},
		{"done", func(s *stage) {
			s.in(sandboxAccount).at(rotation.StepCleanup)
			s.flow = s.flow.Forward().Forward().Started().Succeeded().NextStep()
			s.opts.ReceiptPath = func(run string) string {
				return "/home/maria/.local/state/keyturn/runs/" + run + "/receipt.json"
			}
			s.report(verifyChecks...).report(steps.Finished{OK: true, Elapsed: 95 * time.Second})
			s.showPhase()
			s.layers[0].screen.(*done).closed = true
		}},
		{"done-kept", func(s *stage) { s.in(awsAccount).kept() }},
	}
}
