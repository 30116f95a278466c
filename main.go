// Command keyturn walks a person through rotating a secret for an AWS
// database, in an embedded sandbox or in an AWS account of theirs.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
	"keyturn/steps/runs"
	"keyturn/ui"
	"keyturn/ui/line"
)

// Exit codes, as scripts rely on them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:])) }

// run is the whole program but for the exit itself. An interrupt, or a terminal
// that is closed, ends what is under way; a second one ends the process at
// once. What the caller has ignored, as nohup does, stays ignored.
func run(args []string) int {
	ends := slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	context.AfterFunc(ctx, stop)

	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, store: runs.NewStore(runs.Dir())}
	defer p.close()
	var err error
	if p.id, err = p.store.NewRunID(time.Now(), rand.Reader); err != nil {
		return p.told(err)
	}
	p.setup = steps.Defaults(p.id)
	root := p.root()
	root.SetArgs(args)
	if err := fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {})); err != nil {
		_, _ = fmt.Fprintf(p.err, "keyturn: %v\nkeyturn --help lists what it takes.\n", line.Misuse(err))
		return exitUsage
	}
	return p.exit
}

// program is one run of the command: its streams, its flags, and how it ends.
type program struct {
	in       *os.File
	out, err *os.File
	store    *runs.Store
	exit     int
	closers  []func() error
	held     steps.Ledger

	id      string
	setup   steps.Setup
	choice  steps.AccountChoice
	serve   sandbox.Options
	log     *slog.Logger
	logFile string

	sandbox, aws, yes, plain, json, keep  bool
	theme, passwordFile, caFile, servedCA string
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "keyturn",
		Short: "Rotate a database's secret, step by step",
		Long: "keyturn does AWS's tutorial \"Rotating a secret for an AWS database\" with you: database, secret,\n" +
			"validation, rotation, verification, clean-up. It works in an embedded sandbox unless you say --aws.",
		Example: "keyturn\nkeyturn --aws --profile dev --region eu-west-1\nkeyturn --json --pace instant",
		Args:    cobra.NoArgs,
		RunE:    p.does(p.walk),
	}
	f := root.Flags()
	f.BoolVar(&p.sandbox, "sandbox", false, "work in the embedded sandbox (the default)")
	f.BoolVar(&p.keep, "keep", false, "stop after verification and clean nothing up")
	f.StringVar(&p.theme, "theme", "auto", "colours for this kind of terminal: auto, dark, light")
	f.StringVar(&p.passwordFile, "db-password-file", "",
		"file with the master password, - for standard input (else KEYTURN_MASTER_PASSWORD, else generated)")
	f.BoolVar(&p.aws, "aws", false, "work in an AWS account of yours")
	f.StringVar(&p.choice.Region, "region", "", "the region to work in")
	f.StringVar(&p.choice.Pace, "pace", "",
		"how long the sandbox's slow things take: real, demo, instant (demo, or instant when nobody is asked)")
	p.workFlags(root)
	line.Flags(f, steps.All(), &p.setup)
	root.AddCommand(p.runsCommand(), p.cleanupCommand(), p.sandboxCommand())
	return root
}

// workFlags are the flags of the commands that work in an account.
func (p *program) workFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.choice.Profile, "profile", "", "profile of your AWS configuration")
	f.BoolVar(&p.yes, "yes", false, "take every default and flag, ask nothing")
	f.BoolVar(&p.plain, "plain", false, "plain lines and prompts instead of screens")
	f.BoolVar(&p.json, "json", false, "print events as JSON, one object a line")
	f.StringVar(&p.caFile, "rds-ca-file", os.Getenv("KEYTURN_RDS_CA_FILE"), "file of certificate authorities to trust beside RDS's own")
	f.StringVar(&p.logFile, "log-file", "", "append a log, without secrets, to this file")
}

