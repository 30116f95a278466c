package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
	"keyturn/ui/signs"
)

// spinnerFrames are braille dots: one cell that changes, a few bytes a turn.
var spinnerFrames = [...]string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}

func (a *app) spinner() string { return spinnerFrames[a.spinnerFrame%len(spinnerFrames)] }

// View draws the frame, in ASCII where the terminal has nothing else. It leaves
// the mouse to the terminal.
func (a *app) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: a.windowTitle(), ProgressBar: a.progressBar()}
	switch {
	case a.width == 0:
	case a.tooSmall():
		v.Content = strings.Join(firstLines(wrap(fmt.Sprintf(
			"keyturn needs %d columns and %d rows; here are %d and %d.", minWidth, minHeight, a.width, a.height), a.width), a.height), "\n")
	default:
		frame, g, offset := a.frame()
		v.Content = frame
		v.Cursor = a.cursor(g, offset)
	}
	if a.ascii {
		v.Content, v.WindowTitle = signs.Plain(v.Content), signs.Plain(v.WindowTitle)
	}
	return v
}

func firstLines(lines []string, n int) []string { return lines[:min(len(lines), max(n, 0))] }

// cursor is the terminal's own, in the field with the focus: input methods and
// magnifiers follow it.
func (a *app) cursor(g geometry, offset int) *tea.Cursor {
	field, ok := a.top().screen.(editor)
	if !ok {
		return nil
	}
	line, column := field.cursor(g.bodyWidth)
	if line < offset || line >= offset+g.bodyHeight {
		return nil
	}
	return tea.NewCursor(min(column, g.bodyWidth)+margin, g.bodyTop+line-offset)
}

// windowTitle says what is going on, for the tab of another window.
func (a *app) windowTitle() string {
	if a.account == nil {
		return "keyturn"
	}
	return fmt.Sprintf("keyturn: %s, %s", a.flow.Step().Name, a.flow.Phase())
}

// progressBar is the terminal's own (OSC 9;4), while a step runs.
func (a *app) progressBar() *tea.ProgressBar {
	switch {
	case a.account == nil || a.flow.Finished():
		return nil
	case a.flow.Phase() == steps.Failed && !a.progress.stopped:
		return tea.NewProgressBar(tea.ProgressBarError, 100)
	case a.flow.Phase() != steps.Running:
		return nil
	case len(a.progress.plan) == 0:
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	}
	return tea.NewProgressBar(tea.ProgressBarDefault, a.progress.percentDone())
}

// panel is what stands beside the body of a wide screen: the run, and what it
// has in the account now.
func (a *app) panel(width, height int) []string {
	th := a.th
	if a.account == nil {
		return wrap(th.faint.Render("What this run makes in the account will be listed here."), width)
	}
	lines := []string{
		th.strong.Render("This run"),
		th.faint.Render(a.result.Run),
		fmt.Sprintf("%d AWS calls", len(a.ledger.calls)),
		"",
		th.strong.Render("In the account now"),
	}
	if len(a.ledger.existing) == 0 {
		lines = append(lines, th.faint.Render("nothing of this run"))
	}
	for _, resource := range a.ledger.existing {
		lines = append(lines, steps.KindName(resource.Kind), "  "+th.code.Render(truncate(resource.ID, width-2)))
	}
	if a.run != nil {
		for i, used := range a.run.Receipt().Used {
			if i == 0 {
				lines = append(lines, "", th.strong.Render("Yours, and kept"))
			}
			lines = append(lines, steps.KindName(used.Kind), "  "+th.code.Render(truncate(used.Name, width-2)))
		}
	}
	lines = append(lines, "", th.strong.Render("Answers"))
	for _, step := range a.flow.Steps() {
		for _, q := range step.Questions {
			if value := q.Get(&a.setup); value != "" && q.IsAsked(a.setup) {
				lines = append(lines, th.faint.Render(q.Label), "  "+truncate(value, width-2))
			}
		}
	}
	return firstLines(lines, height)
}
