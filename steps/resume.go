package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps/format"
)

// ErrNothingToResume means that a run went through its last step.
var ErrNothingToResume = errors.New("the run is over: there is nothing to take up")

// Resume looks at the account for what a run that had stopped has done already,
// and returns the walkthrough where it goes on. A step that was done counts as
// done only if its Check finds nothing left to do, so that what was removed
// meanwhile is seen. Once a step that removes has begun, nothing before it is
// looked at: what is gone was to go. Resume changes nothing, and reports RunResumed.
func (r *Run) Resume(ctx context.Context, w Walkthrough) (Walkthrough, RunResumed, error) {
	receipt, all := r.Receipt(), w.Steps()
	ended, missing := r.removalBegun(all), false
	if ended == nil {
		var err error
		if ended, missing, err = r.endedSteps(ctx, all); err != nil {
			return w, RunResumed{}, err
		}
	}
	if len(ended) == len(all) {
		return w, RunResumed{}, ErrNothingToResume
	}
	next := all[len(ended)]
	begun := receipt.Outcome(next.ID).State
	w = w.ResumeAt(ended, !next.ReadOnly && begun != "" && begun != StepSkipped)
	t := RunResumed{Stopped: stoppedAt(receipt, all, r.Now().Sub(r.stopped)), There: r.there(), Next: goesOn(w, missing)}
	r.Report(t)
	return w, t, nil
}

// endedSteps returns how the steps ended that the run can leave behind. missing
// says that what the next one did is no longer there.
func (r *Run) endedSteps(ctx context.Context, all []Step) (ended []StepState, missing bool, err error) {
	receipt := r.Receipt()
	for _, s := range all {
		state := receipt.Outcome(s.ID).State
		if s.Removes || state != StepDone && state != StepSkipped {
			break
		}
		if state == StepDone && !s.ReadOnly {
			if stands, err := r.stands(ctx, s); !stands || err != nil {
				return ended, true, err
			}
		}
		ended = append(ended, state)
	}
	return ended, false, nil
}

// removalBegun returns how the steps ended before the one that removes, if that
// has begun: those that had not ended are left out.
func (r *Run) removalBegun(all []Step) []StepState {
	receipt := r.Receipt()
	for i, s := range all {
		state := receipt.Outcome(s.ID).State
		if !s.Removes || state == "" || state == StepSkipped {
			continue
		}
		ended := make([]StepState, 0, len(all))
		for _, before := range all[:i] {
			was := receipt.Outcome(before.ID).State
			if was != StepDone {
				was = StepSkipped
			}
			ended = append(ended, was)
		}
		if state == StepDone && len(receipt.Left()) == 0 {
			ended = append(ended, StepDone)
		}
		return ended
	}
	return nil
}

// stands reports whether what a step did is there still. What keeps it from
// being looked at comes up again when the step is prepared.
func (r *Run) stands(ctx context.Context, s Step) (bool, error) {
	r.step = s
	actions, err := s.Check(ctx, r)
	if ctx.Err() != nil {
		return false, fmt.Errorf("take up the run: %w", context.Cause(ctx))
	}
	return err == nil && len(plannedCalls(actions)) == 0, nil
}

// stoppedAt says where and when the run stopped.
func stoppedAt(receipt Receipt, all []Step, since time.Duration) string {
	ago := format.Elapsed(since.Round(time.Second)) + " ago"
	for i, s := range all {
		o := receipt.Outcome(s.ID)
		if o.State == StepDone || o.State == StepSkipped {
			continue
		}
		where := fmt.Sprintf("step %d of %d, %s", i+1, len(all), s.Title)
		switch {
		case o.State == "":
			return fmt.Sprintf("Run %s stopped before %s, %s.", receipt.Run, where, ago)
		case o.Diagnosis != "" && o.Diagnosis != interrupted:
			return fmt.Sprintf("Run %s failed in %s, %s.", receipt.Run, where, ago)
		}
		return fmt.Sprintf("Run %s stopped in %s, %s.", receipt.Run, where, ago)
	}
	return fmt.Sprintf("Run %s kept what it made, %s.", receipt.Run, ago)
}

// there says what the run has in the account.
func (r *Run) there() string {
	receipt := r.Receipt()
	var kinds []string
	for _, left := range receipt.Left() {
		kinds = append(kinds, left.Kind)
	}
	var used []string
	for _, u := range receipt.Used {
		used = append(used, KindName(u.Kind)+" "+u.Name)
	}
	text := "It has made nothing in the account yet"
	if len(kinds) > 0 {
		text = "In the account there is of it: " + KindNames(kinds)
	}
	if len(used) > 0 {
		text += "; it uses " + strings.Join(used, ", ")
	}
	return text + "."
}

// goesOn says where the walkthrough stands.
func goesOn(w Walkthrough, missing bool) string {
	where := fmt.Sprintf("step %d, %s", w.Index()+1, w.Step().Title)
	switch {
	case missing:
		return fmt.Sprintf("Not all that was done is there as it was: it goes on with %s.", where)
	case w.Phase() == Review:
		return fmt.Sprintf("It goes on with what is left of %s.", where)
	}
	return fmt.Sprintf("It goes on with %s.", where)
}
