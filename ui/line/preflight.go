package line

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
	"keyturn/steps/preflight"
)

// ErrPreflightFailed is returned when nobody was there to ask and the run would surely
// fail. It had not begun.
var ErrPreflightFailed = errors.New("the run would fail, as far as can be seen")

// errNotReady is returned by Check when something is denied or in the way; the
// report has told what.
var errNotReady = errors.New("not everything is as a run needs it")

// PreflightFunc finds out about an opened account what a run would meet.
type PreflightFunc func(ctx context.Context, account *steps.Account, relay *steps.Relay) (preflight.Report, error)

// Check opens the account, looks, and tells what was found. It returns an error
// unless a run could begin: nothing is denied, nothing in the way.
func Check(ctx context.Context, o Options) error {
	out := o.keepOutput()
	began := time.Now()
	relay := steps.NewRelay(func(steps.Event) {})
	account, err := o.openForCheck(ctx, relay)
	if err != nil {
		return o.notOpened(ctx, o.newRelay(), err, time.Since(began))
	}
	report, err := o.Preflight(ctx, account, relay)
	if err != nil {
		return o.notOpened(ctx, o.newRelay(), err, time.Since(began))
	}
	if o.JSON {
		j := NewJSON(o.Out, time.Now)
		j.Event(steps.RunIntroduced{
			Account: account.Kind, AccountID: account.ID, Alias: account.Alias, Region: account.Region, Caller: account.Caller, Endpoint: account.Endpoint,
		})
		j.writeReport(report)
		j.Event(steps.Finished{OK: report.OK(), Elapsed: time.Since(began)})
	} else {
		WriteReport(o.Out, report)
	}
	if lost := out.writeError(); lost != nil {
		o.say("keyturn: %v", lost)
		return lost
	}
	if !report.OK() {
		return errNotReady
	}
	return nil
}

// PrintPolicy opens the account, to know whose it is, and writes the least
// policy for a path there.
func PrintPolicy(ctx context.Context, o Options, path preflight.Options) error {
	out := o.keepOutput()
	relay := steps.NewRelay(func(steps.Event) {})
	account, err := o.openForCheck(ctx, relay)
	if err != nil {
		return o.notOpened(ctx, relay, err, 0)
	}
	path.Account, path.Relay = account, relay
	policy, err := preflight.Policy(ctx, path)
	if err == nil {
		_, _ = o.Out.Write(policy)
		err = out.writeError()
	}
	if err != nil {
		o.say("keyturn: the policy could not be written: %v", err)
	}
	return err
}

// openForCheck opens the account; what has to be asked for that, an MFA code, is
// asked beside the output, which may be a file.
func (o Options) openForCheck(ctx context.Context, relay *steps.Relay) (*steps.Account, error) {
	var ask *Prompter
	if o.Attended {
		ask = NewPrompter(o.In, o.Err)
	}
	return o.openAccount(ctx, relay, ask)
}

func (o Options) newRelay() *steps.Relay {
	show, _ := o.renderer()
	return steps.NewRelay(show)
}

// preflight looks before the run begins. Somebody who is there decides; else only
// what would surely fail stops the run, for which the answer is an error now or
// an error after a database was made.
func (o Options) preflight(ctx context.Context, account *steps.Account, relay *steps.Relay, ask *Prompter) error {
	if o.Preflight == nil || account.Kind != steps.AWS {
		return nil
	}
	began := time.Now()
	report, err := o.Preflight(ctx, account, relay)
	if err != nil {
		return err
	}
	switch {
	case o.JSON:
		NewJSON(o.Out, time.Now).writeReport(report)
	case report.OK() && len(report.WithVerdict(preflight.Unknown)) == 0:
		_, _ = fmt.Fprintf(o.Out, "%s allowed, nothing is denied, and nothing is in the way.\n", format.Count(len(report.Findings), "action"))
	default:
		writeFindings(o.Out, report)
	}
	switch {
	case ask == nil && report.WillFail():
		if o.JSON {
			relay.Emit(steps.Finished{Elapsed: time.Since(began), Left: o.Left})
		}
		return ErrPreflightFailed
	case report.OK():
		return nil
	case ask == nil:
		if !o.JSON {
			_, _ = fmt.Fprintln(o.Out, "Nobody is here to ask, and a simulation is no proof: the run begins.")
		}
		return nil
	}
	answer, err := ask.chooseKey(ctx, "Enter to stop here, y to begin all the same", "y")
	if err == nil && answer != "y" {
		err = ErrStopped
	}
	return err
}

// explainPreflight says why the run did not begin; what it would have met is told.
func (o Options) explainPreflight(err error) {
	switch {
	case errors.Is(err, ErrStopped):
		o.say("keyturn: stopped, as you asked\nThe run had not begun: nothing was changed.")
	case errors.Is(err, ErrPreflightFailed):
		o.say("keyturn: the run did not begin: %v\nNothing was changed. What to do about it stands above; keyturn check looks again.", err)
	}
}

// WriteReport writes who and where, then what a look found there.
func WriteReport(w io.Writer, r preflight.Report) {
	_, _ = fmt.Fprintf(w, "Account %s, region %s.\nYou are %s.\n", r.Account, r.Region, r.Caller)
	if r.Endpoint != "" {
		_, _ = fmt.Fprintf(w, "Endpoint %s (not AWS's own).\n", r.Endpoint)
	}
	writeFindings(w, r)
}

// writeFindings writes what is denied, what is in the way, what is unknown, and
// how many actions are allowed.
func writeFindings(w io.Writer, r preflight.Report) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	denied, unknown := r.WithVerdict(preflight.Denied), r.WithVerdict(preflight.Unknown)
	if len(denied) > 0 {
		say("\nDenied, %s:", format.Count(len(denied), "action"))
		writeReasons(say, denied)
		say("  To do: %s", preflight.Advice)
	}
	if len(r.Obstacles) > 0 {
		say("\nIn the way, %s:", format.Count(len(r.Obstacles), "thing"))
		for _, d := range r.Obstacles {
			say("  %s", d.What)
			say("    Why: %s", d.Why)
			say("    To do: %s", d.Fix)
		}
	}
	if len(unknown) > 0 {
		say("\nUnknown, %s, which stops nothing:", format.Count(len(unknown), "action"))
		writeReasons(say, unknown)
	}
	say("\nAllowed: %s.", format.Count(len(r.WithVerdict(preflight.Allowed)), "action"))
	switch {
	case r.OK():
		say("Nothing is denied, and nothing is in the way. Nothing was changed.")
	case r.WillFail():
		say("A run would fail. Nothing was changed.")
	default:
		say("A run may fail. Nothing was changed.")
	}
}

func writeReasons(say func(string, ...any), findings []preflight.Finding) {
	for _, reason := range preflight.GroupByReason(findings) {
		say("  %s", strings.Join(reason.Actions, ", "))
		say("    Why: %s", reason)
	}
}

type preflightObject struct {
	stamp
	Action  string            `json:"action"`
	Verdict preflight.Verdict `json:"verdict"`
	Why     string            `json:"why"`
}

// writeReport writes one object an action, and a diagnosis for each thing in the way.
func (j *JSON) writeReport(r preflight.Report) {
	for _, f := range r.Findings {
		j.write(preflightObject{j.stamp("preflight", ""), f.Action, f.Verdict, f.Why})
	}
	for _, d := range r.Obstacles {
		j.write(diagnosisObject{j.stamp("diagnosis", ""), d.ID, d.What, d.Why, d.Fix})
	}
}
