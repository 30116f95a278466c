//go:build !windows

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The figures that the program is held to, on two cores: the first frame in at
// most 1.7 times the time of a bare Bubble Tea program in the same run, a key
// answered within 20 ms (p95), less than 700 bytes a second while a spinner
// turns. Run them on a quiet machine:
//
//	go test ./ui/e2e -run '^$' -bench . -benchtime 40x

// BenchmarkFirstFrame is the time from starting the binary to its first frame,
// in a terminal that answers when it is asked for its colour and in one that
// never does. A bare program is started in turn with it; the ratio is of the
// medians.
func BenchmarkFirstFrame(b *testing.B) {
	for name, answer := range map[string]background{"answering": dark, "silent": silent} {
		b.Run(name, func(b *testing.B) {
			var took, bareTook []time.Duration
			for b.Loop() {
				took = append(took, firstFrame(b, start{background: answer}))
				bareTook = append(bareTook, firstFrame(b, start{background: answer, program: bare}))
			}
			report(b, "", took)
			report(b, "bare-", bareTook)
			b.ReportMetric(float64(at(took, 0.5))/float64(at(bareTook, 0.5)), "ratio")
		})
	}
}

func firstFrame(b *testing.B, s start) time.Duration {
	began := time.Now()
	p := open(b, s)
	p.sees("Welcome", "ctrl+c")
	took := time.Since(began)
	p.press("ctrl+c")
	<-p.exited
	return took
}

// BenchmarkKey is the time from a key to the first byte that it causes.
func BenchmarkKey(b *testing.B) {
	p := open(b, start{background: dark})
	p.sees("Welcome", "› Sandbox")
	var took []time.Duration
	for b.Loop() {
		for _, key := range []string{"down", "up"} {
			before := len(p.written())
			began := time.Now()
			p.press(key)
			p.until("answered", func(string) bool { return p.raw.Len() > before })
			took = append(took, time.Since(began))
			p.quiet()
		}
	}
	report(b, "", took)
}

// quiet waits until the program has written nothing for a few frames.
func (p *session) quiet() {
	for before := -1; before != len(p.written()); {
		before = len(p.written())
		time.Sleep(50 * time.Millisecond) // there is no event for "no more bytes"
	}
}

// window is how long bytes and processor time are counted.
const window = 5 * time.Second

// BenchmarkSpinner is the bytes a second while the program waits for a database
// at an AWS account's pace, and the processor time that this takes.
func BenchmarkSpinner(b *testing.B) {
	p := open(b, start{args: []string{"--pace", "real"}, background: dark})
	p.toTheWait()
	for b.Loop() {
		bytes, cpu := len(p.written()), p.processorTime()
		time.Sleep(window)
		b.ReportMetric(float64(len(p.written())-bytes)/window.Seconds(), "bytes/s")
		b.ReportMetric(float64(p.processorTime()-cpu)/float64(window)*100, "%core")
	}
}

// BenchmarkIdle is the processor time that the first screen takes at rest.
func BenchmarkIdle(b *testing.B) {
	p := open(b, start{background: dark})
	p.sees("Welcome")
	p.quiet()
	for b.Loop() {
		bytes, cpu := len(p.written()), p.processorTime()
		time.Sleep(window)
		b.ReportMetric(float64(len(p.written())-bytes)/window.Seconds(), "bytes/s")
		b.ReportMetric(float64(p.processorTime()-cpu)/float64(window)*100, "%core")
	}
}

// processorTime is what the program has used so far, from /proc; it is counted
// in hundredths of a second.
func (p *session) processorTime() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		p.t.Skipf("no /proc here: %v", err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	var ticks int
	for _, field := range fields[11:13] { // utime and stime, proc(5)
		n, err := strconv.Atoi(field)
		if err != nil {
			p.t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func report(b *testing.B, prefix string, took []time.Duration) {
	ms := func(share float64) float64 { return float64(at(took, share).Microseconds()) / 1000 }
	b.ReportMetric(ms(0.5), prefix+"p50-ms")
	b.ReportMetric(ms(0.95), prefix+"p95-ms")
}

// at returns the duration that a share of all does not exceed.
func at(took []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[int(share*float64(len(sorted)-1))]
}