func (p *program) runsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "runs", Short: "List the runs on this machine and what each left behind", Args: cobra.NoArgs,
		RunE: p.does(func(context.Context, []string) (int, error) {
			return p.told(line.Runs(p.out, p.err, p.store, p.json)), nil
		}),
	}
	cmd.Flags().BoolVar(&p.json, "json", false, "print the receipts as JSON, one object a line")
	return cmd
}

func (p *program) cleanupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "cleanup [RUN]", Short: "Remove everything that a run made (asks first, unless --yes)",
		Long: "Removes what a run made in an AWS account and its receipt lists: that of RUN, or of the newest run\n" +
			"that left something. It works in the run's own region, and with its profile unless you name one.",
		Args: cobra.MaximumNArgs(1), RunE: p.does(p.cleanup),
	}
	p.workFlags(cmd)
	return cmd
}

func (p *program) sandboxCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "sandbox", Short: "Run only the sandbox, in the foreground, until ctrl+c",
		Long: "Runs the embedded AWS and MySQL on loopback and prints the environment lines for another terminal.",
		Args: cobra.NoArgs, RunE: p.does(p.serveSandbox),
	}
	f := cmd.Flags()
	f.StringVar(&p.serve.Listen, "listen", "127.0.0.1:0", "loopback address to listen on, HOST:PORT")
	f.StringVar(&p.serve.Region, "region", "us-east-1", "the region that it plays")
	f.StringVar(&p.serve.AccountID, "account-id", "", "12 digits (made up if empty)")
	f.StringVar(&p.serve.AccessKeyID, "access-key-id", "", "access key id (made up if empty)")
	f.StringVar(&p.serve.SecretAccessKey, "secret-access-key", "", "secret access key (made up if empty)")
	f.StringVar((*string)(&p.serve.Pace), "pace", string(cloud.Demo), "how long slow things take: real, demo, instant")
	f.StringVar(&p.servedCA, "ca-file", "", "where to write the certificate authority of its databases")
	f.StringVar(&p.logFile, "log-file", "", "append a log to this file")
	return cmd
}

// does runs f once the flags are read, and keeps its exit code. Only an error
// in how the program was called is returned; the rest has been told by then.
func (p *program) does(f func(context.Context, []string) (int, error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := p.settle()
		if err == nil {
			p.exit, err = f(cmd.Context(), args)
		}
		return err
	}
}

// version is the module's, and for a build from a checkout the commit's.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.Trim(info.Main.Version, "()")
	}
	return "devel"
}

// settle checks the flags that no single flag can check, before anything runs.
func (p *program) settle() error {
	p.choice.Kind = steps.Sandbox
	if p.aws {
		p.choice.Kind = steps.AWS
	}
	if p.sandbox && p.aws {
		return errors.New("--sandbox and --aws are two accounts: choose one")
	}
	if p.aws && p.unattended() && !p.yes {
		return errors.New("--aws without someone to ask needs --yes: it works in a real account")
	}
	if p.choice.Pace == "" {
		p.choice.Pace = string(cloud.Demo)
		if p.unattended() {
			p.choice.Pace = string(cloud.Instant)
		}
	}
	if !slices.Contains([]string{"auto", "dark", "light", ""}, p.theme) {
		return fmt.Errorf("--theme is auto, dark or light, not %q", p.theme)
	}
	if !p.aws {
		walked := sandbox.Options{Region: p.choice.Region, Pace: cloud.Pace(p.choice.Pace)}
		if err := errors.Join(p.serve.Check(), walked.Check()); err != nil {
			return err
		}
	}
	return p.openLog()
}

// lines reports that screens are not wanted, or not possible here.
func (p *program) lines() bool {
	return p.plain || p.json || p.yes || !line.ScreensFit(p.in, p.out)
}

// unattended reports that nobody is there to answer a question.
func (p *program) unattended() bool {
	return p.yes || p.json || !line.IsTerminal(p.in) || !p.plain && !line.IsTerminal(p.out)
}

