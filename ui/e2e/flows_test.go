//go:build !windows

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"keyturn/aws"
	"keyturn/steps"
)

// instant is the sandbox whose slow things take no time.
var instant = []string{"--pace", "instant"}

// demo is the one whose database takes some seconds: long enough to interrupt.
var demo = []string{"--pace", "demo"}

func TestTheWholeTutorialByEnterAlone(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark})
	p.answers("enter", "Welcome", "› Sandbox")
	p.through("Step 1 of 6", "Step 2 of 6", "Step 3 of 6", "Step 4 of 6", "Step 5 of 6", "Step 6 of 6")
	p.sees("The walkthrough is over", "Nothing of this run is left", "enter leave")
	const most = 24 // from welcome to done
	t.Logf("%d times enter from welcome to done", p.enters)
	if p.enters > most {
		t.Errorf("%d times enter, want at most %d", p.enters, most)
	}
	p.press("enter")
	p.ends(0)
	if raw := p.written(); !strings.Contains(raw, "\x1b]9;4;") || strings.LastIndex(raw, "\x1b]9;4;0") < strings.LastIndex(raw, "\x1b]9;4;1") {
		t.Error("the terminal's progress bar was never set, or is still on")
	}
	if !strings.Contains(p.written(), "keyturn: Rotate, running") {
		t.Error("the window's title does not follow the steps")
	}
	if shell := p.shell(); !strings.Contains(shell, "✔ Clean up") || !strings.Contains(shell, "Nothing of this run is left") ||
		!strings.Contains(shell, filepath.Join(p.folder, "state")) {
		t.Errorf("the shell shows no summary:\n%s", shell)
	}
}

// through presses enter from the first screen of each step to its result, and
// on to the next step. It presses enter only when the screen shows what enter
// does, and then waits until the screen has changed.
func (p *session) through(steps ...string) {
	p.t.Helper()
	for i, step := range steps {
		p.sees(step)
		for {
			var word string
			p.until("offered enter", func(frame string) bool {
				word = enterWord(frame)
				return word != ""
			})
			before := p.frame()
			if scrolls.MatchString(before) {
				p.t.Errorf("a screen that must fit 80x24 scrolls:\n%s", before)
			}
			if i == len(steps)-1 && word == "next step" {
				return
			}
			p.press("enter")
			p.until("changed after enter", func(frame string) bool { return frame != before })
			if word == "next step" || word == "finish" {
				break
			}
		}
	}
}

// scrolls is the title bar of a screen that shows a part of its lines.
var scrolls = regexp.MustCompile(`lines \d+–\d+ of \d+`)

var enterHelp = regexp.MustCompile(`(?m)^ enter (\S+(?: \S+)*?)(?:   |\s*$)`)

// enterWord is what the footer says that enter does; "" if it does nothing.
func enterWord(frame string) string {
	if found := enterHelp.FindStringSubmatch(frame); found != nil {
		return found[1]
	}
	return ""
}

func TestGoBackAndChangeAnAnswer(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark})
	p.answers("enter", "Welcome")
	p.answers("enter", "Step 1 of 6", "read")
	p.answers("tab", "› Database")
	p.answers("-two", "› DB instance identifier")
	p.answers("tab", "MyTestDatabaseInstance-two")
	p.press("2")
	p.sees("adminuser2")
	p.press("enter")
	p.answers("esc", "Nothing has changed yet")
	p.sees("MyTestDatabaseInstance-two", "adminuser2")
	p.press("tab", "ctrl+u")
	p.press("Another")
	p.sees("› DB instance identifier  Another ", "adminuser2")
	p.press("enter")
	p.sees("create the database Another", "Nothing has changed yet")
	p.press("ctrl+c")
	p.ends(130)
}

func TestAWrongPasswordTypedTwice(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark})
	p.answers("enter", "Welcome")
	p.answers("enter", "Step 1 of 6", "read")
	p.answers("tab", "› Database")
	p.answers("tab", "› DB instance identifier")
	p.answers("tab", "› Master user name")
	p.sees("› Master password")
	p.press("short", "enter")
	p.sees("✘")
	p.press("-but-long-enough", "enter")
	p.sees("› The same again")
	p.press("something-else", "enter")
	p.sees("the two passwords differ")
	p.press("ctrl+u", "short-but-long-enough", "enter")
	p.sees("Nothing has changed yet")
	if strings.Contains(p.written(), "long-enough") {
		t.Error("the password was written to the screen")
	}
	p.press("ctrl+c")
	p.ends(130)
}

