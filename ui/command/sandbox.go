package command

import (
	"context"
	"log/slog"

	"github.com/spf13/cobra"
)

// The sandbox's paces that a command chooses by itself; it knows them all.
const (
	paceDemo    = "demo"
	paceInstant = "instant"
)

// SandboxConfig describes a sandbox to be started; what is empty has a default.
type SandboxConfig struct {
	Listen          string // loopback HOST:PORT
	Region          string
	AccountID       string // 12 digits
	AccessKeyID     string
	SecretAccessKey string
	Pace            string // real, demo or instant
	Faults          []string
	Log             *slog.Logger
}

// RunningSandbox is a sandbox that runs.
type RunningSandbox struct {
	Environment []string // "export NAME=value", for another terminal
	CAPEM       []byte   // the certificate authority of its databases
	Close       func() error
}

// Fault is something that can be wrong in a sandbox.
type Fault struct{ Name, Wrong string }

// addFaultFlag adds --fault, which completes the names of what can be wrong.
func (p *Program) addFaultFlag(cmd *cobra.Command, names *[]string) {
	cmd.Flags().StringArrayVar(names, "fault", nil, "break something in the sandbox; any number of times (keyturn completion completes the names)")
	var known []string
	for _, f := range p.Faults {
		known = append(known, cobra.CompletionWithDesc(f.Name, f.Wrong))
	}
	_ = cmd.RegisterFlagCompletionFunc("fault", cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that is not there
}

// sandboxOptions are those of keyturn sandbox.
type sandboxOptions struct {
	SandboxConfig
	CAFile  string // "" is a temporary file
	LogFile string
}

func (p *Program) sandboxCommand(run func(context.Context, *Program, *sandboxOptions) error) *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use: "sandbox", Short: "Run only the sandbox, in the foreground, until ctrl+c",
		Long: "Runs the embedded AWS and MySQL on loopback and prints the environment lines for another terminal.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.CheckSandbox(o.SandboxConfig); err != nil {
				return err
			}
			return run(cmd.Context(), p, &o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Listen, "listen", "127.0.0.1:0", "loopback address to listen on, HOST:PORT")
	f.StringVar(&o.Region, "region", "us-east-1", "the region that it plays")
	f.StringVar(&o.AccountID, "account-id", "", "12 digits (made up if empty)")
	f.StringVar(&o.AccessKeyID, "access-key-id", "", "access key id (made up if empty)")
	f.StringVar(&o.SecretAccessKey, "secret-access-key", "", "secret access key (made up if empty)")
	f.StringVar(&o.Pace, "pace", paceDemo, "how long slow things take: real, demo, instant")
	p.addFaultFlag(cmd, &o.Faults)
	f.StringVar(&o.CAFile, "ca-file", "", "where to write the certificate authority of its databases")
	addLogFlag(cmd, &o.LogFile)
	return cmd
}

// serveSandbox runs a sandbox alone until it is interrupted, which is how it is
// meant to end. Its last lines are what another terminal needs.
func serveSandbox(ctx context.Context, p *Program, o *sandboxOptions) error {
	log, closeLog, err := openLog(o.LogFile)
	if err != nil {
		return err
	}
	defer func() { _ = closeLog() }()
	o.Log = log
	served, err := p.Serve(ctx, o.SandboxConfig)
	if err != nil {
		return p.fail(err)
	}
	defer func() { _ = served.Close() }() // nothing of it outlives the process
	stop, err := printServing(p.Out, served.Environment, served.CAPEM, o.CAFile)
	if err != nil {
		return p.fail(err)
	}
	<-ctx.Done()
	return p.fail(stop())
}
