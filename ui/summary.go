package ui

import (
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// summary is what is said at the end, on the last screen and in the shell.
type summary struct {
	run             string
	account         string
	sandbox         bool
	trail           []stepStatus
	elapsed         time.Duration
	checks          string
	cost            string // a sentence; "" if nothing was made
	left            []steps.Resource
	used            []steps.UsedResource
	cleanupCommand  string // the command that removes what is left
	resumeCommand   string // the command that goes on with a run that is not over
	endsWithProgram bool   // what is left ends with the program: the sandbox
	receipt         string // the receipt's file
	proved          bool   // every step but the clean-up is done, and a rotation was among them
}

func (a *app) summary() summary {
	s := summary{run: a.result.Run, trail: a.stepStatuses(), proved: !a.setup.TestOnly}
	for i, step := range a.flow.Steps() {
		s.proved = s.proved && (step.Removes || a.flow.StateOf(i) == steps.StepDone)
	}
	s.checks = fmt.Sprintf("%d of %d checks passed, %d AWS calls", a.ledger.passed, a.ledger.checks, len(a.ledger.calls))
	if a.ledger.checks == 0 {
		s.checks = fmt.Sprintf("no checks made, %d AWS calls", len(a.ledger.calls))
	}
	if a.account != nil {
		s.sandbox = a.account.Kind == steps.Sandbox
		s.account = "the sandbox"
		if !s.sandbox {
			s.account = fmt.Sprintf("AWS account %s, %s", a.account.ID, a.account.Region)
		}
	}
	if a.run != nil {
		s.left, s.used = a.run.Receipt().Left(), a.run.Receipt().Used
	}
	if a.ledger.finished != nil {
		s.elapsed = a.ledger.finished.Elapsed
		if a.ledger.made && a.account != nil {
			s.cost = a.ledger.finished.Cost.In(a.account.Kind)
		}
	}
	if a.opts.ResumeCommand != nil && (a.ledger.finished == nil || !a.ledger.finished.OK) {
		s.resumeCommand = a.opts.ResumeCommand(s.run)
	}
	if a.opts.CleanupCommand != nil {
		s.cleanupCommand = a.opts.CleanupCommand(s.run)
	}
	if a.opts.ReceiptPath != nil && s.run != "" {
		s.receipt = a.opts.ReceiptPath(s.run)
	}
	s.endsWithProgram = s.sandbox && len(s.left) > 0
	return s
}

// trailLines are the steps, each with what became of it.
func (s summary) trailLines(th theme) []string {
	var lines []string
	for _, stop := range s.trail {
		lines = append(lines, fmt.Sprintf("%s %s", stop.sign, pad(stop.name, 10)+th.faint.Render(stop.word)))
	}
	return lines
}

// outcomeLines are the run in one sentence, and what is left of it, by the lines
// of left.
func (s summary) outcomeLines(width int, left []string) []string {
	took := ""
	if s.elapsed > 0 {
		took = ", " + format.Duration(s.elapsed)
	}
	lines := wrap(fmt.Sprintf("Run %s in %s%s: %s.", s.run, s.account, took, s.checks), width)
	if s.cost != "" {
		lines = append(lines, wrap(s.cost, width)...)
	}
	for _, used := range s.used {
		lines = append(lines, hang("", fmt.Sprintf("Kept: %s %s, %s.", steps.KindName(used.Kind), used.Name, steps.NotMade), width)...)
	}
	switch {
	case len(s.left) == 0:
		lines = append(lines, wrap("Nothing of this run is left in the account.", width)...)
	case s.endsWithProgram:
		lines = append(lines, wrap("The sandbox ends with this program, and all that this run made in it.", width)...)
	default:
		lines = append(lines, wrap("These still exist, and can cost money:", width)...)
		lines = append(lines, left...)
		if s.resumeCommand != "" {
			lines = append(lines, hang("", "Go on with: "+s.resumeCommand, width)...)
		}
		if s.cleanupCommand != "" {
			lines = append(lines, hang("", "Remove them with: "+s.cleanupCommand, width)...)
		}
	}
	return lines
}

// text is the summary for the shell, without colours.
func (s summary) text() string {
	if s.run == "" {
		return ""
	}
	th := plainTheme()
	lines := append(append(s.trailLines(th), ""), s.outcomeLines(80, leftLines(s.left, 80, th))...)
	if s.receipt != "" {
		lines = append(lines, hang("", "Receipt: "+s.receipt, 80)...)
	}
	if s.proved {
		lines = append(lines, "To read on: "+rotationPage)
	}
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}
