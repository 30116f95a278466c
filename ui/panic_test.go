//go:build !windows

package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"keyturn/steps"
)

// TestRunAfterAPanic lets the work in the background panic and looks at the
// terminal afterwards.
func TestRunAfterAPanic(t *testing.T) {
	t.Parallel()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = master.Close() }()
	if err := pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(slave.Fd())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var written bytes.Buffer
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		buf := make([]byte, 4096)
		pressed := false
		for {
			n, err := master.Read(buf)
			mu.Lock()
			written.Write(buf[:n])
			ready := strings.Contains(written.String(), "choose")
			mu.Unlock()
			if ready && !pressed {
				pressed = true
				_, _ = io.WriteString(master, "\r")
			}
			if err != nil {
				return
			}
		}
	}()
	_, err = Run(t.Context(), Options{
		In: slave, Out: slave, Env: []string{"TERM=xterm-256color"}, Setup: steps.Defaults(testRun),
		Choice: steps.AccountChoice{Kind: steps.Sandbox},
		Open: func(context.Context, steps.AccountChoice, func(steps.Event)) (*steps.Account, error) {
			panic("the sandbox broke")
		},
	})
	if !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("error %v", err)
	}
	after, err := term.GetState(slave.Fd())
	if err != nil {
		t.Fatal(err)
	}
	if *after != *before {
		t.Errorf("the terminal's settings changed: %v, before %v", *after, *before)
	}
	_ = slave.Close() // ends the reader when it has read everything
	<-drained
	for on, off := range map[string]string{"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[?2004h": "\x1b[?2004l"} {
		if strings.LastIndex(written.String(), on) > strings.LastIndex(written.String(), off) {
			t.Errorf("%q was not undone", on)
		}
	}
}
