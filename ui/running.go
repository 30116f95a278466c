package ui

import (
	"strings"

	"keyturn/steps"
)

// running is the live list of what a step does, from its events, with the
// picture of the rotation where there is one.
type running struct{ app *app }

func newRunning(a *app) *running { return &running{app: a} }

func (r *running) heading() (string, string) {
	if r.app.job != nil && r.app.job.stopped {
		return r.app.stepHeading(), "stopping"
	}
	return r.app.stepHeading(), "running"
}

// followsTail: the newest row stays in sight.
func (r *running) followsTail() {}

func (r *running) body(width int) []string {
	a := r.app
	lines := a.progress.lines(width, a.th, a.clock, a.spinner())
	if len(lines) == 0 {
		lines = []string{a.th.accent.Render(a.spinner()) + " starting"}
	}
	if picture := rotationPicture(a.progress.rotation, width, a.th, a.spinner()); picture != nil {
		lines = append(append(lines, ""), picture...)
	}
	lines = append(lines, a.retryLines(width)...)
	if exposed := a.exposureLines(width); exposed != nil {
		lines = append(append(lines, ""), exposed...)
	}
	if a.progress.latest != "" {
		lines = append(lines, "", a.th.faint.Render("$ "+briefCommand(oneLine(a.progress.latest), width-2)))
	}
	if _, waiting := a.progress.currentWait(); waiting && a.account.Kind == steps.AWS && a.opts.ResumeCommand != nil {
		lines = append(lines, "")
		lines = append(lines, wrap(a.th.faint.Render("AWS goes on with this by itself. You may quit: "+
			a.opts.ResumeCommand(a.result.Run)+" takes it up."), width)...)
	}
	return lines
}

// retryLines say that a call is being tried again, and why.
func (a *app) retryLines(width int) []string {
	if a.ledger.retry == "" {
		return nil
	}
	return append([]string{""}, wrap(a.th.warn.Render(a.ledger.retry), width)...)
}

func (r *running) actions() []action { return nil }

// oneLine drops the line breaks of a command that is shown in one line.
func oneLine(command string) string {
	return strings.NewReplacer("\\\n", "", "\n", " ").Replace(command)
}
