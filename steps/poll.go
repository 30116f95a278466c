package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps/format"
)

const (
	// reportEvery is the longest silence of a poll.
	reportEvery = 30 * time.Second
	// maxTransientErrors is how many looks in a row a network that is briefly
	// away may spoil before a poll gives up.
	maxTransientErrors = 5
	// maxSilence is how long nobody may answer a poll: one look at a server that
	// accepts connections and says nothing takes a minute.
	maxSilence = 2 * time.Minute
	// firstInterval is the part of the interval after which the second look
	// comes. From there the intervals double up to the full one, so that fast
	// operations finish early.
	firstInterval = 8
)

// Polling is something AWS does on its own, and how to follow it. Look returns
// where it stands and whether it is over.
type Polling struct {
	For      string // what is waited for: "the database to be available"
	Every    time.Duration
	Usual    time.Duration // what to tell the person; zero: unknown
	Deadline time.Duration
	Look     func(ctx context.Context) (status string, over bool, err error)
	// Quiet polls report nothing when the first look is over: Look is a call
	// that is most often good at once.
	Quiet bool
}

// TimeoutError is a poll that was given up. What was waited for goes on in the
// account.
type TimeoutError struct {
	What   string
	Status string
	After  time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s is %q after %s", e.What, e.Status, format.Elapsed(e.After.Round(time.Second)))
}

// Poll looks until it is over, reporting each change of status, and at least
// every 30 s. It gives up with a *TimeoutError at the deadline.
func (r *Run) Poll(ctx context.Context, p Polling) error {
	began := r.clock.Now()
	var last string
	var reported, silent time.Time // silent: since when nobody answers
	failed := 0
	interval := p.Every / firstInterval
	for {
		if failed == 0 {
			silent = r.clock.Now()
		}
		status, over, err := p.Look(ctx)
		now := r.clock.Now()
		switch {
		case err == nil:
			failed = 0
		case isTransient(err) && failed < maxTransientErrors && now.Sub(silent) < maxSilence:
			failed++
			status = last
		default:
			return err
		}
		if over && p.Quiet && reported.IsZero() {
			return nil
		}
		if reported.IsZero() || status != last || now.Sub(reported)+p.Every > reportEvery {
			r.Report(Waiting{Step: r.step.ID, For: p.For, Status: status, Elapsed: now.Sub(began), Usual: p.Usual})
			reported, last = now, status
		}
		if over {
			return nil
		}
		if now.Sub(began) >= p.Deadline {
			return &TimeoutError{What: p.For, Status: status, After: now.Sub(began)}
		}
		if err := r.clock.Sleep(ctx, interval); err != nil {
			return fmt.Errorf("wait for %s: %w", p.For, err)
		}
		interval = min(2*interval, p.Every)
	}
}

// RetryWhile makes a call again for as long as it is refused with kind, and
// fails with that refusal where it lasts past p's deadline. It sets p's Look.
func (r *Run) RetryWhile(ctx context.Context, p Polling, kind error, call func(context.Context) error) error {
	var refusal error
	p.Quiet = true
	p.Look = func(ctx context.Context) (string, bool, error) {
		err := call(ctx)
		if errors.Is(err, kind) {
			refusal = err
			return "not yet", false, nil
		}
		return "done", err == nil, err
	}
	err := r.Poll(ctx, p)
	if _, timedOut := errors.AsType[*TimeoutError](err); timedOut && refusal != nil {
		return refusal
	}
	return err
}

// isTransient reports an error that another look may not meet: nobody answered.
// A service that throttles or fails, or a connection that breaks, has been given
// the client's own attempts by then, and gets no more of them here.
func isTransient(err error) bool {
	return errors.Is(err, ErrEndpointUnreachable) && !errors.Is(err, ErrConnectionBroken)
}

// Intervals are how often to look at what is slow: the account's, or AWS's
// where it names none.
func (r *Run) Intervals() Pace {
	p := r.account.Pace
	return Pace{
		Database: cmp.Or(p.Database, 10*time.Second),
		Stack:    cmp.Or(p.Stack, 5*time.Second),
		Rotation: cmp.Or(p.Rotation, 3*time.Second),
	}
}
