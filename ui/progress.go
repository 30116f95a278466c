package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// progress is what a step has done so far, folded from its events into the
// rows of the running screen.
type progress struct {
	step      steps.StepID
	account   steps.AccountKind
	plan      []steps.PlannedCall
	rows      []row
	latest    string // the CLI line of the latest call
	rotation  steps.RotationMoved
	columns   []string // version ids in the order in which they appeared
	checks    []steps.Check
	diagnosis steps.Diagnosis
	stopped   bool
	elapsed   time.Duration
}

// rowState is how a row stands.
type rowState int

const (
	rowRunning rowState = iota
	rowDone
	rowFailed
)

// row is one changing call, one wait or one check.
type row struct {
	state   rowState
	text    string
	call    string   // "rds CreateDBInstance", for a call
	wait    string   // what is waited for, for a wait
	history []string // the states a wait went through
	since   time.Time
	took    time.Duration
	usual   time.Duration     // in an AWS account
	account steps.AccountKind // where it runs
	detail  string

	rendered    []string // its lines, once it has ended
	renderedFor renderKey
}

func newProgress(step steps.StepID, account steps.AccountKind) progress {
	return progress{step: step, account: account}
}

// add folds one event in, reported at the time given.
func (p *progress) add(e steps.Event, at time.Time) {
	switch e := e.(type) {
	case steps.Planned:
		p.plan = e.Calls
	case steps.CallStarted:
		p.latest = e.Call.CLI
		if e.Call.Mutates {
			p.endWait(at)
			name := e.Call.Service + " " + e.Call.Operation
			p.rows = append(p.rows, row{text: p.why(e.Call), call: name, since: at})
		}
	case steps.CallDone:
		p.latest = e.Call.CLI
		p.callDone(e.Call)
	case steps.Noted:
		p.rows = append(p.rows, row{state: rowDone, text: e.Text})
	case steps.Waiting:
		p.waiting(e, at)
	case steps.Checked:
		p.checked(e.Check, at)
	case steps.RotationMoved:
		p.rotationMoved(e)
	case steps.StepChanged:
		p.elapsed = e.Elapsed
		if e.State != steps.StepStarted {
			p.finish(at)
		}
	}
}

// why is the plan's own sentence for a call. A call made twice takes its
// sentences in the plan's order.
func (p *progress) why(call steps.Call) string {
	name := call.Service + " " + call.Operation
	made := 0
	for _, r := range p.rows {
		if r.call == name {
			made++
		}
	}
	last := ""
	for _, planned := range p.plan {
		if planned.Service != call.Service || planned.Operation != call.Operation {
			continue
		}
		last = planned.Why
		if made == 0 {
			break
		}
		made--
	}
	return last
}

func (p *progress) callDone(call steps.Call) {
	if !call.Mutates {
		return
	}
	name := call.Service + " " + call.Operation
	for i := range slices.Backward(p.rows) {
		r := &p.rows[i]
		if r.call != name || r.state != rowRunning {
			continue
		}
		r.state, r.took = rowDone, call.Duration
		if call.Error != "" {
			r.state, r.detail = rowFailed, call.Error
		}
		return
	}
}

// waiting goes on with the wait of the same name, or ends the one before and
// begins another.
func (p *progress) waiting(e steps.Waiting, at time.Time) {
	last := len(p.rows) - 1
	if last < 0 || p.rows[last].wait != e.For || p.rows[last].state != rowRunning {
		p.endWait(at)
		p.rows = append(p.rows, row{text: e.For, wait: e.For, since: at.Add(-e.Elapsed), usual: e.Usual, account: p.account})
		last = len(p.rows) - 1
	}
	r := &p.rows[last]
	if e.Status != "" && !slices.Contains(r.history, e.Status) {
		r.history = append(r.history, e.Status)
	}
}

// rotationMoved gives every version a column of its own for good, in the order of
// appearance, the current one first.
func (p *progress) rotationMoved(e steps.RotationMoved) {
	place := func(v steps.SecretVersion) int {
		if i := slices.Index(p.columns, v.ID); i >= 0 {
			return i
		}
		for at, label := range []string{steps.LabelPrevious, steps.LabelCurrent} {
			if slices.Contains(v.Labels, label) {
				return len(p.columns) + at
			}
		}
		return len(p.columns) + 2
	}
	e.Versions = slices.Clone(e.Versions)
	slices.SortStableFunc(e.Versions, func(a, b steps.SecretVersion) int { return place(a) - place(b) })
	for _, v := range e.Versions {
		if !slices.Contains(p.columns, v.ID) {
			p.columns = append(p.columns, v.ID)
		}
	}
	p.rotation = e
}

