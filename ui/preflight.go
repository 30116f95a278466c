package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps/format"
	"keyturn/steps/preflight"
)

// preflightDoneMsg is the outcome of the look at an AWS account before a run begins.
type preflightDoneMsg struct {
	report preflight.Report
	err    error
}

// preflightScreen shows what a run would meet in the AWS account that was just
// opened: what is denied first, then what is in the way, what is unknown, and
// how many actions are allowed. The app tells it the report; whoever begins
// although something is denied or in the way says so twice.
type preflightScreen struct {
	app     *app
	welcome *welcome // where esc leads, and the run begins
	report  *preflight.Report
	warned  bool // enter was pressed once although something stands there
}

// runPreflight shows the screen and starts the preflight.
func (a *app) runPreflight(w *welcome) tea.Cmd {
	a.show(&preflightScreen{app: a, welcome: w})
	account, relay, look := a.account, a.relay, a.opts.Preflight
	return a.start(func(ctx context.Context) any {
		report, err := look(ctx, account, relay)
		return preflightDoneMsg{report, err}
	})
}

// preflightDone fills the screen.
func (a *app) preflightDone(l preflightDoneMsg) {
	if f, ok := a.layers[0].screen.(*preflightScreen); ok && l.err == nil {
		f.report = &l.report
	}
}

func (f *preflightScreen) heading() (string, string) {
	const title = "Before anything is made"
	switch {
	case f.report == nil:
		return title, "looking"
	case f.report.OK():
		return title, "nothing in the way"
	}
	return title, "read"
}

func (f *preflightScreen) body(width int) []string {
	if f.report == nil {
		looking := f.app.th.accent.Render(f.app.spinner()) + " asking what you may do, and what is in the way; nothing is changed"
		return append([]string{looking}, f.app.retryLines(width)...)
	}
	th, r := f.app.th, *f.report
	var lines []string
	if f.warned {
		what := "A run may fail at this."
		if r.WillFail() {
			what = "A run would fail at this."
		}
		lines = append(lines, hang(th.warn.Render("! "), th.strong.Render(what)+" Press enter again to begin all the same.", width)...)
		lines = append(lines, "")
	}
	lines = append(lines, f.denied(width)...)
	lines = append(lines, f.inTheWay(width)...)
	if unknown := r.WithVerdict(preflight.Unknown); len(unknown) > 0 {
		lines = append(lines, th.faint.Render("?")+" "+th.strong.Render("Unknown: "+format.Count(len(unknown), "action"))+", which stops nothing")
		lines = append(append(lines, f.reasons(unknown, width)...), "")
	}
	lines = append(lines, th.good.Render(signDone)+" "+th.strong.Render("Allowed: "+format.Count(len(r.WithVerdict(preflight.Allowed)), "action")))
	if r.OK() {
		lines = append(lines, "", "Nothing is denied, and nothing is in the way. Nothing was changed.")
	}
	return lines
}

func (f *preflightScreen) denied(width int) []string {
	th := f.app.th
	denied := f.report.WithVerdict(preflight.Denied)
	if len(denied) == 0 {
		return nil
	}
	lines := []string{th.bad.Render(signFailed) + " " + th.strong.Render("Denied: "+format.Count(len(denied), "action"))}
	lines = append(lines, f.reasons(denied, width)...)
	return append(append(lines, hang("  ", preflight.Advice, width)...), "")
}

func (f *preflightScreen) inTheWay(width int) []string {
	th, obstacles := f.app.th, f.report.Obstacles
	if len(obstacles) == 0 {
		return nil
	}
	lines := []string{th.bad.Render(signFailed) + " " + th.strong.Render(fmt.Sprintf("In the way: %d", len(obstacles)))}
	for _, d := range obstacles {
		lines = append(lines, hang("  ", th.strong.Render(d.What), width)...)
		lines = append(lines, hang("  ", d.Why+" "+d.Fix, width)...)
	}
	return append(lines, "")
}

// reasons are the actions with one why each, in as few lines as they take.
func (f *preflightScreen) reasons(findings []preflight.Finding, width int) []string {
	th := f.app.th
	var lines []string
	for _, reason := range preflight.GroupByReason(findings) {
		lines = append(lines, hang("  ", th.code.Render(strings.Join(reason.Actions, ", ")), width)...)
		lines = append(lines, hang("  ", reason.String(), width)...)
	}
	return lines
}

func (f *preflightScreen) actions() []action {
	a := f.app
	back := bindKey(a.keys.Back, func() tea.Cmd {
		a.cancelJob()
		return f.welcome.setState(accountShown)
	})
	if f.report == nil {
		return []action{back}
	}
	word := "begin"
	if !f.report.OK() {
		word = "begin all the same"
	}
	return []action{
		bindKey(withHelp(a.keys.Forward, word), f.forward),
		bindKey(withHelp(a.keys.Retry, "look again"), func() tea.Cmd { return a.runPreflight(f.welcome) }),
		back,
	}
}

// forward begins the run, at the second enter where something stands there.
func (f *preflightScreen) forward() tea.Cmd {
	if !f.report.OK() && !f.warned {
		f.warned = true
		f.app.show(f) // from its first line: the warning stands there
		return nil
	}
	return tea.Batch(f.welcome.setState(opening), f.app.beginRun())
}
