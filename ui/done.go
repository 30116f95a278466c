package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
	"keyturn/steps/format"
)

// done is the last screen: what was learned, what became of the run, and what
// it leads on to.
type done struct {
	app       *app
	closed    bool // the receipt has been closed
	restoring bool // the secret is on its way back
}

func newDone(a *app) *done { return &done{app: a} }

func (d *done) heading() (string, string) { return "The walkthrough is over", "done" }

// learned is what the walkthrough has shown, once all of it was done.
var learned = [...]string{
	"A secret holds how to sign in; a program that reads it keeps no password.",
	"A function changes the password in four calls: create, set, test, finish.",
	"The versions stay and the labels move: pending, then current, then previous.",
	"After a rotation the new password works, and the old one is refused.",
}

// rotationPage is AWS's own tutorial of the same rotation.
const rotationPage = "secretsmanager/latest/userguide/tutorials_rotation-single.html"

func (d *done) body(width int) []string {
	a := d.app
	if !d.closed {
		work := " closing the receipt"
		if d.restoring {
			work = " restoring the secret"
		}
		return []string{a.th.accent.Render(a.spinner()) + work}
	}
	s := a.summary()
	var lines []string
	if remains := len(s.left) > 0 && !s.endsWithProgram; s.proved && !remains { // beside what remains there is no room
		lines = append(lines, a.th.strong.Render("What you have seen"))
		for _, line := range learned {
			lines = append(lines, hang("  ", line, width)...)
		}
		lines = append(lines, "")
	}
	priced, free := a.pricedLines(s.left, width)
	left := append(append(priced, free...), a.exposureLines(width)...)
	lines = append(lines, s.outcomeLines(width, left)...)
	if rec, ok := d.restorable(); ok {
		until := fmt.Sprintf("The secret %s will be deleted on %s; s takes it back (secretsmanager RestoreSecret).", rec.Name, format.Day(rec.RestorableUntil))
		lines = append(lines, wrap(until, width)...)
	}
	return append(append(lines, ""), d.next(s, width)...)
}

// next is what the walkthrough leads on to.
func (d *done) next(s summary, width int) []string {
	const label = 21
	th := d.app.th
	var lines []string
	if s.sandbox {
		lines = append(lines, pad("In an AWS account", label)+th.code.Render("keyturn --aws"))
	}
	page := steps.PartitionOf(d.app.account.Region).DocsURL(rotationPage)
	lines = append(lines, link(pad("AWS's own tutorial", label), page, width, th)...)
	if s.receipt != "" {
		lines = append(lines, pad("Receipt of this run", label)+th.code.Render(truncateMiddle(s.receipt, width-label)))
	}
	return lines
}

// link is an address behind a label, in full. Where it needs a second line it
// breaks after a slash, and a terminal that knows hyperlinks (OSC 8) takes the
// parts for one.
func link(label, address string, width int, th theme) []string {
	room := width - ansi.StringWidth(label)
	parts := []string{""}
	for _, part := range strings.SplitAfter(address, "/") {
		last := len(parts) - 1
		if parts[last] != "" && ansi.StringWidth(parts[last]+part) > room {
			parts = append(parts, part)
			continue
		}
		parts[last] += part
	}
	for i, part := range parts {
		indent := strings.Repeat(" ", ansi.StringWidth(label))
		if i == 0 {
			indent = label
		}
		parts[i] = indent + ansi.SetHyperlink(address) + th.code.Render(part) + ansi.ResetHyperlink()
	}
	return parts
}

func (d *done) actions() []action {
	if !d.closed {
		return nil
	}
	acts := []action{bindKey(withHelp(d.app.keys.Forward, "leave"), func() tea.Cmd { return tea.Quit })}
	if _, ok := d.restorable(); ok {
		acts = append(acts, bindKey(d.app.keys.Restore, d.restore))
	}
	return acts
}

// restorable is the secret of the run whose deletion can be taken back.
func (d *done) restorable() (steps.ResourceRecord, bool) {
	a := d.app
	if a.run == nil || a.opts.Restore == nil {
		return steps.ResourceRecord{}, false
	}
	rec, err := a.run.Receipt().Restorable(a.clock)
	return rec, err == nil
}

// restore takes the secret back and closes the receipt again.
func (d *done) restore() tea.Cmd {
	a := d.app
	d.closed, d.restoring = false, true
	run, step, ok := a.run, *a.opts.Restore, !a.failed
	return a.start(func(ctx context.Context) any {
		_, err := run.Prepare(ctx, step)
		if err == nil {
			err = run.Execute(ctx, step)
		}
		closed, saved := run.Finish(ok)
		return stepsSkippedMsg{finished: closed, err: errors.Join(err, saved)}
	})
}
