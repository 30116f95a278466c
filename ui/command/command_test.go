package command

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"keyturn/steps"
	"keyturn/steps/runs"
)

// newProgram is a program without a terminal, whose output is thrown away.
func newProgram(t *testing.T) *Program {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = null.Close() })
	return &Program{
		In: null, Out: null, Err: null, Version: "test", Runs: runs.NewStore(t.TempDir()),
		CheckSandbox: func(SandboxConfig) error { return nil },
	}
}

// parse runs one command's flags and arguments.
func parse(cmd *cobra.Command, args ...string) error {
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	cmd.SetErr(io.Discard)
	return cmd.Execute()
}

func TestWalkFillsItsOptionsFromFlags(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		ok   func(*walkOptions) bool
	}{
		"without a terminal the sandbox is instant": {nil, func(o *walkOptions) bool {
			return o.Pace == paceInstant && !o.AWS && o.Setup == steps.Defaults("20261122-3f1c")
		}},
		"a pace that was chosen stays": {[]string{"--pace", "real"}, func(o *walkOptions) bool { return o.Pace == "real" }},
		"questions are flags": {[]string{"--rotation-days", "7", "--db-instance-id", "Mine"}, func(o *walkOptions) bool {
			return o.Setup.RotationDays == 7 && o.Setup.DBInstanceID == "Mine"
		}},
		"a default may be said beside what leaves no choice": {[]string{"--db-existing", "orders", "--network", "public"}, func(o *walkOptions) bool {
			return o.Setup.DBExisting == "orders"
		}},
		"to open what is the person's own is no default where nobody is asked": {[]string{"--db-existing", "orders"}, func(o *walkOptions) bool {
			return o.Setup.DBExistingRule == ""
		}},
		"but can be said": {[]string{"--db-existing", "orders", "--db-existing-rule", "add"}, func(o *walkOptions) bool {
			return o.Setup.DBExistingRule == steps.RuleAdd
		}},
		"an account by profile": {[]string{"--aws", "--yes", "--profile", "dev"}, func(o *walkOptions) bool {
			return o.AWS && o.Yes && o.Profile == "dev"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var caught *walkOptions
			cmd := newProgram(t).walkCommand("20261122-3f1c", func(_ context.Context, _ *Program, o *walkOptions) error {
				caught = o
				return nil
			})
			if err := parse(cmd, tt.args...); err != nil || caught == nil || !tt.ok(caught) {
				t.Errorf("error %v, options %+v", err, caught)
			}
		})
	}
}

func TestCommandsValidateBeforeTheyRun(t *testing.T) {
	t.Parallel()
	refused := errors.New("no such region")
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"two accounts":                         {[]string{"--aws", "--sandbox"}, "two accounts"},
		"an AWS account with nobody to ask":    {[]string{"--aws"}, "needs --yes"},
		"a theme that is not there":            {[]string{"--theme", "pink"}, "auto, dark or light"},
		"a sandbox that cannot be":             {[]string{"--region", "nowhere"}, "no such region"},
		"a password file that is not there":    {[]string{"--db-password-file", "nowhere"}, "--db-password-file"},
		"an answer against its rule":           {[]string{"--recovery-days", "5"}, "7 to 30 days"},
		"a flag without effect":                {[]string{"--db-existing", "orders", "--db-class", "db.t3.micro"}, "--db-class has no effect"},
		"a clean-up with nobody to ask":        {[]string{"cleanup"}, "needs --yes"},
		"a second run to clean up":             {[]string{"cleanup", "a", "b", "--yes"}, "at most 1"},
		"a run to take up with nobody to ask":  {[]string{"resume"}, "needs --yes"},
		"a command that is not there":          {[]string{"resumme"}, "unknown command"},
		"help for a command that is not there": {[]string{"help", "resumme"}, "unknown command"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProgram(t)
			p.CheckSandbox = func(s SandboxConfig) error {
				if s.Region == "nowhere" {
					return refused
				}
				return nil
			}
			root := p.root("20261122-3f1c")
			root.SilenceUsage, root.SilenceErrors = true, true
			if err := parse(root, tt.args...); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want one with %q", err, tt.says)
			}
		})
	}
}

func TestRefuseUnknownChecksArgumentsBeforeHelp(t *testing.T) {
	t.Parallel()
	for line, ok := range map[string]bool{
		"--help": true, "runs --help": true, "cleanup RUN -h": true, "--aws --help": true, "help runs": true,
		"resumme --help": false, "--yes resumme --help": false, "runs all --help": false, "cleanup a b --help": false, "resume RUN --help": true,
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			args := strings.Fields(line)
			if err := rejectUnknownArgs(newProgram(t).root("20261122-3f1c"), args); (err == nil) != ok {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestPrintServingReportsWriteErrors(t *testing.T) {
	t.Parallel()
	stop, err := printServing(fullDisk{}, nil, []byte("ca"), filepath.Join(t.TempDir(), "ca.pem"))
	if stop != nil || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("served, with error %v", err)
	}
}

// fullDisk is a disk without room.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