func (p *program) walk(ctx context.Context, _ []string) (int, error) {
	if err := line.MasterPassword(&p.setup, p.passwordFile, p.in); err != nil {
		return exitUsage, err
	}
	if !p.lines() {
		return p.screens(ctx), nil
	}
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not stop a run half-way
	return code(line.Walk(ctx, p.lineOptions(p.startRun))), nil
}

// screens shows the walkthrough; what it came to is printed when the terminal
// is the shell's again.
func (p *program) screens(ctx context.Context) int {
	result, err := ui.Run(ctx, ui.Options{
		Open: p.open, Choice: p.choice, Setup: p.setup, Theme: p.theme, Keep: p.keep,
		In: p.in, Out: p.out, Now: time.Now,
		CleanupCommand: func(run string) string { return "keyturn cleanup " + run }, ReceiptPath: p.store.Path,
		NewRun: func(account *steps.Account, setup steps.Setup, relay *steps.Relay) (*steps.Run, error) {
			p.setup = setup
			return p.startRun(account, relay)
		},
	})
	_, _ = fmt.Fprint(p.out, result.Summary)
	if err != nil {
		return p.told(err)
	}
	return map[ui.Status]int{ui.Done: exitDone, ui.Failed: exitFailed, ui.Interrupted: exitInterrupted}[result.Status]
}

func (p *program) lineOptions(start func(*steps.Account, *steps.Relay) (*steps.Run, error)) line.Options {
	return line.Options{
		In: p.in, Out: p.out, Err: p.err, JSON: p.json, Keep: p.keep, Attended: !p.unattended(), Start: start,
		Open: func(ctx context.Context, emit func(steps.Event)) (*steps.Account, error) {
			return p.open(ctx, p.choice, emit)
		},
	}
}

// startRun makes the run in the account that was opened.
func (p *program) startRun(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
	options, err := p.runOptions(p.id, account, relay)
	if err != nil {
		return nil, err
	}
	return steps.NewRun(options), nil
}

// runOptions locks the run's receipt and has its events logged.
func (p *program) runOptions(run string, account *steps.Account, relay *steps.Relay) (steps.RunOptions, error) {
	ledger, err := p.ledger(run)
	if err != nil {
		return steps.RunOptions{}, err
	}
	relay.Log(line.Log(p.log))
	return steps.RunOptions{
		ID: run, Account: account, Profile: p.choice.Profile, Setup: p.setup,
		Clock: steps.SystemClock{}, Ledger: ledger, Relay: relay,
	}, nil
}

// ledger locks a run's receipt, once for the whole program: a run that could
// not begin may be tried again.
func (p *program) ledger(run string) (steps.Ledger, error) {
	if p.held != nil {
		return p.held, nil
	}
	w, err := p.store.Writer(run)
	if err != nil {
		return nil, err
	}
	p.held, p.closers = w, append(p.closers, w.Close)
	return w, nil
}

func (p *program) cleanup(ctx context.Context, args []string) (int, error) {
	if p.unattended() && !p.yes {
		return exitUsage, errors.New("cleanup asks first; without someone to ask it needs --yes")
	}
	receipt, err := p.store.Choose(strings.Join(args, ""))
	if err != nil {
		return p.told(err), nil
	}
	if receipt.Vanishes() || len(receipt.Left()) == 0 {
		return p.told(line.NothingLeft(p.out, receipt, p.json)), nil
	}
	signal.Ignore(syscall.SIGPIPE)
	p.choice.Kind, p.choice.Region = steps.AWS, receipt.Region
	p.choice.Profile = cmp.Or(p.choice.Profile, receipt.Profile)
	options := p.lineOptions(func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
		if err := receipt.WorkedIn(account); err != nil {
			return nil, err
		}
		resumed, err := p.runOptions(receipt.Run, account, relay)
		if err != nil {
			return nil, err
		}
		return steps.ResumeRun(receipt, resumed), nil
	})
	options.Left = receipt.Left()
	return code(line.Cleanup(ctx, options)), nil
}

