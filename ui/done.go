package ui

import (
	tea "charm.land/bubbletea/v2"
)

// done is the last screen: the same summary that the shell gets.
type done struct {
	app    *app
	closed bool // the receipt has been closed
}

func newDone(a *app) *done { return &done{app: a} }

func (d *done) heading() (string, string) { return "The walkthrough is over", "done" }

func (d *done) body(width int) []string {
	a := d.app
	if !d.closed {
		return []string{a.th.accent.Render(a.spinner()) + " closing the receipt"}
	}
	s := a.summary()
	return s.lines(width, a.th)
}

func (d *done) actions() []action {
	if !d.closed {
		return nil
	}
	return []action{on(called(d.app.keys.Forward, "leave"), func() tea.Cmd { return tea.Quit })}
}
