package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/steps/preflight"
	"keyturn/ui/line"
)

// checkOptions are those of keyturn check: the walkthrough's answers say which
// path is looked at.
type checkOptions struct {
	commonOptions
	Keep   bool
	Region string
	Policy bool
	RunID  string // of the run that would begin
	Setup  steps.Setup
}

func (p *Program) checkCommand(id string, run func(context.Context, *Program, *checkOptions) error) *cobra.Command {
	o := checkOptions{RunID: id, Setup: steps.Defaults(id)}
	cmd := &cobra.Command{
		Use: "check", Short: "Say who you are in AWS, what you may not do, and what is in the way",
		Long: "Looks at an AWS account before a run: who you are, whether you may do all that the run needs, and whether\n" +
			"names, network, quotas or the region are in its way. It changes nothing. Exit status 0 says that nothing is\n" +
			"denied and nothing in the way.",
		Example: "keyturn check --profile dev\nkeyturn check --policy > policy.json\nkeyturn check --json | jq 'select(.verdict==\"denied\")'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Policy && o.JSON {
				return errors.New("--policy prints a policy, --json what was found: choose one")
			}
			return run(cmd.Context(), p, &o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Profile, "profile", "", "profile of your AWS configuration")
	f.StringVar(&o.Region, "region", "", "the region to look at")
	f.BoolVar(&o.JSON, "json", false, "print what was found as JSON, one object a line")
	f.BoolVar(&o.Policy, "policy", false, "print the least policy for this path, as JSON, and look at nothing else")
	f.BoolVar(&o.Keep, "keep", false, "the run that would begin cleans nothing up")
	addLogFlag(cmd, &o.LogFile)
	questionFlags(f, acts(), &o.Setup)
	return cmd
}

// runCheck looks at the account and tells what it found, in lines.
func runCheck(ctx context.Context, p *Program, o *checkOptions) error {
	w, err := p.newWorker(o.commonOptions, steps.AccountChoice{Kind: steps.AWS, Profile: o.Profile, Region: o.Region})
	if err != nil {
		return err
	}
	defer w.close()
	options := w.lineOptions(o.commonOptions, nil)
	options.Attended, options.Acts = line.IsTerminal(p.In) && !o.JSON, acts()
	look := preflight.Options{RunID: o.RunID, Setup: o.Setup, Acts: acts(), Keep: o.Keep}
	if o.Policy {
		return lineStatus(line.PrintPolicy(ctx, options, look)).err()
	}
	options.Preflight = preflightWith(look)
	return lineStatus(line.Check(ctx, options)).err()
}

// preflightWith is the look of a path at whichever account was opened.
func preflightWith(o preflight.Options) line.PreflightFunc {
	return func(ctx context.Context, account *steps.Account, relay *steps.Relay) (preflight.Report, error) {
		o.Account, o.Relay = account, relay
		return preflight.Run(ctx, o)
	}
}

// preflight is the look that the walkthrough has before its first step.
func (o *walkOptions) preflight(ctx context.Context, account *steps.Account, relay *steps.Relay) (preflight.Report, error) {
	return preflightWith(preflight.Options{RunID: o.RunID, Setup: o.Setup, Acts: acts(), Keep: o.Keep})(ctx, account, relay)
}