// code maps how a walk ended to the exit code.
func code(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled), errors.Is(err, line.ErrStopped):
		return exitInterrupted
	}
	return exitFailed
}

// told tells an error that is neither a step's nor one of usage.
func (p *program) told(err error) int {
	if err == nil {
		return exitDone
	}
	_, _ = fmt.Fprintf(p.err, "keyturn: %v\n", err)
	return exitFailed
}

func (p *program) close() {
	for _, c := range slices.Backward(p.closers) {
		if err := c(); err != nil {
			p.log.Warn("close", "error", err)
		}
	}
}

// open opens the account of a choice. For the sandbox it starts one, which
// ends with the program.
func (p *program) open(ctx context.Context, choice steps.AccountChoice, emit func(steps.Event)) (*steps.Account, error) {
	p.choice = choice // what was chosen on a screen goes into the receipt
	options := aws.Options{Profile: choice.Profile, Region: choice.Region, Observe: emit}
	if choice.Kind == steps.AWS {
		return p.account(ctx, choice, options, nil)
	}
	served, err := sandbox.Start(ctx, sandbox.Options{Region: choice.Region, Pace: cloud.Pace(choice.Pace), Log: p.log})
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, served.Close)
	options.Endpoint, options.Region = served.URL(), served.Region
	options.AccessKeyID, options.SecretAccessKey = served.AccessKeyID, served.SecretAccessKey
	account, err := p.account(ctx, choice, options, served.CAPEM())
	if err == nil {
		account.TryIt = served.Environment()
	}
	return account, err
}

// account signs in: who the caller is shows that the credentials hold.
func (p *program) account(ctx context.Context, choice steps.AccountChoice, o aws.Options, roots []byte) (*steps.Account, error) {
	session, err := aws.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	if roots == nil {
		if roots, err = p.extraRoots(ctx, session); err != nil {
			return nil, fmt.Errorf("certificate authorities: %w", err)
		}
	}
	trusted, err := db.RootsFrom(roots)
	if err != nil {
		return nil, fmt.Errorf("certificate authorities: %w", err)
	}
	account, err := session.Account(ctx)
	if err != nil {
		return nil, err
	}
	account.Kind, account.Services.MySQL = choice.Kind, db.Client{RootCAs: trusted}
	return account, nil
}

// extraRoots are certificate authorities to trust beside RDS's: a file's, or
// those of an endpoint on this machine that stands in for AWS.
func (p *program) extraRoots(ctx context.Context, session *aws.Session) ([]byte, error) {
	switch {
	case p.caFile != "":
		return os.ReadFile(p.caFile)
	case session.OnThisMachine():
		return db.FetchRoots(ctx, session.Endpoint())
	}
	return nil, nil
}

// serveSandbox runs the sandbox alone. Its last lines are what another
// terminal needs; ctrl+c is how it is meant to end.
func (p *program) serveSandbox(ctx context.Context, _ []string) (int, error) {
	p.serve.Log = p.log
	served, err := sandbox.Start(ctx, p.serve)
	if err != nil {
		return p.told(err), nil
	}
	p.closers = append(p.closers, served.Close)
	stop, err := line.Serving(p.out, served.Environment(), served.CAPEM(), p.servedCA)
	if err != nil {
		return p.told(err), nil
	}
	p.closers = append(p.closers, stop)
	<-ctx.Done()
	return exitDone, nil
}

// openLog makes the log that --log-file asks for; without it nothing is logged.
func (p *program) openLog() error {
	p.log = slog.New(slog.DiscardHandler)
	if p.logFile == "" {
		return nil
	}
	log, closeLog, err := line.OpenLog(p.logFile)
	if err != nil {
		return fmt.Errorf("--log-file: %w", err)
	}
	p.log, p.closers = log, append(p.closers, closeLog)
	return nil
}
