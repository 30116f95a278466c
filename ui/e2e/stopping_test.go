//go:build !windows

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"keyturn/steps"
)

// interrupted wants the receipt of a run that was left: it is no finished one, and
// has what was made.
func (p *session) interrupted() {
	p.t.Helper()
	receipts, err := filepath.Glob(filepath.Join(p.folder, "state", "*.json"))
	if err != nil || len(receipts) != 1 {
		p.t.Fatalf("receipts %v, %v", receipts, err)
	}
	var receipt steps.Receipt
	data, err := os.ReadFile(receipts[0])
	if err == nil {
		err = json.Unmarshal(data, &receipt)
	}
	if err != nil || len(receipt.Left()) == 0 || !strings.Contains(string(data), `"interrupted"`) {
		p.t.Errorf("the receipt does not say that it was interrupted with something left (%v):\n%s", err, data)
	}
}

func TestASignalInAWaitEndsTheProgramInOrder(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, start{args: demo, background: dark})
			p.toTheWait()
			for range 2 { // a closed terminal's hang-up comes from the shell and from the kernel
				if err := p.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				if signal != syscall.SIGHUP {
					break
				}
			}
			p.ends(130)
			p.interrupted()
			if shell := p.shell(); !strings.Contains(shell, "The sandbox ends with this program") {
				t.Errorf("the shell does not say what is left:\n%s", shell)
			}
		})
	}
}

func TestAClosedTerminalEndsTheProgramInOrder(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"screens": demo, "lines": {"--plain", "--pace", "demo", "--yes"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, start{args: args, background: dark})
			if name == "screens" {
				p.toTheWait()
			} else {
				p.sees("waiting  for ")
			}
			if err := p.master.Close(); err != nil {
				t.Fatal(err)
			}
			<-p.exited
			if status := p.cmd.ProcessState.ExitCode(); status != 130 {
				t.Errorf("exit status %d", status)
			}
			p.interrupted()
		})
	}
}

// shellWithJobs runs the program as a shell with job control does: it comes to the
// front again with enter.
const shellWithJobs = `set -m; "$@"; echo the shell is here; read _; fg`

func TestSuspendedAndContinuedTheScreenIsWhole(t *testing.T) {
	t.Parallel()
	p := open(t, start{program: "/bin/sh", args: append([]string{"-c", shellWithJobs, "sh", program}, demo...), background: dark})
	p.toTheWait()
	p.press("ctrl+z")
	p.sees("the shell is here")
	p.press("enter")
	p.seesNo("the shell is here")
	p.sees("keyturn", "Step 1 of 6", "✔ Database", "enter next step")
	p.press("ctrl+c")
	p.answers("ctrl+c", "quit at once")
	p.ends(130)
}

func TestWithoutAShellNothingIsSuspended(t *testing.T) {
	t.Parallel()
	p := open(t, start{args: instant, background: dark})
	p.answers("ctrl+z", "Welcome")
	p.sees("there is no shell to go back to")
	p.press("ctrl+c")
	p.ends(130)
}
