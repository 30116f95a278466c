package steps

import (
	"context"
	"fmt"
	"time"
)

// StepError is a step's failure together with its diagnosis.
type StepError struct {
	Step      StepID
	Diagnosis Diagnosis
	Err       error
}

// Error is the diagnosis in one line: what happened and why.
func (e *StepError) Error() string { return e.Diagnosis.What + ": " + e.Diagnosis.Why }

// Unwrap returns the error that was diagnosed.
func (e *StepError) Unwrap() error { return e.Err }

// enter makes a step the current one and reports its start once.
func (r *Run) enter(s Step) time.Time {
	r.step = s
	r.relay.enter(s.ID)
	if !r.started[s.ID] {
		r.started[s.ID] = true
		r.elapsed[s.ID] = 0
		r.Report(StepChanged{Step: s.ID, State: StepStarted})
	}
	return r.clock.Now()
}

func (r *Run) end(step StepID, state StepState) {
	r.started[step] = false
	r.Report(StepChanged{Step: step, State: state, Elapsed: r.elapsed[step]})
}

// interrupted stands in a receipt in place of a diagnosis.
const interrupted = "interrupted"

// fail reports why a step stopped. A cancelled context is not a failure of the
// step and gets no diagnosis.
func (r *Run) fail(ctx context.Context, s Step, err error) error {
	if ctx.Err() != nil {
		_ = r.recordOutcome(s.ID, StepFailed, interrupted)
		r.end(s.ID, StepFailed)
		return fmt.Errorf("%s: %w", s.ID, context.Cause(ctx))
	}
	d := explain(failure{err: err, caller: r.account.Caller, endpoint: r.account.Endpoint, region: r.account.Region})
	if s.Investigate != nil {
		s.Investigate(ctx, r, &d)
	}
	_ = r.recordOutcome(s.ID, StepFailed, d.ID)
	r.Report(Diagnosed{Step: s.ID, Diagnosis: d})
	r.end(s.ID, StepFailed)
	return &StepError{Step: s.ID, Diagnosis: d, Err: err}
}

func (r *Run) recordOutcome(step StepID, state StepState, diagnosis string) error {
	o := StepOutcome{Step: step, State: state, At: r.clock.Now(), ElapsedMS: r.elapsed[step].Milliseconds(), Diagnosis: diagnosis}
	return r.updateReceipt(func(receipt Receipt) Receipt { return receipt.WithOutcome(o) })
}
