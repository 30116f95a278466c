package command

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/steps/rotation"
	"keyturn/steps/runs"
	"keyturn/ui/line"
)

// findHelp says what --find needs beside what a clean-up needs.
const findHelp = "--find looks the account up by the tag " + steps.TagRun + ", which every run puts on what it makes, and by the names\n" +
	"of what carries none. It needs rds:DescribeDBInstances, rds:DescribeDBSubnetGroups, secretsmanager:ListSecrets,\n" +
	"cloudformation:DescribeStacks, cloudformation:DescribeStackResource, logs:DescribeLogGroups, and of EC2\n" +
	"DescribeSecurityGroups, DescribeSecurityGroupRules, DescribeVpcEndpoints and DescribeVpcs."

// addFindFlags are --find, and where to look.
func addFindFlags(cmd *cobra.Command, find *bool, region *string) {
	cmd.Flags().BoolVar(find, "find", false, "look in the account, by tags, instead of at the receipts here")
	cmd.Flags().StringVar(region, "region", "", "with --find: the region to look in")
}

// cleanupFound removes what tags say is a run's, in lines: it makes a receipt from
// what is found, and takes the run up from that.
func cleanupFound(ctx context.Context, p *Program, o *cleanupOptions) error {
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not stop a clean-up half-way
	w, err := p.newWorker(o.commonOptions, steps.AccountChoice{Kind: steps.AWS, Region: o.Region, Profile: o.Profile})
	if err != nil {
		return err
	}
	defer w.close()
	options := w.lineOptions(o.commonOptions, func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
		return w.resumeFound(ctx, o.Run, account, relay)
	})
	options.Acts = []steps.Act{rotation.Cleanup()}
	return lineStatus(line.Walk(ctx, options)).err()
}

func (w *worker) resumeFound(ctx context.Context, run string, account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
	found, err := rotation.FindRuns(ctx, account, time.Now())
	if err != nil {
		return nil, err
	}
	receipt, err := chooseFound(found, run, account)
	if err != nil {
		return nil, err
	}
	receipt.Profile = w.choice.Profile
	options, err := w.runOptions(receipt.Run, account, relay)
	if unusable, ok := errors.AsType[*steps.ReceiptError](err); ok && !errors.Is(err, steps.ErrReceiptNewer) {
		aside, asideErr := w.Runs.SetAside(receipt.Run)
		if asideErr != nil {
			return nil, fmt.Errorf("%w: %w", steps.ErrReceiptNotSaved, asideErr)
		}
		w.printError("keyturn: %v\nIt is kept as %s; a new receipt is made from what is found.\n", unusable, aside)
		options, err = w.runOptions(receipt.Run, account, relay)
	}
	if err != nil {
		return nil, err
	}
	switch here, err := w.Runs.Load(receipt.Run); {
	case errors.Is(err, runs.ErrUnknownRun):
	case err != nil:
		return nil, err
	default:
		if err := here.VerifyAccount(account); err != nil {
			return nil, err
		}
		receipt = here.WithFound(receipt)
	}
	// Nothing tells how far it came: what is taken up of it later is its clean-up.
	receipt = receipt.WithOutcome(steps.StepOutcome{Step: rotation.StepCleanup, State: steps.StepStarted, At: time.Now()})
	return steps.ResumeRun(receipt, options), nil
}

// chooseFound returns the run that was named, or the only one that left something.
func chooseFound(found []steps.Receipt, run string, account *steps.Account) (steps.Receipt, error) {
	var left []steps.Receipt
	for _, receipt := range found {
		if receipt.Run == run {
			return receipt, nil
		}
		if len(receipt.Left()) > 0 {
			left = append(left, receipt)
		}
	}
	where := fmt.Sprintf("account %s, region %s", account.Name(), account.Region)
	switch {
	case run != "":
		return steps.Receipt{}, fmt.Errorf("nothing in %s carries the tag %s=%s", where, steps.TagRun, run)
	case len(left) == 0:
		return steps.Receipt{}, fmt.Errorf("no run has left anything in %s: nothing that is there carries the tag %s", where, steps.TagRun)
	case len(left) > 1:
		var names []string
		for _, receipt := range left {
			names = append(names, receipt.Run)
		}
		return steps.Receipt{}, fmt.Errorf("%d runs have left something in %s: name one of %s with keyturn cleanup --find RUN", len(left), where, strings.Join(names, ", "))
	}
	return left[0], nil
}

// listFound lists the runs that tags in an account name.
func listFound(ctx context.Context, p *Program, o *runsOptions) error {
	w, err := p.newWorker(o.commonOptions, steps.AccountChoice{Kind: steps.AWS, Region: o.Region, Profile: o.Profile})
	if err != nil {
		return err
	}
	defer w.close()
	options := w.lineOptions(o.commonOptions, nil)
	options.Attended = line.IsTerminal(p.In) && !o.JSON
	return lineStatus(line.FoundRuns(ctx, options, p.Runs, func(ctx context.Context, account *steps.Account) ([]steps.Receipt, error) {
		return rotation.FindRuns(ctx, account, time.Now())
	})).err()
}
