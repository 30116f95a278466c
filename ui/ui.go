// Package ui is the terminal front end of the walkthrough, in Bubble Tea. It
// draws and asks; package steps does the work. app is the only model; each
// screen is a plain struct in a file of its own, does no I/O, and knows no step
// by name.
package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"
	"github.com/mattn/go-runewidth"

	"keyturn/steps"
	"keyturn/steps/preflight"
	"keyturn/ui/signs"
)

// The themes of Options.Theme. With ThemeAuto the terminal is asked for its
// background, and one that does not answer counts as dark.
const (
	ThemeAuto  = "auto"
	ThemeDark  = "dark"
	ThemeLight = "light"
)

// Options is everything the terminal front end works with. ConfigurationReader, Open and
// NewRun are called after the first frame, in the background.
type Options struct {
	ReadConfiguration steps.ConfigurationReader // nothing to choose from if nil
	Open              steps.Opener
	NewRun            func(*steps.Account, steps.Setup, *steps.Relay) (*steps.Run, error)
	// Preflight finds out what a run would meet in an AWS account, before it begins;
	// nil does not look.
	Preflight func(context.Context, *steps.Account, *steps.Relay) (preflight.Report, error)
	Acts      []steps.Act // what there is to walk through
	Choice    steps.AccountChoice
	Setup     steps.Setup
	// Unfinished are the runs that the first screen offers to take up, and Resume
	// takes one up in its account. Resumed is the run to take up at once.
	Unfinished func() []steps.Receipt
	Resume     func(steps.Receipt, *steps.Account, *steps.Relay) (*steps.Run, error)
	Resumed    *steps.Receipt
	Theme      string
	// Keep stops after the verification: the clean-up is left out.
	Keep bool
	// CleanupCommand is what removes what a run left, as "keyturn cleanup RUN";
	// "" if there is no such command.
	CleanupCommand func(run string) string
	// ResumeCommand is what takes a run up again, as "keyturn resume RUN".
	ResumeCommand func(run string) string
	// Restore is the step that takes a secret back whose deletion is scheduled; the
	// last screen offers it. Nil offers nothing.
	Restore *steps.Step
	// ReceiptPath is where a run's receipt is kept; the summary names it.
	ReceiptPath func(run string) string
	// ScriptDir is where the script of the calls is saved.
	ScriptDir string

	In  io.Reader // os.Stdin if nil
	Out io.Writer // os.Stdout if nil
	Env []string  // os.Environ() if nil
	Now func() time.Time
}

// Status is how the program ended.
type Status int

// The ways in which it ends: 0, 1 and 130 as exit statuses.
const (
	Interrupted Status = iota
	Done
	Failed
)

// Result is what is left to say when the terminal is the shell's again.
type Result struct {
	Status  Status
	Run     string // "" if no account was opened
	Summary string // plain text, several lines; "" if nothing happened
}

// shutdownTimeout is how long the program waits at its end for a cancelled job,
// so that its receipt is written and its connections are closed.
const shutdownTimeout = 2 * time.Second

// Run shows the walkthrough until it is over or left. An error means that the
// terminal could not be used or that the program broke; the terminal is the
// shell's again in every case.
func Run(ctx context.Context, o Options) (Result, error) {
	go runewidth.RuneWidth('─') // builds the renderer's table of widths while the first frame is prepared
	o = o.withDefaults()
	a := newApp(ctx, o)
	defer a.cancel()
	if out, ok := o.Out.(term.File); ok {
		if width, height, err := term.GetSize(out.Fd()); err == nil {
			a.width, a.height = width, height
		}
	}
	_, err := tea.NewProgram(a,
		tea.WithContext(ctx),
		tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithEnvironment(o.Env),
		tea.WithFPS(120),                        // the first frame and each key wait for the next of these
		tea.WithColorProfile(colorprofile.ANSI), // the theme uses no other colours: nothing to detect
	).Run()
	a.close()
	a.result.Summary = a.summary().text()
	if a.ascii {
		a.result.Summary = signs.Plain(a.result.Summary)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, tea.ErrInterrupted) {
		return a.result, fmt.Errorf("terminal: %w", err)
	}
	return a.result, nil
}

func (o Options) withDefaults() Options {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ReadConfiguration == nil {
		o.ReadConfiguration = func(context.Context) (steps.Configuration, error) { return steps.Configuration{}, nil }
	}
	if o.ScriptDir == "" {
		o.ScriptDir = "."
	}
	return o
}

// coloured is false where NO_COLOR has any value (no-color.org). Bubble Tea
// reads a boolean there, and its renderer lets the colours of the content pass,
// so the theme itself has none.
func coloured(env []string) bool {
	return !slices.ContainsFunc(env, func(entry string) bool {
		name, value, _ := strings.Cut(entry, "=")
		return name == "NO_COLOR" && value != ""
	})
}

// close stops the work, waits a moment for it to let go, and closes the
// account.
func (a *app) close() {
	a.cancel()
	select {
	case a.busy <- struct{}{}:
	case <-time.After(shutdownTimeout):
	}
	for _, item := range a.feed.drain() {
		if e, ok := item.value.(steps.Event); ok {
			a.ledger.add(e, a.clock)
		}
		if o, ok := item.value.(accountOpenedMsg); ok {
			closeAccount(o.account)
		}
	}
	closeAccount(a.account)
}
