package line

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
	"keyturn/steps/runs"
)

// FoundRuns opens the account and lists the runs that find finds in it, and what
// is there of each; as JSON it prints a receipt of each as one object a line. The
// store has the receipts that are here.
func FoundRuns(ctx context.Context, o Options, store *runs.Store, find func(context.Context, *steps.Account) ([]steps.Receipt, error)) error {
	out := o.keepOutput()
	began := time.Now()
	account, err := o.openForCheck(ctx, steps.NewRelay(func(steps.Event) {}))
	var found []steps.Receipt
	if err == nil {
		found, err = find(ctx, account)
	}
	if err != nil {
		return o.notOpened(ctx, o.newRelay(), err, time.Since(began))
	}
	if o.JSON {
		enc := json.NewEncoder(o.Out)
		for _, receipt := range found {
			_ = enc.Encode(receipt)
		}
	} else {
		o.printFound(account, store, found)
	}
	lost := out.writeError()
	if lost != nil {
		o.say("keyturn: %v", lost)
	}
	return lost
}

func (o Options) printFound(account *steps.Account, store *runs.Store, found []steps.Receipt) {
	where := fmt.Sprintf("account %s, region %s", account.Name(), account.Region)
	if len(found) == 0 {
		_, _ = fmt.Fprintf(o.Out, "Nothing in %s carries the tag %s.\n", where, steps.TagRun)
		return
	}
	_, _ = fmt.Fprintf(o.Out, "In %s, by the tag %s:\n", where, steps.TagRun)
	table := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "RUN\tSINCE\tRECEIPT\tLEFT")
	for _, r := range found {
		left := "nothing"
		if n := len(r.Left()); n > 0 {
			left = fmt.Sprintf("%s: keyturn cleanup --find %s", format.Count(n, "resource"), r.Run)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Run, format.Minute(r.Opened.Local()), receiptHere(store, r.Run), left)
	}
	_ = table.Flush()
	for _, r := range found {
		for _, rec := range r.Resources {
			switch {
			case rec.RestorableUntil.IsZero():
				_, _ = fmt.Fprintf(o.Out, "%s: %s %s\n", r.Run, rec.Kind, rec.ID)
			default:
				_, _ = fmt.Fprintf(o.Out, "%s: %s %s will be deleted on %s\n", r.Run, rec.Kind, rec.Name, format.Day(rec.RestorableUntil))
			}
		}
		for _, used := range r.Used {
			_, _ = fmt.Fprintf(o.Out, "%s: %s %s is used: %s\n", r.Run, used.Kind, used.Name, steps.NotMade)
		}
	}
}

// receiptHere says whether this machine has a run's receipt.
func receiptHere(store *runs.Store, run string) string {
	_, err := store.Load(run)
	switch _, unusable := errors.AsType[*steps.ReceiptError](err); {
	case unusable:
		return "unusable"
	case err != nil:
		return "none"
	}
	return "here"
}
