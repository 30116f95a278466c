package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/ui"
	"keyturn/ui/line"
)

// commonOptions are those of every command that works in an account.
type commonOptions struct {
	Profile   string
	RootsFile string
	LogFile   string
	Yes       bool
	Plain     bool
	JSON      bool
	Commands  bool
}

func (o *commonOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.Profile, "profile", "", "profile of your AWS configuration")
	f.BoolVar(&o.Yes, "yes", false, "take every default and flag, ask nothing")
	f.BoolVar(&o.Plain, "plain", false, "plain lines and prompts instead of screens")
	f.BoolVar(&o.JSON, "json", false, "print events as JSON, one object a line")
	f.BoolVar(&o.Commands, "show-commands", false, "with --plain and somebody to answer: print each AWS CLI line as its call is made")
	f.StringVar(&o.RootsFile, "rds-ca-file", os.Getenv("KEYTURN_RDS_CA_FILE"), "file of certificate authorities to trust beside RDS's own")
	addLogFlag(cmd, &o.LogFile)
}

func addLogFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "log-file", "", "append a log, without secrets, to this file")
}

func addThemeFlag(cmd *cobra.Command, theme *string) {
	cmd.Flags().StringVar(theme, "theme", ui.ThemeAuto, "colours for this kind of terminal: auto, dark, light")
}

func checkTheme(theme string) error {
	if !slices.Contains([]string{ui.ThemeAuto, ui.ThemeDark, ui.ThemeLight, ""}, theme) {
		return fmt.Errorf("--theme is auto, dark or light, not %q", theme)
	}
	return nil
}

func addPasswordFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "db-password-file", "",
		"file with the master password, - for standard input (else KEYTURN_MASTER_PASSWORD, else generated)")
}

// wantsLines reports that screens are not wanted, or not possible here.
func (p *Program) wantsLines(o commonOptions) bool {
	return o.Plain || o.JSON || o.Yes || !line.CanShowScreens(p.In, p.Out)
}

// unattended reports that nobody is there to answer a question.
func (p *Program) unattended(o commonOptions) bool {
	return o.Yes || o.JSON || !line.IsTerminal(p.In) || !o.Plain && !line.IsTerminal(p.Out)
}

// chooseRun returns the receipt of the run that a command is for. Where none was
// named, those that cannot be used and are passed over are said.
func (p *Program) chooseRun(run string, choose func(string) (steps.Receipt, error)) (steps.Receipt, error) {
	receipt, err := choose(run)
	if run != "" || err != nil {
		return receipt, err
	}
	_, unusable, err := p.Runs.List()
	for _, u := range unusable {
		d := steps.Diagnose(u)
		p.printError("keyturn: passed over: %s: %s\n", d.What, d.Why)
	}
	return receipt, err
}

// openLog opens the log that --log-file names; without one nothing is logged.
func openLog(file string) (*slog.Logger, func() error, error) {
	if file == "" {
		return slog.New(slog.DiscardHandler), func() error { return nil }, nil
	}
	log, closeLog, err := line.OpenLog(file)
	if err != nil {
		return nil, nil, fmt.Errorf("--log-file: %w", err)
	}
	return log, closeLog, nil
}

// lineOptions are what the line mode needs; start makes or takes up the run.
func (w *worker) lineOptions(o commonOptions, start func(*steps.Account, *steps.Relay) (*steps.Run, error)) line.Options {
	return line.Options{
		In: w.In, Out: w.Out, Err: w.Err, JSON: o.JSON, Attended: !w.unattended(o), ShowCommands: o.Commands,
		Choice: w.choice, Open: w.open, Start: start,
	}
}

// lineStatus is the exit status for how a walk in lines ended.
func lineStatus(err error) exitStatus {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled), errors.Is(err, line.ErrStopped):
		return exitInterrupted
	}
	return exitFailed
}
