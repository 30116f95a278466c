package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
	"keyturn/steps/format"
)

// result is what a step proved, each check with its evidence, what exists now,
// and what comes next.
type result struct {
	app      *app
	revealed bool // the passwords are uncovered
}

func newResult(a *app) *result { return &result{app: a} }

func (r *result) heading() (string, string) {
	return r.app.stepHeading(), "done in " + format.Duration(r.app.progress.elapsed)
}

func (r *result) body(width int) []string {
	a := r.app
	var lines []string
	for _, check := range a.progress.checks {
		sign := a.th.good.Render(signDone)
		if !check.OK {
			sign = a.th.bad.Render(signFailed)
		}
		label := sign + " " + a.th.strong.Render(pad(checkName(check.Name), resultLabelWidth))
		lines = append(lines, pairLines(label, check.Detail, width, a.th.faint)...)
	}
	if len(a.progress.rotation.Versions) > 0 {
		if picture := rotationPicture(a.progress.rotation, width, a.th, signAhead); picture != nil {
			lines = append(append(lines, ""), picture...)
		}
	}
	if passwords := a.stepResult.Passwords; len(passwords) > 0 {
		lines = append(lines, "")
		for _, p := range passwords {
			lines = append(lines, hang(pad(p.Label, resultLabelWidth+2), r.passwordText(p.Password), width)...)
		}
	}
	lines = append(lines, "")
	for _, fact := range a.stepResult.Facts {
		lines = append(lines, pairLines(pad(fact.Label, resultLabelWidth+2), fact.Value, width, a.th.text)...)
	}
	lines = append(lines, "", a.th.faint.Render(r.next()))
	if lines[0] == "" {
		lines = lines[1:]
	}
	return lines
}

// resultLabelWidth is the width of a result's labels; a longer one pushes its
// evidence to the next line.
const resultLabelWidth = 24

// pairLines set a value beside its label. One word that is too long, such as an
// ARN, loses its middle.
func pairLines(label, value string, width int, look style) []string {
	if !strings.HasSuffix(ansi.Strip(label), " ") || ansi.StringWidth(label) > resultLabelWidth+2 {
		return append([]string{label}, pairLines(pad("", resultLabelWidth+2), value, width, look)...)
	}
	words := strings.Fields(value)
	for i, word := range words {
		words[i] = truncateMiddle(word, width-resultLabelWidth-2)
	}
	return hang(label, look.Render(strings.Join(words, " ")), width)
}

func (r *result) next() string {
	steps := r.app.flow.Steps()
	if next := r.app.flow.Index() + 1; next < len(steps) {
		return "Next: " + steps[next].Title
	}
	return "That was the last step."
}

// passwordText is a password covered, or uncovered, with its fingerprint.
func (r *result) passwordText(p steps.Password) string {
	text := p.String()
	if r.revealed {
		text = p.Reveal()
	}
	return r.app.th.code.Render(text) + "  " + r.app.th.faint.Render("fingerprint "+p.Fingerprint())
}

func (r *result) actions() []action {
	a := r.app
	word := "next step"
	if a.flow.Index() == len(a.flow.Steps())-1 {
		word = "finish"
	}
	acts := []action{bindKey(withHelp(a.keys.Forward, word), a.nextStep)}
	if len(a.stepResult.Passwords) > 0 {
		word := "show passwords"
		if r.revealed {
			word = "cover passwords"
		}
		acts = append(acts, bindKey(withHelp(a.keys.Show, word), func() tea.Cmd {
			r.revealed = !r.revealed
			return nil
		}))
	}
	if a.stepResult.Connection != nil {
		acts = append(acts, bindKey(a.keys.Settings, a.open(newWorkbench)))
	}
	return acts
}
