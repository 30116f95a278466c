package line

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"keyturn/steps"
	"keyturn/steps/format"
	"keyturn/steps/runs"
)

// Runs lists a store's receipts, one a line, and below them what each left
// behind; as JSON it prints each receipt as one object a line. One that cannot be
// used is explained on errs.
func Runs(w, errs io.Writer, store *runs.Store, asJSON bool) error {
	entries, unusable, err := store.List()
	if err != nil {
		return err
	}
	for _, u := range unusable {
		d := steps.Diagnose(u)
		_, _ = fmt.Fprintf(errs, "keyturn: %s: %s\n%s\n", d.What, d.Why, d.Fix)
	}
	if asJSON {
		enc := json.NewEncoder(w)
		for _, e := range entries {
			if err := enc.Encode(e.Receipt); err != nil {
				return err
			}
		}
		return nil
	}
	if len(entries) == 0 {
		_, err := fmt.Fprintln(w, "No runs on this machine yet.")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "RUN\tSTARTED\tACCOUNT\tREGION\tREACHED\tLEFT")
	for _, e := range entries {
		r := e.Receipt
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s %s\t%s\t%s\t%s\n", r.Run, format.Minute(r.Opened.Local()),
			r.Account, r.AccountID, r.Region, reached(e), describeLeft(e))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Receipt.EndsWithProcess() && !e.Active {
			continue
		}
		for _, left := range e.Receipt.Left() {
			_, _ = fmt.Fprintf(w, "%s: %s %s\n", e.Receipt.Run, left.Kind, left.ID)
		}
		for _, used := range e.Receipt.Used {
			_, _ = fmt.Fprintf(w, "%s: %s %s kept: %s\n", e.Receipt.Run, used.Kind, used.Name, steps.NotMade)
		}
	}
	return nil
}

// reached is the last step that the run touched and how it ended.
func reached(e runs.Entry) string {
	if len(e.Receipt.Steps) == 0 {
		return "nothing"
	}
	last := e.Receipt.Steps[len(e.Receipt.Steps)-1]
	return fmt.Sprintf("%s %s", last.Step, last.State)
}

func describeLeft(e runs.Entry) string {
	r := e.Receipt
	n := len(r.Left())
	switch {
	case e.Active:
		return fmt.Sprintf("%s; at work now", format.Count(n, "resource"))
	case r.EndsWithProcess() && n > 0:
		return "nothing (the sandbox ended with its program)"
	case n == 0:
		return "nothing"
	}
	return fmt.Sprintf("%s: keyturn cleanup %s", format.Count(n, "resource"), r.Run)
}
