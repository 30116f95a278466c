package steps

import (
	"context"
	"fmt"
)

// Action is one changing call of a plan with the work around it: its waits and
// what it notes. A step's Check decides which actions there are; the plan lists
// their calls, and Run.Carry does the same list, so that the plan is what runs.
// An action without a call is work between the calls: a wait or a proof.
type Action struct {
	Call PlannedCall
	Do   func(ctx context.Context, r *Run) error
}

// planned lists the calls of actions.
func planned(actions []Action) []PlannedCall {
	calls := []PlannedCall{}
	for _, a := range actions {
		if a.Call != (PlannedCall{}) {
			calls = append(calls, a.Call)
		}
	}
	return calls
}

// carryOut does the actions that Check decided on for a step, in order. They
// are good for one time: what is left after a failure, the next Check says.
func (r *Run) carryOut(ctx context.Context, step StepID) error {
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
