package steps

// Phase is where the person stands within a step.
type Phase int

// The phases of a step: read → ask → review → run → done or failed.
const (
	Read Phase = iota
	Ask
	Review
	Running
	Done
	Failed
)

// Walkthrough is the state machine that both front ends drive: which step,
// which phase, which attempt. It is a plain value; its transitions return the
// next value and know no clock, disk, network or terminal. A transition that
// is not possible from here returns the value unchanged.
type Walkthrough struct {
	steps   []Step
	at      int
	phase   Phase
	done    []bool
	skipped []bool
	attempt int
}
