package steps

import "slices"

// Phase is where the person stands within a step.
type Phase int

// The phases of a step: read → ask → review → run → done or failed. A step
// without questions has no ask, one that only reads has no review.
const (
	Read Phase = iota
	Ask
	Review
	Running
	Done
	Failed
)

// String returns the word that a title bar shows.
func (p Phase) String() string {
	return [...]string{"read", "ask", "review", "running", "done", "failed"}[p]
}

// Walkthrough is the state machine that both front ends drive: which step,
// which phase, which attempt. It is a plain value; its transitions return the
// next value and know no clock, disk, network or terminal. A transition that
// is not possible from here returns the value unchanged.
type Walkthrough struct {
	acts     []Act
	steps    []Step // of all acts, in order
	at       int
	phase    Phase
	done     []bool
	skipped  []bool
	attempt  int
	finished bool
}

// NewWalkthrough stands before the first step of the first act. There must be
// at least one step.
func NewWalkthrough(acts ...Act) Walkthrough {
	w := Walkthrough{acts: slices.Clone(acts), steps: StepsOf(acts)}
	w.done, w.skipped = make([]bool, len(w.steps)), make([]bool, len(w.steps))
	return w
}

// ResumeAt stands where a run that had stopped goes on: behind the steps that
// ended as given, in order. Where the next step was begun, its questions are
// answered, and it stands at the review of what is left of it.
func (w Walkthrough) ResumeAt(ended []StepState, begun bool) Walkthrough {
	w.done, w.skipped = slices.Clone(w.done), slices.Clone(w.skipped)
	for i, state := range ended {
		w.done[i], w.skipped[i] = state == StepDone, state != StepDone
		w = w.advance()
	}
	if begun && !w.finished {
		w = w.newAttempt()
	}
	return w
}

// StepsOf returns the steps of acts, in order.
func StepsOf(acts []Act) []Step {
	var all []Step
	for _, act := range acts {
		all = append(all, act.Steps...)
	}
	return all
}

// Act returns the act of the current step.
func (w Walkthrough) Act() Act {
	at := w.at
	for _, act := range w.acts {
		if at < len(act.Steps) {
			return act
		}
		at -= len(act.Steps)
	}
	return Act{}
}

// Steps returns all steps in order.
func (w Walkthrough) Steps() []Step { return slices.Clone(w.steps) }

// Step returns the current step; the last one when the walkthrough is over.
func (w Walkthrough) Step() Step { return w.steps[w.at] }

// Index is the current step's place, from 0.
func (w Walkthrough) Index() int { return w.at }

// Phase returns where the person stands within the current step.
func (w Walkthrough) Phase() Phase { return w.phase }

// Attempt is a number that grows each time a review is entered, or a step that
// has none begins to run, and never shrinks, across all steps. Whoever prepares
// or runs a step in the background sends it along; a message with an older
// number is dropped.
func (w Walkthrough) Attempt() int { return w.attempt }

// Finished reports that the last step is done or skipped and left behind.
func (w Walkthrough) Finished() bool { return w.finished }

// StateOf is what the trail shows of step i: done, skipped, failed, started
// for the current one, and "" for one that is still to come.
func (w Walkthrough) StateOf(i int) StepState {
	switch {
	case w.done[i]:
		return StepDone
	case w.skipped[i]:
		return StepSkipped
	case i != w.at:
		return ""
	case w.phase == Failed:
		return StepFailed
	default:
		return StepStarted
	}
}

// Forward goes from read to ask, and from there to review; a step without
// questions goes from read to review. From review it takes Started. A step that
// only reads runs instead of being reviewed.
func (w Walkthrough) Forward() Walkthrough {
	switch {
	case w.phase == Read && w.asks():
		w.phase = Ask
	case w.phase == Read, w.phase == Ask:
		w = w.newAttempt()
	}
	return w
}

// Back goes one back within a step that has not run. From a failure it goes to
// the questions, so that another answer can be given, or where there are none
// to read. Nothing leads back into a step that is done or skipped.
func (w Walkthrough) Back() Walkthrough {
	switch {
	case w.phase == Ask:
		w.phase = Read
	case (w.phase == Review || w.phase == Failed) && w.asks():
		w.phase = Ask
	case w.phase == Review, w.phase == Failed:
		w.phase = Read
	}
	return w
}

// Started goes from review to running: the person has said yes to the plan.
func (w Walkthrough) Started() Walkthrough {
	if w.phase == Review {
		w.phase = Running
	}
	return w
}

// Succeeded ends a running step.
func (w Walkthrough) Succeeded() Walkthrough {
	if w.phase == Running {
		w.phase = Done
		w.done = slices.Clone(w.done)
		w.done[w.at] = true
	}
	return w
}

// Failed ends a running step, or a review whose look at the account failed.
func (w Walkthrough) Failed() Walkthrough {
	if w.phase == Running || w.phase == Review {
		w.phase = Failed
	}
	return w
}

// Retry goes from a failure to a new review, because what is left to do may
// have changed; whoever wants no second look adds Started. A step that only
// reads runs again.
func (w Walkthrough) Retry() Walkthrough {
	if w.phase == Failed {
		w = w.newAttempt()
	}
	return w
}

// Skip leaves the current step out and goes on to the next. A running step
// cannot be skipped, nor one that is done.
func (w Walkthrough) Skip() Walkthrough {
	if w.phase == Running || w.phase == Done || w.finished {
		return w
	}
	w.skipped = slices.Clone(w.skipped)
	w.skipped[w.at] = true
	return w.advance()
}

// NextStep goes on from a step that is done.
func (w Walkthrough) NextStep() Walkthrough {
	if w.phase != Done || w.finished {
		return w
	}
	return w.advance()
}

func (w Walkthrough) asks() bool { return len(w.Step().Questions) > 0 }

// newAttempt starts a new attempt: a review, or for a read-only step, the run.
func (w Walkthrough) newAttempt() Walkthrough {
	w.phase = Review
	if w.Step().ReadOnly {
		w.phase = Running
	}
	w.attempt++
	return w
}

func (w Walkthrough) advance() Walkthrough {
	if w.at == len(w.steps)-1 {
		w.phase = Done
		w.finished = true
		return w
	}
	w.at++
	w.phase = Read
	return w
}
