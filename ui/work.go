package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// opened is the outcome of opening an account, begun that of beginning a run
// in it, which writes the first receipt.
type (
	accountOpenedMsg struct {
		account *steps.Account
		err     error
	}
	runBegunMsg struct {
		run *steps.Run
		// taken says where a run that was taken up goes on; nil for a new one.
		taken *resumed
		err   error
	}
)

// stepPreparedMsg is the outcome of the look at the account before a review. Stored
// is the secret's JSON with its password covered, for the step that stores it.
type stepPreparedMsg struct {
	plan   []steps.PlannedCall
	stored string
	err    error
}

// stepExecutedMsg is the outcome of running a step, or of a repair before it.
type stepExecutedMsg struct {
	result steps.Result
	err    error
}

// stepsSkippedMsg is the outcome of leaving steps out and, at the end, of closing the run.
type stepsSkippedMsg struct {
	finished steps.Finished
	err      error
}

// start runs work in the background under a new attempt number; what it
// returns comes back through the feed. Jobs never overlap: one that was asked
// to stop is waited for by the next, not by the program.
func (a *app) start(work func(context.Context) any) tea.Cmd {
	a.cancelJob()
	a.attempt++
	ctx, cancel := context.WithCancel(a.ctx)
	attempt := a.attempt
	a.job = &job{attempt: attempt, started: a.clock, cancel: cancel}
	return func() tea.Msg {
		defer cancel()
		a.busy <- struct{}{}
		defer func() { <-a.busy }()
		a.feed.setAttempt(attempt)
		a.feed.put(work(ctx))
		return nil
	}
}

// cancelJob cancels the current job; whatever it still reports is stale.
func (a *app) cancelJob() {
	a.dismissMFAPrompt()
	if a.job != nil {
		a.job.cancel()
		a.job = nil
	}
}

// handleFeedItem handles one item of the feed. Events are facts, so the ledger
// keeps even stale ones; screens and walkthrough use only the current attempt's.
func (a *app) handleFeedItem(item feedItem) tea.Cmd {
	current := a.job != nil && item.attempt == a.job.attempt
	switch value := item.value.(type) {
	case steps.Event:
		a.ledger.add(value, a.clock)
		if current {
			a.progress.add(value, a.clock)
		}
		return nil
	case mfaCodeNeededMsg:
		if current {
			return a.showMFAPrompt(value)
		}
		value.reply <- ""
	case configurationReadMsg:
		if current {
			a.job = nil
			return a.configurationRead(value)
		}
	case accountOpenedMsg:
		if !current {
			closeAccount(value.account)
			return nil
		}
		a.job = nil
		return a.accountOpened(value)
	case preflightDoneMsg:
		if current {
			a.job = nil
			a.preflightDone(value)
		}
	case runBegunMsg:
		if current {
			a.job = nil
			return a.runBegun(value)
		}
	case stepPreparedMsg:
		if current {
			a.job = nil
			a.stepPrepared(value)
		}
	case stepExecutedMsg:
		if current {
			a.job = nil
			a.stepExecuted(value)
		}
	case stepsSkippedMsg:
		if current {
			a.job = nil
			a.stepsSkipped(value)
		}
	}
	return nil
}

// openAccount opens the chosen account.
func (a *app) openAccount(choice steps.AccountChoice) tea.Cmd {
	choice.AskMFACode = a.askMFACode
	a.choice = choice
	return a.start(func(ctx context.Context) any {
		account, err := a.opts.Open(ctx, choice, a.relay.Emit)
		return accountOpenedMsg{account: account, err: err}
	})
}

// beginRun begins a run in the account that is open.
func (a *app) beginRun() tea.Cmd {
	account := a.account
	return a.start(func(context.Context) any {
		run, err := a.opts.NewRun(account, a.opts.Setup, a.relay)
		if err == nil {
			run.Introduce()
			err = run.Open()
		}
		return runBegunMsg{run: run, err: err}
	})
}

// releaseAccount closes the account in the background, so that the person can
// choose another.
func (a *app) releaseAccount() tea.Cmd {
	account := a.account
	a.account = nil
	return func() tea.Msg {
		closeAccount(account)
		return nil
	}
}

func closeAccount(account *steps.Account) {
	if account != nil && account.Close != nil {
		_ = account.Close() // the sandbox leaves nothing behind that matters
	}
}

// prepare looks at what the account holds and plans the present step.
func (a *app) prepare() tea.Cmd {
	step, run, setup := a.flow.Step(), a.run, a.setup
	a.progress = newProgress(step.ID, a.account.Kind)
	return a.start(func(ctx context.Context) any {
		run.Answer(setup)
		plan, err := run.Prepare(ctx, step)
		out := stepPreparedMsg{plan: plan, err: err}
		if err == nil && step.Preview != nil {
			out.stored = step.Preview(run)
		}
		return out
	})
}

// runActions runs the present step, after the repair where one is given. A review
// has prepared the step; where there was none, or the repair changed what it
// saw, it is prepared here.
func (a *app) executeStep(plan []steps.PlannedCall, remedy *steps.Remedy) tea.Cmd {
	step, run, setup := a.flow.Step(), a.run, a.setup
	a.progress = newProgress(step.ID, a.account.Kind)
	a.progress.plan = plan
	return a.start(func(ctx context.Context) any {
		if remedy != nil {
			if err := run.Apply(ctx, *remedy); err != nil {
				return stepExecutedMsg{err: err}
			}
		}
		if step.ReadOnly || remedy != nil {
			run.Answer(setup)
			if _, err := run.Prepare(ctx, step); err != nil {
				return stepExecutedMsg{err: err}
			}
		}
		err := run.Execute(ctx, step)
		if err != nil {
			return stepExecutedMsg{err: err}
		}
		return stepExecutedMsg{result: step.Result(run)}
	})
}

// skipSteps records skipped steps and, at the end of the walkthrough, closes the
// run.
func (a *app) skipSteps(skipped []steps.Step, finished bool) tea.Cmd {
	run, ok := a.run, !a.failed
	return a.start(func(context.Context) any {
		var out stepsSkippedMsg
		for _, step := range skipped {
			out.err = errors.Join(out.err, run.Skip(step))
		}
		if finished {
			closed, err := run.Finish(ok)
			out.finished, out.err = closed, errors.Join(out.err, err)
		}
		return out
	})
}

func isStopped(err error) bool { return errors.Is(err, context.Canceled) }
