package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"keyturn/ui/line"
)

// runsOptions are those of keyturn runs.
type runsOptions struct {
	commonOptions
	Find   bool
	Region string
}

func (p *Program) runsCommand(run func(context.Context, *Program, *runsOptions) error) *cobra.Command {
	var o runsOptions
	cmd := &cobra.Command{
		Use: "runs", Short: "List the runs on this machine, or in an account, and what each left behind", Args: cobra.NoArgs,
		Long: "Lists the runs whose receipts are on this machine, and what each left behind.\n" + findHelp,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !o.Find && (o.Profile != "" || o.Region != "") {
				return errors.New("--profile and --region are for --find: the receipts here name their own")
			}
			return run(cmd.Context(), p, &o)
		},
	}
	f := cmd.Flags()
	addFindFlags(cmd, &o.Find, &o.Region)
	f.StringVar(&o.Profile, "profile", "", "with --find: profile of your AWS configuration")
	f.BoolVar(&o.JSON, "json", false, "print the receipts as JSON, one object a line")
	return cmd
}

func listRuns(ctx context.Context, p *Program, o *runsOptions) error {
	if o.Find {
		return listFound(ctx, p, o)
	}
	return p.fail(line.Runs(p.Out, p.Err, p.Runs, o.JSON))
}
