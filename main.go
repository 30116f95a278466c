// Command keyturn walks a person through rotating a secret for an AWS
// database, in an embedded sandbox or in an AWS account of theirs.
//
// This file is the composition root: it is the only one that knows all rooms.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/fault"
	"keyturn/db"
	"keyturn/steps"
	"keyturn/steps/runs"
	"keyturn/ui/command"
)

func main() { os.Exit(run()) }

// run is the whole program but for the exit itself. An interrupt, or a terminal
// that is closed, ends what is under way; a second one ends the process at
// once. A terminal that is closed tells the program twice, by its shell and by the
// kernel, so a second hang-up does not count. What the caller has ignored, as nohup
// does, stays ignored.
func run() int {
	withoutCoreDumps()
	debug.SetGCPercent(200) // twice the usual: the first collection comes after the first frame
	ends := slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	context.AfterFunc(ctx, func() {
		signal.Ignore(syscall.SIGHUP)
		stop()
	})
	program := command.Program{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Version: version(), Runs: runs.NewStore(runs.Dir()),
		Open: open, ReadConfiguration: aws.ReadConfiguration, Serve: startSandbox, CheckSandbox: func(s command.SandboxConfig) error { return options(s).Validate() },
		Faults: faults(),
	}
	return program.Execute(ctx, os.Args[1:])
}

// version is the module's, and for a build from a checkout the commit's.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.Trim(info.Main.Version, "()")
	}
	return "devel"
}

// open opens the account of a choice.
func open(ctx context.Context, o command.OpenRequest) (*steps.Account, error) {
	if o.Choice.Kind == steps.Sandbox {
		return openSandbox(ctx, o)
	}
	session, err := aws.Open(ctx, aws.Options{Profile: o.Choice.Profile, Region: o.Choice.Region, Observe: o.Emit, AskCode: o.Choice.AskMFACode})
	if err != nil {
		return nil, err
	}
	roots, err := extraRoots(ctx, session, o.RootsFile)
	if err != nil {
		return nil, fmt.Errorf("certificate authorities: %w", err)
	}
	opened, err := account(ctx, session, steps.AWS, roots)
	if err == nil {
		opened.Alias = session.Alias(ctx)
	}
	return opened, err
}

// openSandbox starts a sandbox, which ends with the account.
func openSandbox(ctx context.Context, o command.OpenRequest) (*steps.Account, error) {
	served, err := sandbox.Start(ctx, sandbox.Options{Region: o.Choice.Region, Pace: cloud.Pace(o.Choice.Pace), Faults: o.Choice.Faults, Log: o.Log})
	if err != nil {
		return nil, err
	}
	session, err := aws.Open(ctx, aws.Options{
		Endpoint: served.URL(), Region: served.Region, AccessKeyID: served.AccessKeyID, SecretAccessKey: served.SecretAccessKey,
		Observe: o.Emit,
	})
	if err != nil {
		return nil, errors.Join(err, served.Close())
	}
	opened, err := account(ctx, session, steps.Sandbox, served.CAPEM())
	if err != nil {
		return nil, errors.Join(err, served.Close())
	}
	opened.TryIt, opened.Close = served.Environment(), served.Close
	return opened, nil
}

// account signs in: who the caller is shows that the credentials hold. Roots
// are certificate authorities to trust beside RDS's.
func account(ctx context.Context, session *aws.Session, kind steps.AccountKind, roots []byte) (*steps.Account, error) {
	trusted, err := db.RootsFrom(roots)
	if err != nil {
		return nil, fmt.Errorf("certificate authorities: %w", err)
	}
	opened, err := session.Account(ctx)
	if err != nil {
		return nil, err
	}
	opened.Kind, opened.Services.MySQL = kind, db.Client{RootCAs: trusted}
	return opened, nil
}

// extraRoots are a file's, those of an endpoint on this machine that stands in
// for AWS, or those that RDS publishes for a partition which has its own.
func extraRoots(ctx context.Context, session *aws.Session, file string) ([]byte, error) {
	switch {
	case file != "":
		return os.ReadFile(file)
	case session.OnThisMachine():
		return db.FetchRoots(ctx, session.Endpoint())
	case session.Endpoint() == "" && !steps.PartitionOf(session.Region()).IsCommercial():
		return db.FetchRoots(ctx, "https://"+steps.PartitionOf(session.Region()).Truststore)
	}
	return nil, nil
}

// startSandbox starts a sandbox for other programs.
func startSandbox(ctx context.Context, s command.SandboxConfig) (*command.RunningSandbox, error) {
	served, err := sandbox.Start(ctx, options(s))
	if err != nil {
		return nil, err
	}
	return &command.RunningSandbox{Environment: served.Environment(), CAPEM: served.CAPEM(), Close: served.Close}, nil
}

// faults are what can be wrong in a sandbox.
func faults() []command.Fault {
	var all []command.Fault
	for _, f := range fault.All() {
		all = append(all, command.Fault{Name: f.Name, Wrong: f.Wrong})
	}
	return all
}

func options(s command.SandboxConfig) sandbox.Options {
	return sandbox.Options{
		Listen: s.Listen, Region: s.Region, AccountID: s.AccountID,
		AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, Pace: cloud.Pace(s.Pace), Faults: s.Faults, Log: s.Log,
	}
}
