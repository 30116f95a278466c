package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"keyturn/steps"
	"keyturn/steps/rotation"
	"keyturn/steps/runs"
	"keyturn/ui"
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
	receipts  *runs.Writer // of the run that is locked
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

// newWorkerOf works where a receipt's run worked, with its profile unless the
// flags name one.
func (p *Program) newWorkerOf(receipt steps.Receipt, o commonOptions) (*worker, error) {
	return p.newWorker(o, steps.AccountChoice{Kind: steps.AWS, Region: receipt.Region, Profile: cmp.Or(o.Profile, receipt.Profile)})
}

// open opens the account of a choice; what was chosen on a screen counts for
// the receipt too.
func (w *worker) open(ctx context.Context, choice steps.AccountChoice, emit func(steps.Event)) (*steps.Account, error) {
	w.choice = choice
	account, err := w.Open(ctx, OpenRequest{Choice: choice, RootsFile: w.rootsFile, Log: w.log, Emit: emit})
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

// lock takes the run's receipt, once for each run: one that could not begin may
// be tried again, or another taken up instead.
func (w *worker) lock(run string) error {
	if w.receipts != nil && w.receipts.Run() == run {
		return nil
	}
	receipts, err := w.Runs.Writer(run)
	if err != nil {
		return err
	}
	w.receipts, w.closers = receipts, append(w.closers, receipts.Close)
	return nil
}

// showScreens shows the walkthrough that o describes; what it came to is printed
// when the terminal is the shell's again.
func (w *worker) showScreens(ctx context.Context, o ui.Options) error {
	o.Acts, o.Open, o.Resume = acts(), w.open, w.resume
	o.In, o.Out, o.Now, o.ReceiptPath = w.In, w.Out, time.Now, w.Runs.Path
	restore := rotation.Restore().Steps[0]
	o.Restore = &restore
	o.CleanupCommand = func(run string) string { return "keyturn cleanup " + run }
	o.ResumeCommand = func(run string) string { return "keyturn resume " + run }
	result, err := ui.Run(ctx, o)
	_, _ = fmt.Fprint(w.Out, result.Summary)
	if err != nil {
		return w.fail(err)
	}
	return map[ui.Status]exitStatus{ui.Done: exitDone, ui.Failed: exitFailed, ui.Interrupted: exitInterrupted}[result.Status].err()
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
