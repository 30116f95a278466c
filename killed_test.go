package main

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keyturn/steps"
)

// killEvery and disturbEvery are how many calls lie between two at which a run
// is killed or disturbed; 1 tries them all, which takes many minutes.
var (
	killEvery    = flag.Int("kill-every", 40, "kill a run at every n-th call")
	disturbEvery = flag.Int("disturb-every", 110, "disturb a run at every n-th call")
)

// networks are the flags of a run in each kind of network.
var networks = map[string][]string{
	"public":  {"--aws"},
	"private": {"--aws", "--network", "private", "--my-cidr", "203.0.113.7/32", "--rotation-function-from", "transform"},
}

// A run that is killed at any of its calls is taken up, comes to its end with
// every check passed, and has made nothing twice and left nothing.
func TestAKilledRunIsTakenUpToItsEnd(t *testing.T) {
	t.Parallel()
	for name, flags := range networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, checks := undisturbed(t, flags)
			every := *killEvery
			if testing.Short() {
				every = calls / 3
			}
			for i, how := range []trouble{killedBefore, killedUnknowing, killedAfter} {
				for at := 1 + i*every/3; at <= calls; at += every {
					d := disturbance{trouble: how, at: at}
					t.Run(d.String(), func(t *testing.T) {
						t.Parallel()
						a := newVictim(t)
						if status := a.keyturn(t, d, flags...); status != -1 {
							t.Logf("it came to its end before it could be killed: %d", status)
						}
						a.isTakenUp(t, checks)
					})
				}
			}
		})
	}
}

// A run whose calls are disturbed ends all the same: it gets over the trouble,
// or says what is wrong and is taken up when the trouble is over.
func TestADisturbedRunEndsAndIsTakenUp(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes most of a minute")
	}
	t.Parallel()
	for name, flags := range networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, checks := undisturbed(t, flags)
			every := *disturbEvery
			troubles := []trouble{cutBefore, cutUnknowing, truncated, delayed, broken, garbled}
			for i := range 2 * len(troubles) {
				for at := 1 + i*every/(2*len(troubles)); at <= calls; at += every {
					d := disturbance{trouble: troubles[i/2], at: at, forGood: i%2 == 1}
					t.Run(d.String(), func(t *testing.T) {
						t.Parallel()
						a := newVictim(t)
						switch status := a.keyturn(t, d, flags...); {
						case status != 0 && status != 1:
							t.Errorf("it ends with %d", status)
						case status == 1 && !strings.HasPrefix(a.said, "keyturn: "):
							t.Errorf("it says nothing of what is wrong: %q", a.said)
						}
						a.isTakenUp(t, checks)
					})
				}
			}
		})
	}
}

// undisturbed are the calls of a run that nothing disturbs, and its checks.
func undisturbed(t *testing.T, flags []string) (calls int, checks []string) {
	t.Helper()
	a := newVictim(t)
	if status := a.keyturn(t, disturbance{}, flags...); status != 0 {
		t.Fatalf("an undisturbed run ends with %d", status)
	}
	calls, checks = a.calls, slices.Sorted(maps.Keys(a.checks))
	t.Logf("%d calls, %d checks", calls, len(checks))
	return calls, checks
}

// isTakenUp takes up a run that came to no end, and wants one: every check
// proved, nothing made twice and nothing left.
func (a *victim) isTakenUp(t *testing.T, checks []string) {
	t.Helper()
	receipts, _ := filepath.Glob(filepath.Join(a.folder, "runs", "*.json"))
	if len(receipts) == 0 {
		if left := a.leftOver(t); len(left) > 0 {
			t.Errorf("no receipt, but there is %v", left)
		}
		return // it had not begun
	}
	switch receipt := readReceipt(t, receipts[0]); {
	case !receipt.Unfinished() && a.status != 0:
		checks = nil // it failed before it made anything, or after it removed everything
	case receipt.Unfinished():
		if status := a.keyturn(t, disturbance{}, "resume"); status != 0 {
			t.Errorf("it is taken up and ends with %d", status)
		}
	}
	for _, name := range checks {
		if !a.checks[name] {
			t.Errorf("%s was not proved", name)
		}
	}
	if doubled := a.doubled(); len(doubled) > 0 {
		t.Errorf("made twice: %v", doubled)
	}
	if left := a.leftOver(t); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func readReceipt(t *testing.T, path string) (receipt steps.Receipt) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err := errors.Join(err, json.Unmarshal(data, &receipt)); err != nil {
		t.Fatal(err)
	}
	return receipt
}
