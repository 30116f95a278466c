package steps

import (
	"context"
	"fmt"
)

// action is one changing call of a plan with the work around it: its waits and
// what it notes. A step's Check decides which actions there are, Plan lists
// their calls and Do carries out the same list, so that the plan is what runs.
type action struct {
	call PlannedCall
	do   func(ctx context.Context, r *Run) error
}

func act(service, operation, why string, do func(ctx context.Context, r *Run) error) action {
	return action{call: PlannedCall{Service: service, Operation: operation, Why: why}, do: do}
}

// then is work between the calls of a plan: a wait or a proof.
func then(do func(r *Run, ctx context.Context) error) action {
	return action{do: func(ctx context.Context, r *Run) error { return do(r, ctx) }}
}

// planned lists the calls of the actions that Check decided on for a step.
func (r *Run) planned(step StepID) []PlannedCall {
	calls := []PlannedCall{}
	for _, a := range r.State().actions[step] {
		if a.call != (PlannedCall{}) {
			calls = append(calls, a.call)
		}
	}
	return calls
}

// carryOut does the actions that Check decided on for a step, in order. They
// are good for one time: what is left after a failure, the next Check says.
func (r *Run) carryOut(ctx context.Context, step StepID) error {
	actions, decided := r.State().actions[step]
	if !decided {
		return fmt.Errorf("carry out %s: it was not prepared", step)
	}
	r.note(func(s *State) { delete(s.actions, step) })
	for _, a := range actions {
		if err := a.do(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// decide notes the actions of a step.
func (r *Run) decide(step StepID, actions []action) {
	r.note(func(s *State) { s.actions[step] = actions })
}
