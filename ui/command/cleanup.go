package command

import (
	"context"
	"errors"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/steps/rotation"
	"keyturn/ui/line"
)

// cleanupOptions are those of keyturn cleanup.
type cleanupOptions struct {
	commonOptions
	Run    string // "" is the newest run that left something
	Find   bool
	Region string // to find runs in
	// RestoreSecret takes the run's secret back instead.
	RestoreSecret bool
}

func (p *Program) cleanupCommand(run func(context.Context, *Program, *cleanupOptions) error) *cobra.Command {
	var o cleanupOptions
	cmd := &cobra.Command{
		Use: "cleanup [RUN]", Short: "Remove everything that a run made (asks first, unless --yes)",
		Long: "Removes what a run made in an AWS account and its receipt lists: that of RUN, or of the newest run\n" +
			"that left something. It works in the run's own region, and with its profile unless you name one.\n" +
			findHelp + "\nIt makes a receipt from what it finds, for when there is none here.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run = strings.Join(args, "")
			if p.unattended(o.commonOptions) && !o.Yes {
				return errors.New("cleanup asks first; without someone to ask it needs --yes")
			}
			switch {
			case o.Find && o.RestoreSecret:
				return errors.New("--find and --restore-secret are two things: choose one")
			case !o.Find && o.Region != "":
				return errors.New("--region is for --find: a receipt names its own")
			case o.Find && o.Run == "" && p.unattended(o.commonOptions):
				return errors.New("cleanup --find without someone to ask needs RUN: keyturn runs --find lists them")
			}
			return run(cmd.Context(), p, &o)
		},
	}
	cmd.Flags().BoolVar(&o.RestoreSecret, "restore-secret", false, "take the run's secret back, as long as it waits for its deletion; remove nothing")
	addFindFlags(cmd, &o.Find, &o.Region)
	o.addFlags(cmd)
	return cmd
}

// runCleanup takes a run up from its receipt, in lines, for its last step.
func runCleanup(ctx context.Context, p *Program, o *cleanupOptions) error {
	if o.Find {
		return cleanupFound(ctx, p, o)
	}
	if o.RestoreSecret {
		return restoreSecret(ctx, p, o)
	}
	receipt, err := p.chooseRun(o.Run, p.Runs.ChooseForCleanup)
	if err != nil {
		return p.fail(err)
	}
	if receipt.EndsWithProcess() || len(receipt.Left()) == 0 {
		return p.fail(line.NothingLeft(p.Out, receipt, o.JSON))
	}
	return walkReceipt(ctx, p, o, receipt, rotation.Cleanup())
}

// restoreSecret takes a run up from its receipt to have its secret back.
func restoreSecret(ctx context.Context, p *Program, o *cleanupOptions) error {
	receipt, err := p.chooseRun(o.Run, func(run string) (steps.Receipt, error) { return p.Runs.ChooseRestorable(run, time.Now()) })
	if err != nil {
		return p.fail(err)
	}
	if receipt.EndsWithProcess() {
		err = &steps.NotRestorableError{Run: receipt.Run, Why: "It was in a sandbox, which ended with its program."}
	} else {
		_, err = receipt.Restorable(time.Now())
	}
	if err != nil {
		d := steps.Diagnose(err)
		p.printError("keyturn: %s: %s\n%s\n", d.What, d.Why, d.Fix)
		return exitFailed
	}
	return walkReceipt(ctx, p, o, receipt, rotation.Restore())
}

// walkReceipt takes a run up for one act, in lines.
func walkReceipt(ctx context.Context, p *Program, o *cleanupOptions, receipt steps.Receipt, act steps.Act) error {
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not stop a clean-up half-way
	w, err := p.newWorkerOf(receipt, o.commonOptions)
	if err != nil {
		return err
	}
	defer w.close()
	options := w.lineOptions(o.commonOptions, func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
		return w.resume(receipt, account, relay)
	})
	options.Left, options.Acts = receipt.Left(), []steps.Act{act}
	return lineStatus(line.Walk(ctx, options)).err()
}
