package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
	"keyturn/steps/format"
)

// maxUnfinished is how many runs the first screen offers to take up, the newest.
const maxUnfinished = 3

// listAfter is when the receipts are read: after the first frame.
const listAfter = 50 * time.Millisecond

// unfinishedListedMsg brings the runs that can be taken up.
type unfinishedListedMsg []steps.Receipt

// listUnfinished reads the receipts of runs that can be taken up.
func (a *app) listUnfinished() tea.Cmd {
	return tea.Tick(listAfter, func(time.Time) tea.Msg {
		found := a.opts.Unfinished()
		return unfinishedListedMsg(found[:min(len(found), maxUnfinished)])
	})
}

// unfinishedRun says where a run stopped and what there is of it.
func unfinishedRun(r steps.Receipt, now time.Time) string {
	where := "It had not begun its first step"
	if n := len(r.Steps); n > 0 {
		last := r.Steps[n-1]
		where = fmt.Sprintf("Step %s %s", last.Step, map[steps.StepState]string{
			steps.StepStarted: "was under way", steps.StepDone: "was done", steps.StepFailed: "did not succeed", steps.StepSkipped: "was left out",
		}[last.State])
	}
	return fmt.Sprintf("%s, %s ago. Account %s, %s; %s.",
		where, format.Elapsed(now.Sub(r.Updated).Round(time.Second)), r.AccountID, r.Region, format.Count(len(r.Left()), "resource"))
}

// resumeRun takes a run up in the account that is open.
func (a *app) resumeRun(receipt steps.Receipt) tea.Cmd {
	account := a.account
	return a.start(func(ctx context.Context) any {
		run, err := a.opts.Resume(receipt, account, a.relay)
		if err != nil {
			return runBegunMsg{err: err}
		}
		run.Introduce()
		if err := run.Open(); err != nil {
			return runBegunMsg{err: err}
		}
		flow, found, err := run.Resume(ctx, steps.NewWalkthrough(a.opts.Acts...))
		return runBegunMsg{run: run, taken: &resumed{a, flow, found}, err: err}
	})
}

// resumed says in three sentences what was found of a run, before it goes on.
type resumed struct {
	app   *app
	flow  steps.Walkthrough
	found steps.RunResumed
}

// accept makes the run's state the app's: what was answered, and what is there.
func (t *resumed) accept() {
	a := t.app
	a.flow, a.setup = t.flow, a.run.Setup()
	a.ledger.existing = a.run.Receipt().Left()
	a.ledger.made = len(a.ledger.existing) > 0
}

func (t *resumed) heading() (string, string) { return "Run " + t.app.run.ID() + " is taken up", "read" }

func (t *resumed) body(width int) []string {
	var lines []string
	for _, sentence := range []string{t.found.Stopped, t.found.There, t.found.Next} {
		lines = append(append(lines, wrap(sentence, width)...), "")
	}
	return append(lines, t.app.keptLines(width)...)
}

func (t *resumed) actions() []action {
	return []action{bindKey(withHelp(t.app.keys.Forward, "go on"), t.app.showPhase)}
}
