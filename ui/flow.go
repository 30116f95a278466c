package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// accountOpened begins the run, in an AWS account only when the person has
// seen whose it is.
func (a *app) accountOpened(o opened) tea.Cmd {
	welcome, ok := a.layers[0].screen.(*welcome)
	switch {
	case !ok:
		return nil
	case o.err != nil:
		return welcome.failed(o.err)
	}
	a.account = o.account
	if a.account.Kind == steps.AWS {
		return welcome.to(introduced)
	}
	return a.beginRun()
}

// runBegun goes on to the first step.
func (a *app) runBegun(b begun) tea.Cmd {
	welcome, ok := a.layers[0].screen.(*welcome)
	switch {
	case !ok:
		return nil
	case b.err != nil:
		return tea.Batch(a.dropAccount(), welcome.failed(b.err))
	}
	a.run, a.result.Run = b.run, b.run.ID()
	return a.showPhase()
}

// showPhase shows the screen of the walkthrough's present phase and starts the
// work that belongs to it.
func (a *app) showPhase() tea.Cmd {
	if a.flow.Finished() {
		a.show(newDone(a))
		return nil
	}
	switch a.flow.Phase() {
	case steps.Read:
		a.show(newRead(a))
	case steps.Ask:
		a.show(newAsk(a))
	case steps.Review:
		a.show(newReview(a))
		return a.prepare()
	case steps.Running:
		a.show(newRunning(a))
	case steps.Done:
		a.show(newResult(a))
	case steps.Failed:
		a.show(newFailed(a))
	}
	return nil
}

// forward is enter on the screens read and ask.
func (a *app) forward() tea.Cmd {
	a.flow = a.flow.Forward()
	return a.begin()
}

// begin shows the phase that was just entered. A step that only reads has come
// to its run without a review, and starts with it.
func (a *app) begin() tea.Cmd {
	if a.flow.Phase() != steps.Running {
		return a.showPhase()
	}
	cmd := a.carryOut(nil, nil)
	return tea.Batch(cmd, a.showPhase())
}

// back is esc: one back within the step, never past what was done.
func (a *app) back() tea.Cmd {
	a.leaveJob()
	a.flow = a.flow.Back()
	return a.showPhase()
}

// stepPrepared fills the review, or shows why the look at the account failed.
func (a *app) stepPrepared(p prepared) {
	if p.err != nil {
		a.fail(p.err)
		return
	}
	if review, ok := a.layers[0].screen.(*review); ok {
		review.planned(p)
	}
}

// carry is the person's word to the plan on the review.
func (a *app) carry(plan []steps.PlannedCall) tea.Cmd {
	a.flow = a.flow.Started()
	cmd := a.carryOut(plan, nil)
	return tea.Batch(cmd, a.showPhase())
}

// stepCarried ends a running step.
func (a *app) stepCarried(c carried) {
	if c.err != nil {
		a.fail(c.err)
		return
	}
	a.stepResult = c.result
	a.flow = a.flow.Succeeded()
	a.showPhase()
}

// fail ends a review or a run that could not be finished.
func (a *app) fail(err error) {
	a.news.diagnosis = diagnosisOf(err)
	a.news.settle(a.clock)
	a.news.stopped = isStopped(err)
	a.flow = a.flow.Failed()
	a.showPhase()
}

// diagnosisOf is the diagnosis that travels with a step's error.
func diagnosisOf(err error) steps.Diagnosis {
	var failure *steps.StepError
	if errors.As(err, &failure) {
		return failure.Diagnosis
	}
	return steps.Diagnose(err)
}

// retry looks again and shows the plan again: what is left to do may have
// changed.
func (a *app) retry() tea.Cmd {
	a.flow = a.flow.Retry()
	return a.begin()
}

// repair carries out a remedy and then the rest of the step, as its label says.
func (a *app) repair(remedy steps.Remedy) tea.Cmd {
	a.flow = a.flow.Retry().Started()
	cmd := a.carryOut(remedy.Plan, &remedy)
	return tea.Batch(cmd, a.showPhase())
}

// nextStep leaves a step that is done.
func (a *app) nextStep() tea.Cmd {
	a.flow = a.flow.NextStep()
	if a.opts.Keep && !a.flow.Finished() && a.flow.Step().Removes {
		return a.keep()
	}
	if a.flow.Finished() {
		return tea.Batch(a.leaveOut(nil, true), a.showPhase())
	}
	return a.showPhase()
}

// skipToCleanup leaves out what is still to come before the last step.
func (a *app) skipToCleanup() tea.Cmd {
	return a.skipTo(func(w steps.Walkthrough) bool { return w.Step().Removes })
}

// keep ends the walkthrough with everything left as it is.
func (a *app) keep() tea.Cmd {
	return a.skipTo(func(steps.Walkthrough) bool { return false })
}

// skipTo leaves steps out until one is wanted, or to the end.
func (a *app) skipTo(wanted func(steps.Walkthrough) bool) tea.Cmd {
	a.leaveJob()
	switch a.flow.Phase() {
	case steps.Running:
		a.flow = a.flow.Failed()
	case steps.Failed:
		a.failed = a.failed || !a.news.stopped
	case steps.Done:
		a.flow = a.flow.NextStep()
	}
	var skipped []steps.Step
	for !a.flow.Finished() && !wanted(a.flow) {
		skipped = append(skipped, a.flow.Step())
		a.flow = a.flow.Skip()
	}
	return tea.Batch(a.leaveOut(skipped, a.flow.Finished()), a.showPhase())
}

// runLeft notes how the run was closed.
func (a *app) runLeft(l left) {
	if l.err != nil {
		a.notice = "the receipt could not be saved: " + l.err.Error()
	}
	if done, ok := a.layers[0].screen.(*done); ok && a.flow.Finished() {
		done.closed = true
		a.result.Status = Done
		if a.failed {
			a.result.Status = Failed
		}
	}
}
