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
	opened struct {
		account *steps.Account
		err     error
	}
	begun struct {
		run *steps.Run
		err error
	}
)

// prepared is the outcome of the look at the account before a review. Stored
// is the secret's JSON with its password covered, for the step that stores it.
type prepared struct {
	plan   []steps.PlannedCall
	stored string
	err    error
}

// carried is the outcome of running a step, or of a repair before it.
type carried struct {
	result steps.Result
	err    error
}

// left is the outcome of leaving steps out and, at the end, of closing the run.
type left struct {
	finished steps.Finished
	err      error
}

// start runs work in the background under a new attempt number; what it
// returns comes back through the feed. Jobs never overlap: one that was asked
// to stop is waited for by the next, not by the program.
func (a *app) start(work func(context.Context) any) tea.Cmd {
	a.leaveJob()
	a.attempt++
	ctx, cancel := context.WithCancel(a.ctx)
	attempt := a.attempt
	a.job = &job{attempt: attempt, started: a.clock, cancel: cancel}
	return func() tea.Msg {
		defer cancel()
		a.working <- struct{}{}
		defer func() { <-a.working }()
		a.feed.begin(attempt)
		a.feed.put(work(ctx))
		return nil
	}
}

// leaveJob stops the present job; whatever it still reports is stale.
func (a *app) leaveJob() {
	a.dropCode()
	if a.job != nil {
		a.job.cancel()
		a.job = nil
	}
}

// fed takes one item from the feed. Events are facts, so the ledger keeps even
// stale ones; the screens and the walkthrough take only the present attempt's.
func (a *app) fed(item feedItem) tea.Cmd {
	current := a.job != nil && item.attempt == a.job.attempt
	switch value := item.value.(type) {
	case steps.Event:
		a.ledger.note(value, a.clock)
		if current {
			a.news.note(value, a.clock)
		}
		return nil
	case codeWanted:
		if current {
			return a.wantCode(value)
		}
		value.reply <- ""
	case configured:
		if current {
			a.job = nil
			return a.configurationRead(value)
		}
	case opened:
		if !current {
			closeAccount(value.account)
			return nil
		}
		a.job = nil
		return a.accountOpened(value)
	case looked:
		if current {
			a.job = nil
			a.accountLooked(value)
		}
	case begun:
		if current {
			a.job = nil
			return a.runBegun(value)
		}
	case prepared:
		if current {
			a.job = nil
			a.stepPrepared(value)
		}
	case carried:
		if current {
			a.job = nil
			a.stepCarried(value)
		}
	case left:
		if current {
			a.job = nil
			a.runLeft(value)
		}
	}
	return nil
}

// openAccount opens the chosen account.
func (a *app) openAccount(choice steps.AccountChoice) tea.Cmd {
	choice.AskMFACode = a.askCode
	a.choice = choice
	return a.start(func(ctx context.Context) any {
		account, err := a.opts.Open(ctx, choice, a.relay.Emit)
		return opened{account: account, err: err}
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
		return begun{run: run, err: err}
	})
}

// dropAccount closes the account in the background, to choose another.
func (a *app) dropAccount() tea.Cmd {
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
	a.news = newProgress(step.ID, a.account.Kind)
	return a.start(func(ctx context.Context) any {
		run.Answer(setup)
		plan, err := run.Prepare(ctx, step)
		out := prepared{plan: plan, err: err}
		if err == nil && step.Preview != nil {
			out.stored = step.Preview(run)
		}
		return out
	})
}

// runActions runs the present step, after the repair where one is given. A review
// has prepared the step; where there was none, or the repair changed what it
// saw, it is prepared here.
func (a *app) carryOut(plan []steps.PlannedCall, remedy *steps.Remedy) tea.Cmd {
	step, run, setup := a.flow.Step(), a.run, a.setup
	a.news = newProgress(step.ID, a.account.Kind)
	a.news.plan = plan
	return a.start(func(ctx context.Context) any {
		if remedy != nil {
			if err := run.Apply(ctx, *remedy); err != nil {
				return carried{err: err}
			}
		}
		if step.ReadOnly || remedy != nil {
			run.Answer(setup)
			if _, err := run.Prepare(ctx, step); err != nil {
				return carried{err: err}
			}
		}
		err := run.Execute(ctx, step)
		if err != nil {
			return carried{err: err}
		}
		return carried{result: step.Result(run)}
	})
}

// leaveOut records the steps that are skipped and, when the walkthrough is
// over, closes the run.
func (a *app) leaveOut(skipped []steps.Step, finished bool) tea.Cmd {
	run, ok := a.run, !a.failed
	return a.start(func(context.Context) any {
		var out left
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
