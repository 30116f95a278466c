package steps

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
)

// RunOptions is everything a run works with. Profile and Setup go into the
// receipt; NewToken makes the tokens that let AWS know a repeated call again
// (random UUIDs if nil).
type RunOptions struct {
	ID       string
	Account  *Account
	Profile  string
	Setup    Setup
	Clock    Clock
	Ledger   Ledger
	Relay    *Relay
	NewToken func() string
}

// Run carries steps out in one account, reports what happens as events, and
// keeps the receipt. Its methods that do work are called one at a time; State,
// Setup and Receipt may be read meanwhile.
type Run struct {
	id       string
	account  *Account
	clock    Clock
	ledger   Ledger
	relay    *Relay
	newToken func() string

	mu      sync.Mutex
	setup   Setup
	state   State
	receipt Receipt

	opened  time.Time
	step    StepID                   // the step that works now
	started map[StepID]bool          // StepChanged started has been sent
	worked  map[StepID]time.Duration // without the person's thinking
}

// NewRun makes a run that has done nothing yet.
func NewRun(o RunOptions) *Run {
	now := o.Clock.Now()
	return newRun(o, Receipt{
		Run:       o.ID,
		Account:   o.Account.Kind,
		AccountID: o.Account.ID,
		Region:    o.Account.Region,
		Profile:   o.Profile,
		Endpoint:  o.Account.Endpoint,
		Opened:    now,
		Updated:   now,
		Setup:     o.Setup.withoutSecrets(),
		Steps:     []StepOutcome{},
		Resources: []ResourceRecord{},
	})
}

// ResumeRun takes a run up from its receipt: to clean up after it, or to carry
// on. What the receipt only intended is looked up by the steps' Check. ID,
// Profile and Setup of the options are not used: the receipt has them.
func ResumeRun(receipt Receipt, o RunOptions) *Run {
	receipt.Finished = time.Time{}
	o.Setup = receipt.Setup
	return newRun(o, receipt)
}

func newRun(o RunOptions, receipt Receipt) *Run {
	if o.NewToken == nil {
		o.NewToken = uuid.NewString
	}
	return &Run{
		id: receipt.Run, account: o.Account, clock: o.Clock, ledger: o.Ledger, relay: o.Relay, newToken: o.NewToken,
		setup: o.Setup, state: newState(), receipt: receipt, opened: o.Clock.Now(),
		started: map[StepID]bool{}, worked: map[StepID]time.Duration{},
	}
}

// Open writes the first receipt and reports the run.
func (r *Run) Open() error {
	if err := r.keep(func(receipt Receipt) Receipt { return receipt }); err != nil {
		return err
	}
	receipt := r.Receipt()
	r.emit(RunOpened{Run: receipt.Run, Account: receipt.Account, AccountID: receipt.AccountID, Region: receipt.Region})
	return nil
}

// ID is the run's name.
func (r *Run) ID() string { return r.id }

// Account is the account that the run works in.
func (r *Run) Account() *Account { return r.account }

// Setup returns the answers so far.
func (r *Run) Setup() Setup {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.setup
}

// Answer takes the person's answers for the steps that follow.
func (r *Run) Answer(s Setup) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.setup = s
	r.receipt.Setup = s.withoutSecrets()
}

// State returns what the run knows now.
func (r *Run) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.clone()
}

// Receipt returns the receipt as it is now.
func (r *Run) Receipt() Receipt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.receipt
}

// Prepare looks at the account for a step and returns the calls that Carry
// will make. It changes nothing. A failure is returned as a *StepError, or as
// the context's error if that ended.
func (r *Run) Prepare(ctx context.Context, s Step) ([]PlannedCall, error) {
	began := r.enter(s.ID())
	err := s.Check(ctx, r)
	r.worked[s.ID()] += r.clock.Now().Sub(began)
	if err != nil {
		return nil, r.fail(ctx, s.ID(), err)
	}
	calls := s.Plan(r)
	r.emit(Planned{Step: s.ID(), Calls: calls})
	return calls, nil
}

// Carry does what Prepare planned and proves the result. A failure is returned
// as a *StepError, or as the context's error if that ended.
func (r *Run) Carry(ctx context.Context, s Step) error {
	began := r.enter(s.ID())
	r.note(func(st *State) { delete(st.Checks, s.ID()) })
	err := s.Do(ctx, r)
	r.worked[s.ID()] += r.clock.Now().Sub(began)
	if err == nil {
		err = r.outcome(s.ID(), StepDone, "")
	}
	if err != nil {
		return r.fail(ctx, s.ID(), err)
	}
	r.end(s.ID(), StepDone)
	return nil
}

// Skip leaves a step out. Skipping the clean-up keeps everything.
func (r *Run) Skip(s Step) error {
	r.step = s.ID()
	if s.ID() == StepCleanup {
		if err := r.keep(Receipt.KeepAll); err != nil {
			return err
		}
		for _, left := range r.Receipt().Left() {
			r.emit(ResourceChanged{Step: s.ID(), Action: ResourceKept, Kind: left.Kind, ID: left.ID})
		}
	}
	if err := r.outcome(s.ID(), StepSkipped, ""); err != nil {
		return err
	}
	r.end(s.ID(), StepSkipped)
	return nil
}

// Apply carries out a remedy that the person chose. It fails as Carry does.
func (r *Run) Apply(ctx context.Context, remedy Remedy) error {
	if err := remedy.Apply(ctx, r); err != nil {
		return r.fail(ctx, r.step, err)
	}
	return nil
}

// Finish closes the receipt and returns the run's last event, which it has
// sent. An error means that the receipt could not be saved.
func (r *Run) Finish(ok bool) (Finished, error) {
	now := r.clock.Now()
	err := r.keep(func(receipt Receipt) Receipt {
		receipt.Finished = now
		return receipt
	})
	receipt := r.Receipt()
	f := Finished{OK: ok, Elapsed: now.Sub(r.opened), Left: receipt.Left()}
	r.emit(f)
	return f, err
}
