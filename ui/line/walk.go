package line

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
	"keyturn/ui/signs"
)

// Options is what the line mode needs of the program around it.
type Options struct {
	In       io.Reader
	Out, Err io.Writer
	JSON     bool
	Attended bool // someone answers prompts
	Keep     bool
	Acts     []steps.Act // what there is to do
	// ShowCommands prints the AWS CLI line of each call as it is made, also
	// where someone answers prompts; otherwise that person asks for them.
	ShowCommands bool
	Env          []string // os.Environ() if nil; it says which signs can be shown
	// Choice is the account to work in, Open opens it, and Start makes the run in
	// it. ReadConfiguration is not nil where the person may be asked for what
	// Choice leaves open of an AWS account.
	Choice            steps.AccountChoice
	ReadConfiguration steps.ConfigurationReader
	Open              steps.Opener
	Start             func(account *steps.Account, relay *steps.Relay) (*steps.Run, error)
	// Preflight finds out, in an AWS account, what a run would meet; nil does not look.
	Preflight PreflightFunc
	// Resume goes on where the run that Start returns had stopped.
	Resume bool
	// Left is what a resumed run had left before.
	Left []steps.Resource
}

// Walk goes through the acts. Its errors have been printed already: a
// *steps.StepError, ErrStopped, the context's error, or that output was lost.
func Walk(ctx context.Context, o Options) error {
	out := o.keepOutput()
	err := o.walk(ctx)
	if lost := out.writeError(); err == nil && lost != nil {
		o.say("keyturn: %v\nThe run itself is done. Make room, or write to another place.", lost)
		return lost
	}
	return err
}

// keepOutput makes Out remember its write errors, and has text for a person
// written in signs that the terminal can draw.
func (o *Options) keepOutput() *output {
	out := &output{w: o.Out}
	o.Out = out
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if signs.ASCII(o.Env) {
		o.Err = signs.Writer(o.Err)
		if !o.JSON {
			o.Out = signs.Writer(o.Out)
		}
	}
	return out
}

func (o Options) walk(ctx context.Context) error {
	show, commands := o.renderer()
	relay := steps.NewRelay(show)
	var hears atomic.Pointer[steps.Relay] // whoever the account's calls are told
	hears.Store(relay)
	began := time.Now()
	var prompter *Prompter
	if o.Attended {
		prompter = NewPrompter(o.In, o.Out)
		prompter.commands = commands
	}
	account, err := o.openAccount(ctx, steps.NewRelay(func(e steps.Event) { hears.Load().Emit(e) }), prompter)
	if err != nil {
		return o.notOpened(ctx, relay, err, time.Since(began))
	}
	run, err := o.Start(account, relay)
	if err != nil {
		return o.notOpened(ctx, relay, err, time.Since(began))
	}
	run.Introduce()
	looking := relay
	if !o.JSON && !o.ShowCommands { // forty lines of calls that change nothing drown what they found out
		looking = steps.NewRelay(func(e steps.Event) {
			if _, again := e.(steps.CallRetried); again {
				relay.Emit(e)
			}
		})
		hears.Store(looking)
	}
	err = o.preflight(ctx, account, looking, prompter)
	hears.Store(relay)
	if err != nil {
		if errors.Is(err, ErrStopped) || errors.Is(err, ErrPreflightFailed) {
			o.explainPreflight(err)
			return err
		}
		return o.notOpened(ctx, relay, err, time.Since(began))
	}
	if err := run.Open(); err != nil {
		return o.notOpened(ctx, relay, err, time.Since(began))
	}
	flow := steps.NewWalkthrough(o.Acts...)
	if o.Resume {
		if flow, _, err = run.Resume(ctx, flow); err != nil {
			return o.notOpened(ctx, relay, err, time.Since(began))
		}
	}
	session := Session{Run: run, Keep: o.Keep, Ask: prompter}
	walked := session.Walk(ctx, flow)
	_, err = run.Finish(walked == nil)
	if err = errors.Join(walked, err); err != nil {
		o.tell(run, err)
	} else if !o.JSON {
		_, _ = fmt.Fprint(o.Out, howToRestore(run.Receipt(), time.Now()))
	}
	return err
}

// renderer returns the function that prints events. commands returns the AWS CLI
// lines that it did not print, and is nil where it prints all.
func (o Options) renderer() (show func(steps.Event), commands func() []string) {
	if o.JSON {
		return NewJSON(o.Out, time.Now).Event, nil
	}
	text := NewText(o.Out, steps.StepsOf(o.Acts), o.Attended)
	if !o.Attended || o.ShowCommands {
		return text.Event, nil
	}
	text.quiet = true
	return text.Event, text.Commands
}

// notOpened prints why no run could begin. Nothing was changed.
func (o Options) notOpened(ctx context.Context, relay *steps.Relay, err error, took time.Duration) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	d := steps.Diagnose(err)
	if o.JSON {
		if ctx.Err() == nil {
			relay.Emit(steps.Diagnosed{Diagnosis: d})
		}
		relay.Emit(steps.Finished{Elapsed: took, Left: o.Left})
	}
	if ctx.Err() != nil {
		o.say("keyturn: interrupted\nThe run had not begun: nothing was changed.")
		return err
	}
	o.say("keyturn: %s: %s\n%s", d.What, d.Why, d.Fix)
	return err
}

// tell prints what happened and why, and last what to do about what is left.
func (o Options) tell(run *steps.Run, err error) {
	var failure *steps.StepError
	switch {
	case errors.As(err, &failure):
		o.say("keyturn: %s: %s\n%s", failure.Diagnosis.What, failure.Diagnosis.Why, failure.Diagnosis.Fix)
	case errors.Is(err, ErrStopped):
		o.say("keyturn: stopped, as you asked")
	case errors.Is(err, context.Canceled):
		o.say("keyturn: interrupted")
	default:
		o.say("keyturn: %v", err)
	}
	o.say("%s", WhatNow(run.Receipt()))
}

// WhatNow is the one line that ends a run which did not come to its end: how
// to go on with it, and how to remove what it made.
func WhatNow(r steps.Receipt) string {
	left := len(r.Left())
	switch {
	case left == 0:
		return "Nothing of this run is left in the account."
	case r.EndsWithProcess():
		return "The sandbox has ended with this program, and everything in it: nothing is left to clean up."
	}
	return fmt.Sprintf("What it made is in the receipt. To go on: keyturn resume %s. To remove it: keyturn cleanup %s", r.Run, r.Run)
}

// howToRestore says until when a secret can be taken back and how, "" where there
// is none.
func howToRestore(r steps.Receipt, now time.Time) string {
	rec, err := r.Restorable(now)
	if err != nil || r.EndsWithProcess() {
		return ""
	}
	return fmt.Sprintf("To take the secret %s back before it is deleted on %s: keyturn cleanup --restore-secret %s\n", rec.Name, format.Day(rec.RestorableUntil), r.Run)
}

func (o Options) say(format string, args ...any) { _, _ = fmt.Fprintf(o.Err, format+"\n", args...) }

// NothingLeft ends a clean-up before it begins: there is nothing to do.
func NothingLeft(w io.Writer, r steps.Receipt, asJSON bool) error {
	if !asJSON {
		_, err := fmt.Fprintf(w, "Run %s: %s\n", r.Run, WhatNow(r))
		return err
	}
	events := &output{w: w}
	show := NewJSON(events, time.Now).Event
	show(steps.RunIntroduced{Run: r.Run, Account: r.Account, AccountID: r.AccountID, Region: r.Region})
	show(steps.Finished{OK: true})
	return events.writeError()
}
