package command

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"keyturn/steps"
	"keyturn/ui/line"
)

// worker opens accounts and begins runs for one command, and closes at its end
// what they opened.
type worker struct {
	*Program
	choice    steps.AccountChoice
	rootsFile string
	log       *slog.Logger
	closers   []func() error
	receipts  steps.Ledger // of the run, locked once
}

func (p *Program) newWorker(o commonOptions, choice steps.AccountChoice) (*worker, error) {
	log, closeLog, err := openLog(o.LogFile)
	if err != nil {
		return nil, err
	}
	return &worker{
		Program: p, choice: choice, rootsFile: o.RootsFile, log: log, closers: []func() error{closeLog},
	}, nil
}

// open opens the account of a choice; what was chosen on a screen counts for
// the receipt too.
func (w *worker) open(ctx context.Context, choice steps.AccountChoice, emit func(steps.Event)) (*steps.Account, error) {
	w.choice = choice
	account, err := w.Open(ctx, Opening{Choice: choice, RootsFile: w.rootsFile, Log: w.log, Emit: emit})
	if err == nil && account.Close != nil {
		w.closers = append(w.closers, account.Close)
	}
	return account, err
}

// runOptions locks the run's receipt and has its events logged.
func (w *worker) runOptions(run string, account *steps.Account, relay *steps.Relay) (steps.RunOptions, error) {
	if err := w.lock(run); err != nil {
		return steps.RunOptions{}, err
	}
	relay.Log(line.Log(w.log))
	return steps.RunOptions{
		ID: run, Account: account, Profile: w.choice.Profile, Clock: steps.SystemClock{}, Ledger: w.receipts, Relay: relay,
	}, nil
}

// lock takes the run's receipt, once for the whole program: a run that could
// not begin may be tried again.
func (w *worker) lock(run string) error {
	if w.receipts != nil {
		return nil
	}
	receipts, err := w.Runs.Writer(run)
	if err != nil {
		return err
	}
	w.receipts, w.closers = receipts, append(w.closers, receipts.Close)
	return nil
}

func (w *worker) close() {
	var errs []error
	for _, closeIt := range slices.Backward(w.closers[1:]) {
		errs = append(errs, closeIt())
	}
	if err := errors.Join(errs...); err != nil {
		w.log.Warn("close", "error", err)
	}
	_ = w.closers[0]() // the log itself, for which there is nowhere to complain
}
