package command

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/ui"
	"keyturn/ui/line"
)

// resumeOptions are those of keyturn resume.
type resumeOptions struct {
	commonOptions
	Run          string // "" is the newest run that can be taken up
	Keep         bool
	Theme        string
	PasswordFile string
}

func (p *Program) resumeCommand(run func(context.Context, *Program, *resumeOptions) error) *cobra.Command {
	var o resumeOptions
	cmd := &cobra.Command{
		Use: "resume [RUN]", Short: "Take a run up where it stopped",
		Long: "Goes on with a run in an AWS account where it stopped: RUN, or the newest that can be taken up. It looks\n" +
			"at what is there first, makes nothing twice, and asks nothing that was answered. It works in the run's own\n" +
			"region, and with its profile unless you name one.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run = strings.Join(args, "")
			if p.unattended(o.commonOptions) && !o.Yes {
				return errors.New("resume works in a real account; without someone to ask it needs --yes")
			}
			if err := checkTheme(o.Theme); err != nil {
				return err
			}
			return run(cmd.Context(), p, &o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.Keep, "keep", false, "stop after verification and clean nothing up")
	addThemeFlag(cmd, &o.Theme)
	addPasswordFlag(cmd, &o.PasswordFile)
	o.addFlags(cmd)
	return cmd
}

// runResume takes a run up from its receipt, on screens or in lines.
func runResume(ctx context.Context, p *Program, o *resumeOptions) error {
	receipt, err := p.chooseRun(o.Run, p.Runs.ChooseUnfinished)
	if err == nil {
		err = resumable(receipt, p.unattended(o.commonOptions))
	}
	if err != nil {
		return p.fail(err)
	}
	if err := readMasterPassword(acts(), &receipt.Setup, o.PasswordFile, p.In); err != nil {
		return err
	}
	w, err := p.newWorkerOf(receipt, o.commonOptions)
	if err != nil {
		return err
	}
	defer w.close()
	if !p.wantsLines(o.commonOptions) {
		return w.showScreens(ctx, ui.Options{Resumed: &receipt, Setup: receipt.Setup, Theme: o.Theme, Keep: o.Keep})
	}
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not stop a run half-way
	options := w.lineOptions(o.commonOptions, func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
		return w.resume(receipt, account, relay)
	})
	options.Keep, options.Acts, options.Resume, options.Left = o.Keep, acts(), true, receipt.Left()
	return lineStatus(line.Walk(ctx, options)).err()
}

// resumable says why a run cannot be taken up. A run whose person kept
// everything is over, unless somebody is there to say otherwise.
func resumable(r steps.Receipt, unattended bool) error {
	switch {
	case r.EndsWithProcess():
		return fmt.Errorf("run %s was in a sandbox, which ended with its program: there is nothing to take up. keyturn begins a new one", r.Run)
	case !r.Unfinished():
		return fmt.Errorf("run %s: %w", r.Run, steps.ErrNothingToResume)
	case unattended && r.Kept():
		return fmt.Errorf("run %s is over and kept what it made. To remove it: keyturn cleanup %s", r.Run, r.Run)
	}
	return nil
}

// resume takes a run up in the account that it worked in, from its receipt as it
// is once nobody else can write to it.
func (w *worker) resume(receipt steps.Receipt, account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
	if err := receipt.VerifyAccount(account); err != nil {
		return nil, err
	}
	options, err := w.runOptions(receipt.Run, account, relay)
	if err != nil {
		return nil, err
	}
	latest, err := w.Runs.Load(receipt.Run)
	if err != nil {
		return nil, err
	}
	latest.Setup.MasterPassword = receipt.Setup.MasterPassword
	return steps.ResumeRun(latest, options), nil
}
