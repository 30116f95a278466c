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
	// reportEvery is the longest time between two Waiting events of a poll.
	reportEvery = 30 * time.Second
	// maxTransientErrors is how many transient errors in a row a poll tolerates.
	maxTransientErrors = 5
	// maxSilence is how long nobody may answer a poll: one look at a server that
	// accepts connections and says nothing takes a minute.
	maxSilence = 2 * time.Minute
	// firstIntervalDivisor is the part of the interval after which the second look
	// comes. From there the intervals double up to the full one, so that fast
	// operations finish early.
	firstIntervalDivisor = 8
)

// Polling describes how to poll something that AWS does in the background. Look
// returns its status and whether it is over.
type Polling struct {
	For      string // what is waited for: "the database to be available"
	Every    time.Duration
	Usual    time.Duration // what to tell the person; zero: unknown
	Deadline time.Duration
	Look     func(ctx context.Context) (status string, over bool, err error)
	// Quiet polls report nothing when the first Look is over: that is the usual
	// case.
	Quiet bool
}

// TimeoutError is a poll that reached its deadline. The operation goes on in the
// account.
type TimeoutError struct {
	What   string
	Status string
	After  time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s is %q after %s", e.What, e.Status, format.Elapsed(e.After.Round(time.Second)))
}

// Poll calls Look until it is over, and reports each change of status, and at
// least every 30 s. It returns a *TimeoutError at the deadline.
func (r *Run) Poll(ctx context.Context, p Polling) error {
	began := r.clock.Now()
	var last string
	var reported, silent time.Time // silent: since when nobody answers
	failed := 0
	interval := p.Every / firstIntervalDivisor
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

// RetryWhile retries a call while its error is of the kind, and returns that
// error after p's deadline. It sets p's Look and Quiet.
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

// isTransient reports whether nobody answered, so that the next poll may
// succeed. Throttling, failures of a service and broken connections have been
// retried by the client already, and are not retried here.
func isTransient(err error) bool {
	return errors.Is(err, ErrEndpointUnreachable) && !errors.Is(err, ErrConnectionBroken)
}

// Intervals are the poll intervals: the account's, or defaults that suit AWS.
func (r *Run) Intervals() Pace {
	p := r.account.Pace
	return Pace{
		Database: cmp.Or(p.Database, 10*time.Second),
		Stack:    cmp.Or(p.Stack, 5*time.Second),
		Rotation: cmp.Or(p.Rotation, 3*time.Second),
	}
}