func TestAFailureAndItsRepairByAnotherAnswer(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: append([]string{"--db-class", "db.t9.nothing"}, instant...), background: dark})
	p.answers("enter", "Welcome")
	p.answers("enter", "Step 1 of 6", "read")
	p.sees("db.t9.nothing")
	p.press("enter")
	p.sees("failed", "✘ Database", "r try again", "d details")
	p.press("d")
	p.sees("hide details")
	p.press("esc")
	p.sees("› Database")
	p.press("tab", "tab", "tab", "tab", "tab")
	p.sees("› DB instance class")
	p.press("ctrl+u", "enter")
	p.answers("enter", "Nothing has changed yet", "enter do it")
	p.sees("✔ Database", "enter next step")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

func TestStopDuringAWaitAndCarryOn(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: demo, background: dark})
	p.toTheWait()
	p.press("ctrl+c")
	p.answers("esc", "› Carry on", "Stop waiting", "Undo", "Quit")
	p.seesNo("› Carry on")
	p.sees("✔ Database", "enter next step")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

func TestStopAWaitAndTakeItUpAgain(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: demo, background: dark})
	p.toTheWait()
	p.press("ctrl+c")
	p.answers("down", "› Carry on")
	p.answers("enter", "› Stop waiting")
	p.answers("r", "You stopped this step")
	p.answers("enter", "review", "enter")
	p.sees("✔ Database", "enter next step")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

// toTheWait goes to where the sandbox's database is being created.
func (p *session) toTheWait() {
	p.t.Helper()
	p.answers("enter", "Welcome")
	p.answers("enter", "Step 1 of 6", "read")
	p.sees("› Database")
	p.press("enter")
	p.answers("enter", "Nothing has changed yet", "enter do it")
	p.sees("waiting for the database")
}

func TestResizeWhileRunning(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: demo, background: dark})
	p.toTheWait()
	p.resize(50, 10)
	p.sees("keyturn needs 60 columns and 16 rows")
	p.resize(120, 40)
	p.sees("This run", "Step 1 of 6")
	p.resize(60, 16)
	p.sees("Step 1 of 6", "✔ Database", "enter next step")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

func TestQuitAtOnceInAWait(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: demo, background: dark})
	p.toTheWait()
	p.press("ctrl+c", "ctrl+c")
	p.ends(130)
	if shell := p.shell(); !strings.Contains(shell, "The sandbox ends with this program") {
		t.Errorf("the shell does not say what is left:\n%s", shell)
	}
}

func TestATerminalThatNeverAnswers(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: silent})
	p.sees("Welcome", "enter continue")
	p.press("ctrl+c")
	p.ends(130)
}

func TestALightTerminal(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: light})
	p.until("turned to the light colours", func(string) bool { return strings.Contains(p.raw.String(), "\x1b[34;1mkeyturn") })
	p.press("ctrl+c")
	p.ends(130)
}

var colour = regexp.MustCompile(`\x1b\[(?:[0-9]+;)*(?:3[0-7]|9[0-7]|4[0-7]|10[0-7]|38|48)[;m]`)

func TestNoColourWithAnyValue(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark, env: []string{"NO_COLOR=yes"}})
	p.answers("enter", "Welcome")
	p.sees("Step 1 of 6")
	p.press("ctrl+c")
	p.ends(130)
	if found := colour.FindString(p.written()); found != "" {
		t.Errorf("a colour was written: %q", found)
	}
}

func TestKeepEverything(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: append([]string{"--keep"}, instant...), background: dark})
	p.answers("enter", "Welcome")
	p.through("Step 1 of 6", "Step 2 of 6", "Step 3 of 6", "Step 4 of 6", "Step 5 of 6")
	p.answers("enter", "enter next step")
	p.answers("enter", "The walkthrough is over", "– Clean up", "enter leave")
	p.ends(0)
}

func TestPasswordsAreShownOnDemandAndNeverAfterwards(t *testing.T) {
	t.Parallel()
	const password = "chosen-by-the-person-1"
	p := open(t, start{args: instant, background: dark, env: []string{"KEYTURN_MASTER_PASSWORD=" + password}})
	p.answers("enter", "Welcome")
	p.through("Step 1 of 6", "Step 2 of 6", "Step 3 of 6")
	p.sees("signs in", "••••", "v show passwords")
	if strings.Contains(p.written(), password) {
		t.Error("the password was shown without being asked for")
	}
	p.press("v")
	p.answers("v", password, "v cover passwords")
	p.seesNo(password)
	p.press("w")
	p.sees("Connection Name", "MyTestDatabaseInstance", "Username", "adminuser")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
	if strings.Contains(p.shell(), password) {
		t.Error("the password is in the shell")
	}
}

