package line

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"keyturn/steps"
	"keyturn/steps/format"
)

// Text renders events as plain lines, each a sentence or a short record that a
// screen reader can read once. Within a step a command is shown once, however
// often a wait repeats it.
type Text struct {
	w          io.Writer
	all        []steps.Step
	attended   bool // a Session announces each step before its questions
	runNamed   bool
	introduced steps.RunIntroduced
	earlyCalls []steps.CallDone // calls made before the run was named
	// quiet keeps the commands until somebody asks for them: up to 500
	// characters each, they drown what is done and proved when they are spoken.
	quiet           bool
	pendingCommands []string
	shownCommands   map[string]bool
	checks          []steps.Checked
}

// NewText writes to w; all gives the steps their numbers and titles. With
// someone there to answer, a step's heading is left to the Session, which
// writes it before the questions.
func NewText(w io.Writer, all []steps.Step, attended bool) *Text {
	return &Text{w: w, all: all, attended: attended, shownCommands: map[string]bool{}}
}

// Event writes the event's lines, if it has any in plain text.
func (t *Text) Event(e steps.Event) {
	switch e := e.(type) {
	case steps.RunIntroduced:
		t.run(e)
	case steps.StepChanged:
		t.step(e)
	case steps.Planned:
		t.plan(e)
	case steps.CallDone:
		t.call(e)
	case steps.CallRetried:
		t.printf("  retry    %s", e)
	case steps.RunResumed:
		t.printf("%s\n%s\n%s", e.Stopped, e.There, e.Next)
	case steps.Noted:
		t.printf("  note     %s", e.Text)
	case steps.Waiting:
		t.wait(e)
	case steps.ResourceChanged:
		if e.Used {
			t.printf("  %-8s %s %s: %s", e.Action, e.Kind, e.ID, steps.NotMade)
			return
		}
		t.printf("  %-8s %s %s", e.Action, e.Kind, e.ID)
	case steps.Checked:
		t.recordCheck(e)
		t.printf("  %-8s %s: %s", verdict(e.Check.OK), e.Check.Name, e.Check.Detail)
	case steps.RotationMoved:
		t.rotation(e)
	case steps.Diagnosed:
		t.diagnosis(e.Diagnosis)
	case steps.Finished:
		t.finished(e)
	}
}

func (t *Text) run(e steps.RunIntroduced) {
	where := "AWS account"
	if e.Account == steps.Sandbox {
		where = "sandbox account"
	}
	t.printf("keyturn: rotating a secret for an AWS database")
	t.printf("Run %s in %s %s, region %s.", e.Run, where, e.AccountName(), e.Region)
	if e.Account == steps.AWS {
		t.printf("You are %s.", e.Caller)
		if e.Endpoint != "" {
			t.printf("This is not AWS itself: calls go to %s.", e.Endpoint)
		}
	}
	t.runNamed, t.introduced = true, e
	for _, call := range t.earlyCalls {
		t.call(call)
	}
}

func (t *Text) step(e steps.StepChanged) {
	switch e.State {
	case steps.StepStarted:
		t.shownCommands = map[string]bool{}
		for i, s := range t.all {
			if s.ID == e.Step && !t.attended {
				t.printf("\nStep %d of %d: %s", i+1, len(t.all), s.Title)
			}
		}
	case steps.StepDone:
		t.printf("  done in %s", format.Duration(e.Elapsed))
	case steps.StepSkipped:
		t.printf("\nSkipped: %s", e.Step)
	case steps.StepFailed:
		t.printf("  failed after %s", format.Duration(e.Elapsed))
	}
}

func (t *Text) plan(e steps.Planned) {
	if len(e.Calls) == 0 {
		t.printf("  This step changes nothing in the account.")
		return
	}
	t.printf("  This step will:")
	for i, c := range e.Calls {
		t.printf("  %3d. %s (%s %s)", i+1, c.Why, c.Service, c.Operation)
	}
}

