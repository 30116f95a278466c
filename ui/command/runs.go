package command

import (
	"github.com/spf13/cobra"

	"keyturn/ui/line"
)

// runsOptions are those of keyturn runs.
type runsOptions struct{ JSON bool }

func (p *Program) runsCommand(run func(*Program, *runsOptions) error) *cobra.Command {
	var o runsOptions
	cmd := &cobra.Command{
		Use: "runs", Short: "List the runs on this machine and what each left behind", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return run(p, &o) },
	}
	cmd.Flags().BoolVar(&o.JSON, "json", false, "print the receipts as JSON, one object a line")
	return cmd
}

func listRuns(p *Program, o *runsOptions) error {
	return p.fail(line.Runs(p.Out, p.Err, p.Runs, o.JSON))
}
