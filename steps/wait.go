package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps/format"
)

// reportEvery is the longest silence of a wait.
const reportEvery = 30 * time.Second

// looksThatMayFail is how many looks in a row a network that is briefly away
// may spoil before a wait gives up.
const looksThatMayFail = 5

// firstLooks is how much sooner than usual the second look comes; from there
// the pauses double. What is quick is not waited for, and what is slow is not
// asked about all the time.
const firstLooks = 8

// wait is something AWS does on its own. look returns where it stands and
// whether it is over. An attempt is a call that is most often good the first
// time: then there was nothing to wait for and nothing is reported.
type wait struct {
	what     string
	attempt  bool
	every    time.Duration // between two looks, once the first ones were quicker
	usual    time.Duration // what to tell the person; zero: unknown
	deadline time.Duration
	look     func(ctx context.Context) (status string, over bool, err error)
}

// TimeoutError is a wait that was given up. What was waited for goes on in the
// account.
type TimeoutError struct {
	What   string
	Status string
	After  time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s is %q after %s", e.What, e.Status, format.Elapsed(e.After))
}

// await looks until it is over, reporting each change of status, and at least
// every 30 s.
func (r *Run) await(ctx context.Context, w wait) error {
	began := r.clock.Now()
	var last string
	var reported time.Time
	failed := 0
	pause := w.every / firstLooks
	for {
		status, over, err := w.look(ctx)
		now := r.clock.Now()
		switch {
		case err == nil:
			failed = 0
		case passing(err) && failed < looksThatMayFail:
			failed++
			status = last
		default:
			return err
		}
		if over && w.attempt && reported.IsZero() {
			return nil
		}
		if reported.IsZero() || status != last || now.Sub(reported)+w.every > reportEvery {
			r.emit(Waiting{Step: r.step, For: w.what, Status: status, Elapsed: now.Sub(began), Usual: w.usual})
			reported, last = now, status
		}
		if over {
			return nil
		}
		if now.Sub(began) >= w.deadline {
			return &TimeoutError{What: w.what, Status: status, After: now.Sub(began)}
		}
		if err := r.clock.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("wait for %s: %w", w.what, err)
		}
		pause = min(2*pause, w.every)
	}
}

// insist makes a call again for as long as it is refused with kind, and fails
// with that refusal where it lasts past w's deadline. It sets w's look.
func (r *Run) insist(ctx context.Context, w wait, kind error, call func(context.Context) error) error {
	var refusal error
	w.attempt = true
	w.look = func(ctx context.Context) (string, bool, error) {
		err := call(ctx)
		if errors.Is(err, kind) {
			refusal = err
			return "not yet", false, nil
		}
		return "done", err == nil, err
	}
	err := r.await(ctx, w)
	if _, timedOut := errors.AsType[*TimeoutError](err); timedOut && refusal != nil {
		return refusal
	}
	return err
}

// passing reports an error that another look may not meet.
func passing(err error) bool {
	return errors.Is(err, ErrThrottled) || errors.Is(err, ErrEndpointUnreachable) || errors.Is(err, ErrServiceFailing)
}

// The intervals of an account that names none: AWS's.
const (
	lookAtDatabase = 10 * time.Second
	lookAtStack    = 5 * time.Second
	lookAtRotation = 3 * time.Second
)

func (r *Run) pace() Pace {
	p := r.account.Pace
	if p.Database <= 0 {
		p.Database = lookAtDatabase
	}
	if p.Stack <= 0 {
		p.Stack = lookAtStack
	}
	if p.Rotation <= 0 {
		p.Rotation = lookAtRotation
	}
	return p
}