func (p *progress) checked(check steps.Check, at time.Time) {
	p.endWait(at)
	p.checks = append(p.checks, check)
	state := rowDone
	if !check.OK {
		state = rowFailed
	}
	p.rows = append(p.rows, row{state: state, text: checkName(check.Name), detail: check.Detail})
}

// endWait ends the wait that is running, if any: the step has moved on.
func (p *progress) endWait(at time.Time) {
	for i := range p.rows {
		if r := &p.rows[i]; r.wait != "" && r.state == rowRunning {
			r.state, r.took = rowDone, at.Sub(r.since)
		}
	}
}

// finish ends the rows that are still running: the step has ended.
func (p *progress) finish(at time.Time) {
	for i := range p.rows {
		if r := &p.rows[i]; r.state == rowRunning {
			r.state, r.took = rowFailed, at.Sub(r.since)
			if r.wait == "" || len(r.history) == 0 {
				continue
			}
			r.state = rowDone
		}
	}
}

// percentDone is how much of the plan is done, in percent, for the terminal's own
// progress bar.
func (p *progress) percentDone() int {
	if len(p.plan) == 0 {
		return 0
	}
	done := 0
	for _, r := range p.rows {
		if r.call != "" && r.state != rowRunning {
			done++
		}
	}
	return min(done*100/len(p.plan), 99)
}

// currentWait returns the running wait, if there is one.
func (p *progress) currentWait() (row, bool) {
	for _, r := range slices.Backward(p.rows) {
		if r.wait != "" && r.state == rowRunning {
			return r, true
		}
	}
	return row{}, false
}

// checkName writes a check's name of the JSON contract for people.
func checkName(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "-", " "), "tls", "TLS")
}

// lines draws the rows, those that have ended only once. Above the picture of a
// rotation they are brief, so that both fit on 80x24.
func (p *progress) lines(width int, th theme, now time.Time, spinner string) []string {
	var lines []string
	want := renderKey{width, th.dark, len(p.rotation.Versions) > 1}
	for i := range p.rows {
		r := &p.rows[i]
		if r.state == rowRunning {
			lines = append(lines, r.lines(width, th, now, spinner)...)
			continue
		}
		if r.renderedFor != want {
			r.rendered, r.renderedFor = r.lines(width, th, now, spinner), want
			if want.brief {
				r.rendered = r.rendered[:1]
			}
		}
		lines = append(lines, r.rendered...)
	}
	return lines
}

// lines draws one row: its sign, what it is, how long it took, and below that
// its evidence or the states it went through.
func (r *row) lines(width int, th theme, now time.Time, spinner string) []string {
	sign, took := th.good.Render(signDone), ""
	if r.took > 0 {
		took = format.Duration(r.took)
	}
	switch r.state {
	case rowRunning:
		sign, took = th.accent.Render(spinner), r.runningFor(now)
	case rowFailed:
		sign = th.bad.Render(signFailed)
	}
	text := r.text
	switch {
	case text == "":
		text = r.call
	case r.wait != "" && r.state == rowRunning:
		text = "waiting for " + text
	case r.wait != "":
		text = "waited for " + text
	}
	lines := hang(sign+" ", text, width-len(took)-1)
	lines[0] = spread(lines[0], th.faint.Render(took), width)
	if r.detail != "" {
		lines = append(lines, hang("  ", th.faint.Render(r.detail), width)...)
	}
	if len(r.history) > 2 || r.state == rowRunning && len(r.history) > 0 {
		lines = append(lines, hang("  ", th.faint.Render(strings.Join(r.history, " → ")), width)...)
	}
	return lines
}

// runningFor says how long the row has taken, beside how long it usually takes
// in an AWS account.
func (r *row) runningFor(now time.Time) string {
	elapsed := format.Elapsed(max(now.Sub(r.since), 0))
	switch {
	case r.usual <= 0:
		return elapsed
	case r.account == steps.Sandbox:
		return fmt.Sprintf("%s, on AWS usually %s", elapsed, format.Elapsed(r.usual))
	}
	return fmt.Sprintf("%s, usually %s", elapsed, format.Elapsed(r.usual))
}
