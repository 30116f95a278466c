// Package command is the command line: one file a command, each with an
// options struct that its flags fill and that a test can catch before anything
// runs. It imports neither aws nor db: package main gives it the constructors
// in a Program.
//
// What a command prints goes to Program.Out; what went wrong goes to
// Program.Err as "keyturn: what: why", then what to do. Flags and arguments are
// checked before a command starts; what is wrong with them is exit status 2.
package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/steps/runs"
	"keyturn/ui/signs"
)

// Program is everything the commands work with. Open and Serve do the costly
// work; they are called after the first frame, never before.
type Program struct {
	In, Out, Err *os.File
	Version      string
	Runs         *runs.Store
	// Open opens the account of a choice. For the sandbox it starts one, which
	// ends with the account's Close.
	Open func(context.Context, OpenRequest) (*steps.Account, error)
	// ConfigurationReader reads what the machine's AWS configuration offers.
	ReadConfiguration steps.ConfigurationReader
	// Serve starts a sandbox for other programs.
	Serve func(context.Context, SandboxConfig) (*RunningSandbox, error)
	// CheckSandbox returns why a sandbox cannot be started as described.
	CheckSandbox func(SandboxConfig) error
	// Faults are what can be wrong in a sandbox.
	Faults []Fault
}

// OpenRequest is what Program.Open is asked for.
type OpenRequest struct {
	Choice    steps.AccountChoice
	RootsFile string // certificate authorities to trust beside RDS's; "" for none
	Log       *slog.Logger
	Emit      func(steps.Event)
}

// exitStatus is the error that carries a command's exit status; what went wrong
// has been printed. Every other error is a usage error.
type exitStatus int

// The exit statuses that scripts rely on.
const (
	exitDone        exitStatus = 0
	exitFailed      exitStatus = 1
	exitUsage       exitStatus = 2
	exitInterrupted exitStatus = 130
)

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// err returns e as an error, nil for success.
func (e exitStatus) err() error {
	if e == exitDone {
		return nil
	}
	return e
}

// Execute runs the command that args name and returns the exit status.
func (p *Program) Execute(ctx context.Context, args []string) int {
	run, err := p.Runs.NewRunID(time.Now(), rand.Reader)
	if err != nil {
		_ = p.fail(err)
		return int(exitFailed)
	}
	root := p.root(run)
	root.SetArgs(args)
	err = rejectUnknownArgs(root, args)
	if err == nil {
		err = p.execute(ctx, root, args)
	}
	if status, ok := errors.AsType[exitStatus](err); ok {
		return int(status)
	}
	if err != nil {
		p.printError("keyturn: %v\nkeyturn --help lists what it takes.\n", usageError(err))
		return int(exitUsage)
	}
	return int(exitDone)
}

// execute leaves help, the version and the manual page to fang, and nothing
// else: when a command ends with an error, fang asks the terminal for its
// colours, and the terminal's answer would land in the shell.
func (p *Program) execute(ctx context.Context, root *cobra.Command, args []string) error {
	isFangs := func(arg string) bool {
		return slices.Contains([]string{"help", "man", "-h", "--help", "-v", "--version"}, arg)
	}
	if slices.ContainsFunc(args, isFangs) {
		return fang.Execute(ctx, root, fang.WithVersion(p.Version), fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}))
	}
	root.SilenceErrors, root.SilenceUsage = true, true
	return root.ExecuteContext(ctx)
}

// root is the walkthrough's command, with run as the id of the run that it
// would begin, and the others below it.
func (p *Program) root(run string) *cobra.Command {
	root := p.walkCommand(run, runWalk)
	root.SetHelpCommand(helpCommand())
	root.AddCommand(p.runsCommand(listRuns), p.resumeCommand(runResume), p.cleanupCommand(runCleanup), p.checkCommand(run, runCheck), p.sandboxCommand(serveSandbox))
	return root
}

// rejectUnknownArgs validates the arguments of a command line that asks for
// help. Cobra shows the help without validating them, so that a misspelt command
// would seem to exist.
func rejectUnknownArgs(root *cobra.Command, args []string) error {
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	cmd.InitDefaultHelpFlag()
	if cmd.DisableFlagParsing || cmd.ParseFlags(rest) != nil {
		return nil // Execute meets the same error and tells it
	}
	if asked, err := cmd.Flags().GetBool("help"); err != nil || !asked {
		return nil //nolint:nilerr // a command without that flag shows no help
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// helpCommand is cobra's, but for a topic that is not there, which is an error.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [command]", Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = fmt.Errorf("unknown command %q for %q", rest[0], topic.CommandPath())
			}
			if err != nil {
				return err
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}

// fail tells an error that is neither a step's nor one of usage.
func (p *Program) fail(err error) error {
	if err == nil {
		return nil
	}
	if unusable, ok := errors.AsType[*steps.ReceiptError](err); ok {
		d := steps.Diagnose(unusable)
		p.printError("keyturn: %s: %s\n%s\n", d.What, d.Why, d.Fix)
		return exitFailed
	}
	p.printError("keyturn: %v\n", err)
	return exitFailed
}

// printError writes to standard error, in signs that the terminal can draw.
func (p *Program) printError(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if signs.ASCII(os.Environ()) {
		text = signs.Plain(text)
	}
	_, _ = io.WriteString(p.Err, text)
}
