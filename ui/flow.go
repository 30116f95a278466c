package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// accountOpened begins the run, in an AWS account only when the person has
// seen whose it is.
func (a *app) accountOpened(o accountOpenedMsg) tea.Cmd {
	welcome, ok := a.layers[0].screen.(*welcome)
	switch {
	case !ok:
		return nil
	case o.err != nil:
		return welcome.openFailed(o.err)
	}
	a.account = o.account
	if a.account.Kind == steps.AWS {
		return welcome.setState(accountShown)
	}
	return a.beginRun()
}

// runBegun goes on to the first step.
func (a *app) runBegun(b runBegunMsg) tea.Cmd {
	welcome, ok := a.layers[0].screen.(*welcome)
	switch {
	case !ok:
		return nil
	case b.err != nil:
		return tea.Batch(a.releaseAccount(), welcome.openFailed(b.err))
	}
	a.run, a.result.Run = b.run, b.run.ID()
	if b.taken != nil {
		b.taken.accept()
		a.show(b.taken)
		return nil
	}
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
	return a.enterPhase()
}

// enterPhase shows the phase that was just entered. A read-only step has no
// review: it starts to run.
func (a *app) enterPhase() tea.Cmd {
	if a.flow.Phase() != steps.Running {
		return a.showPhase()
	}
	cmd := a.executeStep(nil, nil)
	return tea.Batch(cmd, a.showPhase())
}

// back is esc: one back within the step, never past what was done.
func (a *app) back() tea.Cmd {
	a.cancelJob()
	a.flow = a.flow.Back()
	return a.showPhase()
}

// stepPrepared fills the review, or shows why the look at the account failed.
func (a *app) stepPrepared(p stepPreparedMsg) {
	if p.err != nil {
		a.fail(p.err)
		return
	}
	if review, ok := a.layers[0].screen.(*review); ok {
		review.setPlan(p)
	}
}

// acceptPlan runs the step after the person accepted its plan.
func (a *app) acceptPlan(plan []steps.PlannedCall) tea.Cmd {
	a.flow = a.flow.Started()
	cmd := a.executeStep(plan, nil)
	return tea.Batch(cmd, a.showPhase())
}

// stepExecuted ends a running step.
func (a *app) stepExecuted(c stepExecutedMsg) {
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
	a.progress.diagnosis = diagnosisOf(err)
	a.progress.finish(a.clock)
	a.progress.stopped = isStopped(err)
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
	return a.enterPhase()
}

// repair carries out a remedy and then the rest of the step, as its label says.
func (a *app) repair(remedy steps.Remedy) tea.Cmd {
	a.flow = a.flow.Retry().Started()
	cmd := a.executeStep(remedy.Plan, &remedy)
	return tea.Batch(cmd, a.showPhase())
}

// nextStep leaves a step that is done.
func (a *app) nextStep() tea.Cmd {
	a.flow = a.flow.NextStep()
	if a.opts.Keep && !a.flow.Finished() && a.flow.Step().Removes {
		return a.keep()
	}
	if a.flow.Finished() {
		return tea.Batch(a.skipSteps(nil, true), a.showPhase())
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
	a.cancelJob()
	switch a.flow.Phase() {
	case steps.Running:
		a.flow = a.flow.Failed()
	case steps.Failed:
		a.failed = a.failed || !a.progress.stopped
	case steps.Done:
		a.flow = a.flow.NextStep()
	}
	var skipped []steps.Step
	for !a.flow.Finished() && !wanted(a.flow) {
		skipped = append(skipped, a.flow.Step())
		a.flow = a.flow.Skip()
	}
	return tea.Batch(a.skipSteps(skipped, a.flow.Finished()), a.showPhase())
}

// stepsSkipped notes how the run was closed.
func (a *app) stepsSkipped(l stepsSkippedMsg) {
	if l.err != nil {
		a.notice = "the receipt could not be saved: " + l.err.Error()
		if failed, ok := errors.AsType[*steps.StepError](l.err); ok {
			a.notice = failed.Diagnosis.What + ": " + failed.Diagnosis.Why
		}
	}
	if done, ok := a.layers[0].screen.(*done); ok && a.flow.Finished() {
		done.closed = true
		a.result.Status = Done
		if a.failed {
			a.result.Status = Failed
		}
	}
}
