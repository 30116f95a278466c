package steps

import "sync"

// Relay hands events to one listener, one at a time, and writes into each AWS
// call the step in which it was made: the clients that report calls do not
// know of steps. A front end makes it, gives its Emit to the Opener, and gives
// the relay itself to the Run.
type Relay struct {
	mu   sync.Mutex
	step StepID
	emit func(Event)
	log  func(Event)
	taps map[*func(Event)]bool
}

// NewRelay sends everything to emit, which must not call the relay again.
func NewRelay(emit func(Event)) *Relay { return &Relay{emit: emit} }

// Emit passes an event on. It may be called from several goroutines.
func (r *Relay) Emit(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch call := e.(type) {
	case CallStarted:
		call.Step = r.step
		e = call
	case CallDone:
		call.Step = r.step
		e = call
	case CallRetried:
		call.Step = r.step
		e = call
	}
	r.emit(e)
	if r.log != nil {
		r.log(e)
	}
	for tap := range r.taps {
		(*tap)(e)
	}
}

// Tap sends every event to hear too, until remove is called.
func (r *Relay) Tap(hear func(Event)) (remove func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taps == nil {
		r.taps = map[*func(Event)]bool{}
	}
	r.taps[&hear] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.taps, &hear)
	}
}

// Log sends every event from now on to log too, after the listener.
func (r *Relay) Log(log func(Event)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = log
}

// enter names the step to which the calls from now on belong.
func (r *Relay) enter(step StepID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step = step
}