func TestExplainCommandsAndScript(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark})
	p.answers("enter", "Welcome")
	p.answers("e", "Step 1 of 6", "e explain")
	p.answers("pgdown", "A database worth protecting")
	p.seesNo("A database worth protecting")
	p.press("esc")
	p.through("Step 1 of 6")
	p.answers("c", "c commands")
	p.answers("enter", "as AWS CLI lines", "enter copy")
	p.sees("sent to the clipboard")
	if !strings.Contains(p.written(), "\x1b]52;c;") {
		t.Error("nothing was sent to the clipboard")
	}
	p.press("s")
	p.sees("saved as keyturn-")
	scripts, err := filepath.Glob(filepath.Join(p.folder, "keyturn-*.sh"))
	if err != nil || len(scripts) != 1 {
		t.Fatalf("scripts %v, %v", scripts, err)
	}
	info, err := os.Stat(scripts[0])
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(scripts[0])
	if err != nil || !strings.Contains(string(text), "aws rds create-db-instance") {
		t.Errorf("the script lacks the call that made the database (%v):\n%s", err, text)
	}
	p.press("y")
	p.sees("Try it yourself", "AWS_ENDPOINT_URL", "mysql --host=")
	p.press("esc")
	p.answers("esc", "s save as a script")
	p.answers("ctrl+c", "enter next step")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

func TestNoCredentialsThenTheSandboxInstead(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: append([]string{"--aws", "--region", "eu-central-1"}, instant...), background: dark})
	p.answers("enter", "› An AWS account")
	p.answers("enter", "Which profile?")
	p.sees("› eu-central-1")
	p.press("enter")
	p.answers("esc", "failed", "credentials")
	p.answers("up", "› An AWS account")
	p.answers("enter", "› Sandbox")
	p.sees("Step 1 of 6", "sandbox")
	p.press("ctrl+c")
	p.ends(130)
}

func TestAPasteIsText(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark})
	p.answers("enter", "Welcome")
	p.answers("enter", "Step 1 of 6", "read")
	p.answers("tab", "› Database")
	p.press("ctrl+u", "\x1b[200~pasted-q\x1b[201~")
	p.sees("pasted-q")
	p.press("ctrl+c")
	p.ends(130)
}

// TestADriftedPasswordAndItsRepair changes the database's password behind the
// program's back, with the keys that it shows, and takes the repair it offers.
func TestADriftedPasswordAndItsRepair(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, cols: 120, rows: 40, background: dark})
	p.answers("enter", "Welcome")
	p.through("Step 1 of 6", "Step 2 of 6")
	p.answers("c", "enter next step")
	p.answers("y", "y try it yourself")
	p.sees("AWS_ENDPOINT_URL", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")
	shown := p.environment()
	session, err := aws.Open(t.Context(), aws.Options{
		Endpoint: shown["AWS_ENDPOINT_URL"], Region: shown["AWS_REGION"],
		AccessKeyID: shown["AWS_ACCESS_KEY_ID"], SecretAccessKey: shown["AWS_SECRET_ACCESS_KEY"],
	})
	if err != nil {
		t.Fatal(err)
	}
	databases := session.Services().Databases
	if err := databases.SetMasterPassword(t.Context(), "mytestdatabaseinstance", steps.NewPassword("drifted-away")); err != nil {
		t.Fatal(err)
	}
	p.press("esc")
	p.answers("esc", "s save as a script")
	p.answers("enter", "enter next step")
	p.answers("enter", "Step 3 of 6", "enter prove it")
	p.answers("f", "failed", "f repair")
	p.sees("✔ Validate", "signs in", "enter next step")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

var exportLine = regexp.MustCompile(`export (\w+)=(\S+)`)

// environment reads the environment lines off the screen.
func (p *session) environment() map[string]string {
	found := map[string]string{}
	for _, line := range exportLine.FindAllStringSubmatch(p.frame(), -1) {
		found[line[1]] = strings.Trim(line[2], `'"`)
	}
	return found
}
