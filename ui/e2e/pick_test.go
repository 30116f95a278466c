//go:build linux

package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
)

// openFull has a person at the first questions in an account with so many
// secrets and instances.
func openFull(t testing.TB, secrets, instances int) *session {
	t.Helper()
	served, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	served.Fill(secrets, instances)
	var env []string
	for _, line := range served.Environment() {
		if entry, ok := strings.CutPrefix(line, "export "); ok {
			env = append(env, entry)
		}
	}
	p := open(t, start{args: []string{"--aws"}, env: env, background: dark})
	p.answers("enter", "› An AWS account")
	p.answers("enter", "Which profile?")
	p.answers("enter", "Which region?")
	p.sees("this is not AWS itself")
	p.press("enter")
	p.answers("enter", "Before anything is made", "enter begin")
	p.answers("enter", "Press enter again to begin all the same") // so many instances leave no room for another
	p.answers("enter", "Step 1 of 6", "enter continue")
	p.sees("make a test database", "list those there are")
	return p
}

func TestPickFromAFullAccount(t *testing.T) {
	t.Parallel()
	p := openFull(t, 1_000, 500)
	p.press("right")
	p.sees("filled-00000", "500 of 500 DB instances")
	p.press("00253")
	p.sees("› filled-00253", "no: Its engine is postgres")
	p.sees("the rotation function of this tutorial is for MySQL")
	p.press("backspace", "4", "enter")
	p.sees("filled-00254", "Closed port")
	p.press("enter")
	p.sees("The database filled-00254 cannot be used", "not publicly accessible")
	p.press("ctrl+c")
	<-p.exited
}

// BenchmarkKeyInAFullAccount is the time from a key to the first byte that it
// causes while the pages of 100,000 secrets arrive, and when all that are kept
// are there, and what the program's memory grows by meanwhile. The bound is
// 50 ms.
func BenchmarkKeyInAFullAccount(b *testing.B) {
	p := openFull(b, 100_000, 5_000)
	p.press("right")
	p.sees("DB instances read so far")
	arriving := keysOf(p)
	p.sees("of 5000 DB instances")
	before := p.resident()
	var took []time.Duration
	for b.Loop() {
		took = append(took, keysOf(p)...)
	}
	report(b, "arriving-", arriving)
	report(b, "", took)
	b.ReportMetric(float64(p.resident()-before), "KiB-grown")
	b.ReportMetric(float64(before), "KiB-resident")
	p.press("ctrl+c")
	<-p.exited
}

// keysOf types and takes back some letters and times each.
func keysOf(p *session) []time.Duration {
	var took []time.Duration
	for _, key := range []string{"f", "i", "l", "backspace", "backspace", "backspace", "down", "up"} {
		p.mu.Lock()
		before := p.raw.Len()
		p.mu.Unlock()
		began := time.Now()
		p.press(key)
		p.until("answered", func(string) bool { return p.raw.Len() > before })
		took = append(took, time.Since(began))
	}
	return took
}

// resident is the program's memory in KiB.
func (p *session) resident() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			size, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				p.t.Fatal(err)
			}
			return size
		}
	}
	p.t.Fatal("no VmRSS")
	return 0
}
