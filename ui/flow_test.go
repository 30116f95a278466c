package ui

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps/rotation"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	sessions := map[string]struct {
		script func(scriptedSteps)
		option func(*Options)
		play   func(*testing.T, *person)
	}{
		"enter alone leads through the whole tutorial in the sandbox": {
			play: func(t *testing.T, p *person) {
				p.enterUntil("The walkthrough is over")
				p.sees("✔ Database", "✔ Clean up", "What you have seen", "keyturn --aws", "tutorials_rotation-single.html")
				p.doesNotSee("scroll")
				p.press("enter")
				if !p.quit || p.app.result.Status != Done {
					t.Errorf("quit %v, status %v", p.quit, p.app.result.Status)
				}
			},
		},
		"an answer can be changed later, and the others stay": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "enter", "tab")
				p.types("X")
				p.press("tab")
				p.types("2")
				p.press("enter")
				p.sees("review")
				p.press("esc")
				p.sees("MyTestDatabaseInstanceX", "adminuser2")
				p.press("tab", "backspace", "esc", "enter")
				p.sees("MyTestDatabaseInstance", "adminuser2")
				p.doesNotSee("MyTestDatabaseInstanceX")
			},
		},
		"two different passwords are not accepted": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "enter", "tab", "tab", "tab")
				p.types("correct-horse")
				p.press("enter")
				p.types("correct-hose")
				p.press("enter")
				p.sees("the two passwords differ")
				p.doesNotSee("correct")
				p.press("enter")
				p.sees("the two passwords differ")
			},
		},
		"one enter accepts a form whose answers are right, from any field": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "enter", "tab", "tab", "tab", "tab")
				p.sees("› The same again", "enter review")
				p.press("enter")
				p.sees("review", "enter do it")
			},
		},
		"enter goes to the first answer that is wrong, from any field": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "enter", "tab", "ctrl+u", "tab", "tab", "tab", "tab", "enter")
				p.sees("› DB instance identifier", "✘")
				p.types("orders")
				p.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
				p.sees("› Storage in GiB")
				p.press("enter")
				p.sees("review", "enter do it")
			},
		},
		"letters are text while a field has the focus": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "enter", "tab")
				p.types("ecl?tvk6")
				p.sees("MyTestDatabaseInstanceecl?tvk6")
			},
		},
		"a paste goes into the field": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "enter", "tab", "ctrl+u")
				p.send(tea.PasteMsg{Content: "from-elsewhere"})
				p.sees("from-elsewhere")
				p.doesNotSee("MyTest")
			},
		},
		"a failure offers to try again": {
			script: func(s scriptedSteps) { s[rotation.StepValidate].do = failsOnce(errBroken) },
			play: func(t *testing.T, p *person) {
				p.enterUntil("failed")
				p.sees("✘ Validate", "r try again", "6 clean up")
				p.press("r")
				p.sees("✔ Validate")
			},
		},
		"a step that only reads runs at once, and a look that fails is a failure": {
			script: func(s scriptedSteps) {
				look := failsOnce(errBroken)
				s[rotation.StepValidate].check = func() error { return look(context.Background(), nil) }
			},
			play: func(t *testing.T, p *person) {
				p.enterUntil("Step 3 of 6")
				p.sees("enter prove it")
				p.press("enter")
				p.sees("failed", "✘ Validate", "r try again")
				p.press("esc")
				p.sees("read", "enter prove it")
				p.press("enter")
				p.sees("✔ Validate", "done in")
			},
		},
		"a failure can be given up for the clean-up, and the end says so": {
			script: func(s scriptedSteps) { s[rotation.StepValidate].do = failsOnce(errBroken) },
			play: func(t *testing.T, p *person) {
				p.enterUntil("failed")
				p.press("6")
				p.sees("Step 6 of 6", "– Validate")
				p.enterUntil("The walkthrough is over")
				p.doesNotSee("What you have seen")
				if p.app.result.Status != Failed {
					t.Errorf("status %v", p.app.result.Status)
				}
			},
		},
		"ctrl+c during a wait asks, and the wait goes on": {
			play: func(t *testing.T, p *person) {
				p.startWaiting()
				p.press("ctrl+c")
				p.sees("Carry on", "Stop waiting", "Undo", "Quit")
				p.press("esc")
				p.after(2 * time.Minute)
				p.sees("✔ Database", "done")
			},
		},
		"a stopped wait can be taken up again": {
			play: func(t *testing.T, p *person) {
				p.startWaiting()
				p.press("ctrl+c", "down", "enter")
				p.sees("You stopped this step")
				p.press("r", "enter")
				p.after(2 * time.Minute)
				p.sees("✔ Database")
			},
		},
		"a second ctrl+c quits at once": {
			play: func(t *testing.T, p *person) {
				p.startWaiting()
				p.press("ctrl+c")
				if p.quit {
					t.Fatal("the first one quit")
				}
				p.press("ctrl+c")
				if !p.quit || p.app.result.Status != Interrupted {
					t.Errorf("quit %v, status %v", p.quit, p.app.result.Status)
				}
			},
		},
		"ctrl+c before anything was made quits": {
			play: func(t *testing.T, p *person) {
				p.press("enter", "ctrl+c")
				if !p.quit {
					t.Error("still here")
				}
			},
		},
		"undoing a stopped wait leads to the clean-up": {
			play: func(t *testing.T, p *person) {
				p.startWaiting()
				p.press("ctrl+c", "down", "down", "enter")
				p.sees("Step 6 of 6")
				p.enterUntil("The walkthrough is over")
			},
		},
		"going back while the account is looked at drops what the look finds": {
			script: func(s scriptedSteps) {
				s[rotation.StepSecret].check = func() error {
					time.Sleep(time.Second)
					return nil
				}
			},
			play: func(t *testing.T, p *person) {
				p.enterUntil("Step 2 of 6")
				p.press("enter", "enter")
				p.sees("looking at what the account holds")
				p.press("esc")
				p.after(2 * time.Second)
				p.sees("Secret name")
			},
		},
		"an AWS account says whose it is and warns, before anything else": {
			option: func(o *Options) { o.ReadConfiguration = someProfiles },
			play: func(t *testing.T, p *person) {
				p.press("down", "enter")
				p.sees("Which profile?", "use the default profile", "deploy-003")
				p.types("dev 1111")
				p.sees("1 of 41", "IAM Identity Center, account 111111111111")
				p.press("enter")
				p.sees("Which region?", "› eu-central-1", "Europe (Frankfurt)")
				p.press("esc")
				p.sees("Which profile?", "› dev")
				p.press("enter", "enter")
				p.sees("AWS account 210987654321", "maria.lindqvist", "public internet", "iam:CreateRole")
				p.press("enter")
				p.sees("Step 1 of 6")
			},
		},
		"in an AWS account the database's identifier is typed before it is deleted": {
			play: func(t *testing.T, p *person) {
				p.press("down", "enter", "enter", "enter", "enter")
				p.enterUntil("Type MyTestDatabaseInstance")
				p.press("enter")
				p.sees("type MyTestDatabaseInstance, or press esc to keep it")
				p.types("mytestdatabaseinstance")
				p.press("enter")
				p.after(time.Minute)
				p.sees("✔ Clean up")
			},
		},
		"with keep the walkthrough ends after the verification": {
			option: func(o *Options) { o.Keep = true },
			play: func(t *testing.T, p *person) {
				p.enterUntil("The walkthrough is over")
				p.sees("– Clean up")
			},
		},
		"a lesson being read stays when the step below it ends": {
			play: func(t *testing.T, p *person) {
				p.startWaiting()
				p.press("e")
				p.sees("A database worth protecting")
				p.after(3 * time.Minute)
				p.sees("A database worth protecting", "✔ Database")
				p.press("esc")
				p.sees("done")
			},
		},
		"a screen that is too small says so and comes back": {
			play: func(t *testing.T, p *person) {
				p.send(tea.WindowSizeMsg{Width: 40, Height: 10})
				p.sees("keyturn needs 60 columns")
				p.press("enter")
				p.send(tea.WindowSizeMsg{Width: 60, Height: 16})
				p.sees("Welcome")
			},
		},
	}
	for sentence, session := range sessions {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				script := newScript()
				if session.script != nil {
					session.script(script)
				}
				p := start(t, script, session.option)
				session.play(t, p)
			})
		})
	}
}

// startWaiting goes to the wait for the database.
func (p *person) startWaiting() {
	p.t.Helper()
	for range 20 {
		if strings.Contains(p.frame(), "enter do it") {
			break
		}
		p.press("enter")
	}
	p.press("enter")
	p.after(time.Second)
	p.sees("waiting for the database")
}
