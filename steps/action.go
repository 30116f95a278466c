package steps

import (
	"context"
	"fmt"
)

// Action is one changing call of a plan with the work around it: waits and
// receipt updates. A step's Check returns the actions; the plan lists their
// calls, and Run.Execute does the same actions, so that the plan is what runs. An
// action without a call is work between calls: a wait or a proof.
type Action struct {
	Call PlannedCall
	Do   func(ctx context.Context, r *Run) error
}

// plannedCalls lists the calls of actions.
func plannedCalls(actions []Action) []PlannedCall {
	calls := []PlannedCall{}
	for _, a := range actions {
		if a.Call != (PlannedCall{}) {
			calls = append(calls, a.Call)
		}
	}
	return calls
}

// runActions does the actions that Check returned for a step, in order. They
// run once: after a failure, the next Check returns what is left.
func (r *Run) runActions(ctx context.Context, step StepID) error {
	actions, decided := r.actions[step]
	if !decided {
		return fmt.Errorf("carry out %s: it was not prepared", step)
	}
	delete(r.actions, step)
	for _, a := range actions {
		if err := a.Do(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
