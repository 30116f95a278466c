//go:build !windows

package e2e

import (
	"strings"
	"testing"
)

// TestAnAWSAccount plays the tutorial as in an AWS account: a second keyturn
// serves the sandbox, and AWS_ENDPOINT_URL points at it as it would at any
// other stand-in for AWS.
func TestAnAWSAccount(t *testing.T) {
	t.Parallel()
	served := open(t, start{args: []string{"sandbox", "--pace", "instant"}, cols: 200, rows: 40})
	served.sees("AWS_ENDPOINT_URL=", "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_REGION=")
	var env []string
	for name, value := range served.environment() {
		env = append(env, name+"="+value)
	}

	p := open(t, start{args: []string{"--aws"}, env: env, background: dark})
	p.answers("enter", "› An AWS account")
	p.answers("enter", "Which profile?")
	p.answers("enter", "Which region?")
	p.sees("not AWS: account", "this is not AWS itself", "public internet", "iam:CreateRole", "esc another account")
	p.press("enter")
	p.answers("enter", "Before anything is made", "nothing is in the way", "r look again")
	p.through("Step 1 of 6", "Step 2 of 6", "Step 3 of 6", "Step 4 of 6", "Step 5 of 6")
	p.answers("enter", "enter next step")
	p.answers("enter", "Step 6 of 6", "k keep everything", "enter continue")
	p.answers("enter", "› Waiting period")
	p.answers("enter", "Type MyTestDatabaseInstance", "enter delete")
	p.sees("press esc to keep it")
	p.press("mytestdatabaseinstance", "enter")
	p.answers("enter", "✔ Clean up", "enter finish")
	p.answers("enter", "The walkthrough is over", "Nothing of this run is left", "enter leave")
	p.ends(0)

	served.press("ctrl+c")
	<-served.exited
}

// TestAKilledRunIsTakenUp kills the program while a rotation is being set up,
// and goes on from the first screen of the next one.
func TestAKilledRunIsTakenUp(t *testing.T) {
	t.Parallel()
	served := open(t, start{args: []string{"sandbox", "--pace", "demo"}, cols: 200, rows: 40})
	served.sees("AWS_ENDPOINT_URL=", "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_REGION=")
	env := []string{"KEYTURN_STATE_DIR=" + t.TempDir()}
	for name, value := range served.environment() {
		env = append(env, name+"="+value)
	}

	p := open(t, start{args: []string{"--aws"}, env: env, background: dark})
	p.answers("enter", "› An AWS account")
	p.answers("enter", "Which profile?")
	p.answers("enter", "Which region?")
	p.sees("esc another account")
	p.press("enter")
	p.answers("enter", "Before anything is made", "r look again")
	p.through("Step 1 of 6", "Step 2 of 6", "Step 3 of 6")
	p.answers("enter", "enter next step")
	p.answers("enter", "Step 4 of 6", "enter continue")
	p.answers("enter", "enter review")
	p.answers("enter", "enter do it")
	p.sees("waiting for the rotation function", "keyturn resume")
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.exited

	p = open(t, start{env: env, background: dark})
	p.sees("Take up run", "Step rotate was under way")
	p.press("down", "down")
	p.answers("enter", "› Take up run")
	p.answers("enter", "esc another account")
	p.answers("enter", "is taken up", "stopped in step 4 of 6", "It goes on with what is left of step 4", "enter go on")
	p.answers("enter", "Step 4 of 6", "review", "enter do it")
	p.answers("enter", "✔ rotated", "enter next step")
	p.through("Step 5 of 6")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
	if shell := p.shell(); !strings.Contains(shell, "Go on with: keyturn resume") || !strings.Contains(shell, "Remove them with: keyturn cleanup") {
		t.Errorf("the shell does not say what to do:\n%s", shell)
	}
}
