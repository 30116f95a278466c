package command

import (
	"context"
	"errors"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/steps/rotation"
	"keyturn/ui"
	"keyturn/ui/line"
)

// walkOptions are those of the walkthrough itself, keyturn without a command.
type walkOptions struct {
	commonOptions
	Sandbox      bool
	AWS          bool
	Keep         bool
	Region       string
	Pace         string // "" until it is known who is there to watch
	Faults       []string
	Theme        string
	PasswordFile string
	RunID        string
	Setup        steps.Setup
}

func (p *Program) walkCommand(id string, run func(context.Context, *Program, *walkOptions) error) *cobra.Command {
	// The run's id is part of a default, so it is made up before flags are read.
	o := walkOptions{RunID: id, Setup: steps.Defaults(id)}
	cmd := &cobra.Command{
		Use:   "keyturn",
		Short: "Rotate a database's secret, step by step",
		Long: "keyturn does AWS's tutorial \"Rotating a secret for an AWS database\" with you: database, secret,\n" +
			"validation, rotation, verification, clean-up. It works in an embedded sandbox unless you say --aws.",
		Example: "keyturn\nkeyturn --aws --profile dev --region eu-west-1\nkeyturn --json --pace instant",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := rejectUnusedFlags(cmd.Flags(), acts(), o.Setup); err != nil {
				return err
			}
			if err := p.validateWalk(&o); err != nil {
				return err
			}
			if p.unattended(o.commonOptions) {
				takeBackUnsaid(cmd.Flags(), acts(), &o.Setup)
			}
			return run(cmd.Context(), p, &o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.Sandbox, "sandbox", false, "work in the embedded sandbox (the default)")
	f.BoolVar(&o.Keep, "keep", false, "stop after verification and clean nothing up")
	addThemeFlag(cmd, &o.Theme)
	addPasswordFlag(cmd, &o.PasswordFile)
	f.BoolVar(&o.AWS, "aws", false, "work in an AWS account of yours")
	f.StringVar(&o.Region, "region", "", "the region to work in")
	f.StringVar(&o.Pace, "pace", "",
		"how long the sandbox's slow things take: real, demo, instant (demo, or instant when nobody is asked)")
	p.addFaultFlag(cmd, &o.Faults)
	f.BoolVar(&o.Setup.CreateDefaultVPC, "create-default-vpc", false,
		"make a default VPC where the region has none; clean-up removes it")
	o.addFlags(cmd)
	questionFlags(f, acts(), &o.Setup)
	return cmd
}

// acts are what the walkthrough goes through.
var acts = sync.OnceValue(func() []steps.Act { return []steps.Act{rotation.Tutorial()} })

// validateWalk validates the flags together, and sets the defaults that depend
// on whether somebody is there to answer.
func (p *Program) validateWalk(o *walkOptions) error {
	unattended := p.unattended(o.commonOptions)
	switch {
	case o.Sandbox && o.AWS:
		return errors.New("--sandbox and --aws are two accounts: choose one")
	case o.AWS && len(o.Faults) > 0:
		return errors.New("--fault breaks something in the sandbox: it does not go with --aws")
	case o.AWS && unattended && !o.Yes:
		return errors.New("--aws without someone to ask needs --yes: it works in a real account")
	}
	if err := checkTheme(o.Theme); err != nil {
		return err
	}
	if o.Pace == "" {
		o.Pace = paceDemo
		if unattended {
			o.Pace = paceInstant
		}
	}
	if !o.AWS {
		if err := p.CheckSandbox(SandboxConfig{Region: o.Region, Pace: o.Pace, Faults: o.Faults}); err != nil {
			return err
		}
	}
	if err := validateAnswers(acts(), &o.Setup); err != nil {
		return err
	}
	return readMasterPassword(acts(), &o.Setup, o.PasswordFile, p.In)
}

// runWalk does the walkthrough, on screens or in lines.
func runWalk(ctx context.Context, p *Program, o *walkOptions) error {
	choice := steps.AccountChoice{Kind: steps.Sandbox, Profile: o.Profile, Region: o.Region, Pace: o.Pace, Faults: o.Faults}
	if o.AWS {
		choice.Kind = steps.AWS
	}
	w, err := p.newWorker(o.commonOptions, choice)
	if err != nil {
		return err
	}
	defer w.close()
	begin := func(account *steps.Account, setup steps.Setup, relay *steps.Relay) (*steps.Run, error) {
		options, err := w.runOptions(o.RunID, account, relay)
		if err != nil {
			return nil, err
		}
		options.Setup = setup
		return steps.NewRun(options), nil
	}
	if !p.wantsLines(o.commonOptions) {
		return w.showScreens(ctx, ui.Options{
			ReadConfiguration: w.ReadConfiguration, Preflight: o.preflight, NewRun: begin, Choice: choice, Unfinished: w.Runs.Unfinished,
			Setup: o.Setup, Theme: o.Theme, Keep: o.Keep,
		})
	}
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not stop a run half-way
	options := w.lineOptions(o.commonOptions, func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
		return begin(account, o.Setup, relay)
	})
	options.Keep, options.Acts, options.Preflight = o.Keep, acts(), o.preflight
	if o.AWS {
		options.ReadConfiguration = w.ReadConfiguration
	}
	return lineStatus(line.Walk(ctx, options)).err()
}