func (t *Text) call(e steps.CallDone) {
	if !t.runNamed {
		t.earlyCalls = append(t.earlyCalls, e)
		return
	}
	if t.shownCommands[e.Call.CLI] && e.Call.Error == "" {
		return
	}
	t.shownCommands[e.Call.CLI] = true
	lines := []string{"  $ " + e.Call.CLI}
	if e.Call.Error != "" {
		lines = append(lines, "    answered "+e.Call.Error)
	}
	if t.quiet {
		t.pendingCommands = append(t.pendingCommands, lines...)
		return
	}
	t.printf("%s", strings.Join(lines, "\n"))
}

// Commands returns the lines of the calls since it was asked last.
func (t *Text) Commands() []string {
	lines := t.pendingCommands
	t.pendingCommands = nil
	return lines
}

func (t *Text) wait(e steps.Waiting) {
	usual := ""
	switch {
	case e.Usual > 0 && t.introduced.Account == steps.Sandbox:
		usual = ", on AWS usually " + format.Elapsed(e.Usual)
	case e.Usual > 0:
		usual = ", usually " + format.Elapsed(e.Usual)
	}
	t.printf("  waiting  for %s: %s (%s%s)", e.For, e.Status, format.Elapsed(e.Elapsed), usual)
}

func (t *Text) rotation(e steps.RotationMoved) {
	parts := make([]string, 0, len(e.Versions))
	for _, v := range e.Versions {
		parts = append(parts, steps.ShortVersion(v.ID)+" "+labels(v.Labels))
	}
	line := strings.Join(parts, "; ")
	if n := len(e.Completed); n > 0 {
		line += fmt.Sprintf(" (%s done)", e.Completed[n-1])
	}
	t.printf("  labels   %s", line)
}

func (t *Text) diagnosis(d steps.Diagnosis) {
	t.printf("  %s", d.What)
	t.printf("  Why: %s", d.Why)
	t.printf("  To do: %s", d.Fix)
}

// recordCheck keeps the last word on each check: a step that was repaired has
// proved what it could not before.
func (t *Text) recordCheck(e steps.Checked) {
	t.checks = slices.DeleteFunc(t.checks, func(old steps.Checked) bool {
		return old.Step == e.Step && old.Check.Name == e.Check.Name
	})
	t.checks = append(t.checks, e)
}

// finished sums up what was proved, each check with its evidence.
func (t *Text) finished(e steps.Finished) {
	if len(t.checks) > 0 {
		t.printf("\nWhat was proved")
		for _, c := range t.checks {
			t.printf("  %-8s %s, %s: %s", verdict(c.Check.OK), c.Step, c.Check.Name, c.Check.Detail)
		}
	}
	if e.Cost != (steps.Cost{}) {
		t.printf("\n%s", e.Cost.In(t.introduced.Account))
	}
	where := "account"
	if t.introduced.Account == steps.Sandbox {
		where = "sandbox"
	}
	if len(e.Left) == 0 {
		t.printf("\nNothing of this run is left in the %s.", where)
	} else {
		t.printf("\nStill in the %s:", where)
		for _, r := range e.Left {
			t.printf("  %s %s", r.Kind, r.ID)
		}
	}
	if !e.OK {
		return // why, and what to do about what is left, is told apart
	}
	switch {
	case len(e.Left) == 0:
	case t.introduced.Account == steps.Sandbox:
		t.printf("The sandbox ends with this program, and all of this with it.")
	default:
		t.printf("It can cost money. To remove it: keyturn cleanup %s", t.introduced.Run)
	}
	t.printf("Done in %s.", format.Duration(e.Elapsed))
}

func (t *Text) printf(format string, args ...any) {
	// A reader that went away must not stop a run half-way.
	_, _ = fmt.Fprintf(t.w, format+"\n", args...)
}

func verdict(ok bool) string {
	if ok {
		return "proved"
	}
	return "NOT SO"
}

func labels(l []string) string {
	if len(l) == 0 {
		return "(no label)"
	}
	return strings.Join(l, "+")
}
