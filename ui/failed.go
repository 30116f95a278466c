package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// failed says what happened, why, and what can be done about it. The service's
// own text is one key away.
type failed struct {
	app     *app
	details bool
}

func newFailed(a *app) *failed { return &failed{app: a} }

func (f *failed) heading() (string, string) {
	if f.app.progress.stopped {
		return f.app.stepHeading(), "stopped"
	}
	return f.app.stepHeading(), "failed"
}

func (f *failed) body(width int) []string {
	a := f.app
	if a.progress.stopped {
		return f.stoppedLines(width)
	}
	d := a.progress.diagnosis
	lines := diagnosisLines(d, width, a.th)
	for _, remedy := range f.remedies() {
		lines = append(lines, "")
		lines = append(lines, hang(a.th.accent.Render(remedyKey(remedy.index))+"  ", remedy.Label, width)...)
		for i, call := range remedy.Plan {
			lines = append(lines, planLine(i+1, call, width, a.th)...)
		}
	}
	if f.details {
		lines = append(lines, "", a.th.strong.Render("In the service's own words"))
		lines = append(lines, wrap(rawText(d), width)...)
	}
	return lines
}

func (f *failed) stoppedLines(width int) []string {
	text := "You stopped this step. What was made so far is in the run's receipt; trying again finds it and carries on."
	if f.app.account.Kind == steps.AWS {
		text += " AWS may still be working on what was asked of it."
	}
	return wrap(text, width)
}

func rawText(d steps.Diagnosis) string {
	if d.Raw == "" {
		return "Nothing more is known."
	}
	return d.Raw
}

// diagnosisLines are what happened, why, and what to do.
func diagnosisLines(d steps.Diagnosis, width int, th theme) []string {
	lines := hang(th.bad.Render(signFailed+" "), th.strong.Render(d.What), width)
	if d.Why != "" {
		lines = append(lines, hang("  ", d.Why, width)...)
	}
	if d.Fix != "" {
		lines = append(lines, "")
		lines = append(lines, hang("  ", d.Fix, width)...)
	}
	return lines
}

// indexedRemedy is a remedy with its index in the diagnosis.
type indexedRemedy struct {
	steps.Remedy
	index int
}

func (f *failed) remedies() []indexedRemedy {
	if f.app.progress.stopped {
		return nil
	}
	var out []indexedRemedy
	for i, remedy := range f.app.progress.diagnosis.Remedies {
		if i == len(remedyKeys) {
			break
		}
		out = append(out, indexedRemedy{remedy, i})
	}
	return out
}

// remedyKeys are the keys of a diagnosis' remedies, in order: no diagnosis
// offers more than three.
const remedyKeys = "fgh"

func remedyKey(i int) string { return remedyKeys[i : i+1] }

func (f *failed) actions() []action {
	a := f.app
	var acts []action
	for _, remedy := range f.remedies() {
		k := a.keys.Remedy
		k.SetKeys(remedyKey(remedy.index))
		k.SetHelp(remedyKey(remedy.index), "repair")
		acts = append(acts, bindKey(k, func() tea.Cmd { return a.repair(remedy.Remedy) }))
	}
	acts = append(acts, bindKey(a.keys.Retry, a.retry))
	if !a.progress.stopped {
		word := "details"
		if f.details {
			word = "hide details"
		}
		acts = append(acts, bindKey(withHelp(a.keys.Details, word), func() tea.Cmd {
			f.details = !f.details
			return nil
		}))
	}
	acts = append(acts, bindKey(a.keys.Back, a.back), bindKey(withHelp(a.keys.Keep, "keep everything and quit"), a.keep))
	if !a.flow.Step().Removes && a.ledger.made {
		acts = append(acts, bindKey(a.keys.CleanUp, a.skipToCleanup))
	}
	return acts
}

// leftLines name what a run still has in the account.
func leftLines(left []steps.Resource, width int, th theme) []string {
	var lines []string
	for _, resource := range left {
		lines = append(lines, hang("  "+th.warn.Render(signCurrent)+" ",
			fmt.Sprintf("%s  %s", steps.KindName(resource.Kind), th.code.Render(resource.ID)), width)...)
	}
	return lines
}
