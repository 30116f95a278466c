package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
)

// review is the last screen before anything changes: every call that the step
// will make. The app looks at the account first and then tells it the plan.
type review struct {
	app    *app
	ready  bool
	plan   []steps.PlannedCall
	stored string // the secret's JSON, its password covered
	// confirm asks for the database's identifier before a real one is deleted
	// without a snapshot. The sandbox holds no data that could be missed.
	confirm *form
}

func newReview(a *app) *review { return &review{app: a} }

// setPlan is called when the look at the account is over.
func (r *review) setPlan(p stepPreparedMsg) {
	r.ready, r.plan, r.stored = true, p.plan, p.stored
	if !r.deletesDatabase() || r.app.account.Kind == steps.Sandbox {
		return
	}
	id := r.app.setup.DatabaseName()
	r.confirm = newForm(&r.app.th, []field{newField("Type "+id, "the database is deleted without a final snapshot: all its data is lost", "",
		func(text string) error {
			if !strings.EqualFold(strings.TrimSpace(text), id) {
				return fmt.Errorf("type %s, or press esc to keep it", id)
			}
			return nil
		})})
	r.app.show(reviewInput{r})
}

// deletesDatabase reports that the plan deletes a database.
func (r *review) deletesDatabase() bool {
	for _, call := range r.plan {
		if call.Operation == "DeleteDBInstance" {
			return true
		}
	}
	return false
}

func (r *review) heading() (string, string) { return r.app.stepHeading(), "review" }

// reviewInput is the review while the acknowledgement has the focus.
type reviewInput struct{ *review }

func (r reviewInput) edit(msg tea.Msg) tea.Cmd { return r.confirm.edit(msg) }
func (r reviewInput) cursor(width int) (line, column int) {
	line, column = r.confirm.cursor(width)
	return line + len(r.planLines(width)) + 1, column
}

func (r *review) body(width int) []string {
	if !r.ready {
		looking := r.app.th.accent.Render(r.app.spinner()) + " looking at what the account holds; nothing is changed"
		return append([]string{looking}, r.app.retryLines(width)...)
	}
	lines := r.planLines(width)
	if r.confirm != nil {
		lines = append(append(lines, ""), r.confirm.lines(width)...)
	}
	return lines
}

func (r *review) planLines(width int) []string {
	th := r.app.th
	var lines []string
	if len(r.plan) == 0 {
		lines = wrap("Nothing is left to change: what this step makes is there already. It will prove that.", width)
	} else {
		lines = []string{"Nothing has changed yet. This step will:", ""}
		for i, call := range r.plan {
			lines = append(lines, planLine(i+1, call, width, th)...)
		}
	}
	if r.stored != "" {
		lines = append(lines, "", "It stores, encrypted with the key aws/secretsmanager:")
		for _, line := range jsonLines(r.stored, width-2) {
			lines = append(lines, "  "+th.code.Render(line))
		}
	}
	if r.deletesDatabase() && r.app.account.Kind == steps.Sandbox {
		lines = append(lines, "")
		lines = append(lines, wrap(th.faint.Render("In an AWS account you would now type the database's identifier, "+
			"to acknowledge that all its data is lost."), width)...)
	}
	about := r.app.flow.Step().About(r.app.setup)
	if about.Warning != "" {
		lines = append(append(lines, ""), hang(th.warn.Render("! "), about.Warning, width)...)
	}
	lines = append(append(lines, ""), r.app.callerLine(width)...)
	return append(lines, r.app.aboutLines(about, width)...)
}

// planLine is one call of a plan: the reason at the left, the call at the
// right where there is room for both, below otherwise.
func planLine(number int, call steps.PlannedCall, width int, th theme) []string {
	name := th.faint.Render(call.Service + " " + call.Operation)
	prefix := th.accent.Render(fmt.Sprintf("%3d", number)) + "  "
	if ansi.StringWidth(prefix)+ansi.StringWidth(call.Why)+2+ansi.StringWidth(name) <= width {
		return []string{spread(prefix+call.Why, name, width)}
	}
	return append(hang(prefix, call.Why, width), "     "+truncate(name, width-5))
}

func (r *review) actions() []action {
	a := r.app
	back := bindKey(a.keys.Back, a.back)
	switch {
	case !r.ready:
		return []action{back}
	case r.confirm != nil:
		return append(r.confirm.actions(a.keys, "delete", r.acceptPlan), back)
	}
	word := "do it"
	if len(r.plan) == 0 {
		word = "prove it"
	}
	return []action{bindKey(withHelp(a.keys.Forward, word), r.acceptPlan), back}
}

func (r *review) acceptPlan() tea.Cmd { return r.app.acceptPlan(r.plan) }
