package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
	"keyturn/steps/format"
)

// stepHeading is the title of every screen of a step.
func (a *app) stepHeading() string {
	return fmt.Sprintf("Step %d of %d  %s", a.flow.Index()+1, len(a.flow.Steps()), a.flow.Step().Title)
}

// read says what a step is about, before anything is asked: the opening of its
// lesson, and what it costs. The whole lesson is behind `e`.
type read struct{ app *app }

func newRead(a *app) *read { return &read{app: a} }

func (r *read) heading() (string, string) { return r.app.stepHeading(), "read" }

func (r *read) body(width int) []string {
	a := r.app
	lines := slices.Clone(a.lesson(lessonKey{a.flow.Step().ID, min(width, lessonWidth), true}))
	if a.flow.Step().Removes {
		lines = append(append(lines, ""), a.keptLines(width)...)
	}
	return append(append(lines, ""), a.aboutLines(a.flow.Step().About(a.setup), width)...)
}

// keptLines are what this run has in the account, and what it has cost so far.
func (a *app) keptLines(width int) []string {
	lines, free := a.pricedLines(a.ledger.existing, width)
	lines = append(lines, a.usedLines(width)...)
	lines = append(append(lines, a.exposureLines(width)...), free...)
	if a.run != nil && a.ledger.made {
		lines = append(lines, wrap(a.run.Receipt().CostSoFar(a.opts.Now()).In(a.account.Kind), width)...)
	}
	return lines
}

// pricedLines are resources that cost something if they are kept, each with its
// price, and the rest by name.
func (a *app) pricedLines(resources []steps.Resource, width int) (priced, free []string) {
	var kinds []string
	for _, resource := range resources {
		cost := steps.CostIfKept(resource.Kind, a.setup)
		if cost == "" {
			kinds = append(kinds, resource.Kind)
			continue
		}
		name, price := steps.KindName(resource.Kind)+"  ", a.th.faint.Render("if kept: ")+cost
		id := truncateMiddle(resource.ID, max(width-ansi.StringWidth(name+price)-1, 3))
		priced = append(priced, spread(name+a.th.code.Render(id), price, width))
	}
	if len(kinds) > 0 {
		free = wrap("Free of charge: "+steps.KindNames(kinds), width)
	}
	return priced, free
}

// usedLines are what the run uses and did not make.
func (a *app) usedLines(width int) []string {
	if a.run == nil {
		return nil
	}
	var lines []string
	for _, used := range a.run.Receipt().Used {
		lines = append(lines, hang("", fmt.Sprintf("Kept: %s %s, %s", steps.KindName(used.Kind), used.Name, steps.NotMade), width)...)
	}
	return lines
}

func (r *read) actions() []action {
	a := r.app
	word := "continue"
	if step := a.flow.Step(); step.ReadOnly && len(step.Questions) == 0 {
		word = "prove it"
	}
	acts := []action{bindKey(withHelp(a.keys.Forward, word), a.forward)}
	if a.flow.Step().Removes {
		acts = append(acts, bindKey(a.keys.Keep, a.keep))
	}
	return acts
}

// aboutLines say what a step costs, how it is undone and how long it takes.
func (a *app) aboutLines(about steps.About, width int) []string {
	var lines []string
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, hang(a.th.faint.Render(pad(label, 11)), text, width)...)
		}
	}
	sandbox := a.account != nil && a.account.Kind == steps.Sandbox
	kind := steps.AWS
	if sandbox {
		kind = steps.Sandbox
	}
	add("Costs", about.CostsIn(kind))
	add("Undone by", about.UndoneBy)
	if about.Usual > 0 {
		where := ""
		if sandbox {
			where = " in an AWS account"
		}
		add("Takes", "about "+format.Elapsed(about.Usual)+where)
	}
	return lines
}

// lessonOpening is the part of a lesson before its first second-level heading,
// without its title.
func lessonOpening(lesson string) string {
	var kept []string
	for line := range strings.Lines(lesson) {
		if strings.HasPrefix(line, "## ") {
			break
		}
		if !strings.HasPrefix(line, "# ") {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}
