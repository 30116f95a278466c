package steps

import (
	"context"
	"reflect"
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

// Run executes steps in one account, reports what happens as events, and keeps
// the receipt. A front end drives it with Introduce, Open, Prepare, Execute,
// Apply, Skip and Finish, one at a time; what a step may do with it is in
// verbs.go. Setup, Receipt and Recall are safe to call at the same time.
type Run struct {
	id       string
	account  *Account
	clock    Clock
	ledger   Ledger
	relay    *Relay
	newToken func() string

	mu      sync.Mutex
	setup   Setup
	memory  map[reflect.Type]any // by the type of what is known
	receipt Receipt
	stopped time.Time // when a run that is taken up was at work last; zero for a new one

	opened  time.Time
	step    Step                     // the current step
	actions map[StepID][]Action      // decided by Check, not yet carried out
	started map[StepID]bool          // StepChanged started has been sent
	elapsed map[StepID]time.Duration // without the person's thinking
}

// NewRun makes a run that has done nothing yet.
func NewRun(o RunOptions) *Run {
	now := o.Clock.Now()
	return newRun(o, Receipt{
		Version:   ReceiptVersion,
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

// ResumeRun continues a run from its receipt, to finish it or to clean up. The
// steps' Check looks up what the receipt only intended. ID, Profile and Setup of
// the options are ignored: the receipt has them.
func ResumeRun(receipt Receipt, o RunOptions) *Run {
	receipt.Version, receipt.Finished = ReceiptVersion, time.Time{}
	o.Setup = receipt.Setup
	receipt.Setup = receipt.Setup.withoutSecrets()
	r := newRun(o, receipt)
	r.stopped = receipt.Updated
	return r
}

func newRun(o RunOptions, receipt Receipt) *Run {
	if o.NewToken == nil {
		o.NewToken = uuid.NewString
	}
	return &Run{
		id: receipt.Run, account: o.Account, clock: o.Clock, ledger: o.Ledger, relay: o.Relay, newToken: o.NewToken,
		setup: o.Setup, receipt: receipt, opened: o.Clock.Now(),
		memory: map[reflect.Type]any{}, actions: map[StepID][]Action{}, started: map[StepID]bool{}, elapsed: map[StepID]time.Duration{},
	}
}

// Introduce reports which run this is and in whose account it works. A run that
// preflight stops before it opens reports it too.
func (r *Run) Introduce() {
	r.Report(RunIntroduced{
		Run: r.id, Account: r.account.Kind, AccountID: r.account.ID, Alias: r.account.Alias, Region: r.account.Region,
		Caller: r.account.Caller, Endpoint: r.account.Endpoint, Resumed: !r.stopped.IsZero(),
	})
}

// Open starts the run: it writes the first receipt.
func (r *Run) Open() error {
	return r.updateReceipt(func(receipt Receipt) Receipt { return receipt })
}

// ID is the run's name.
func (r *Run) ID() string { return r.id }

// Setup returns the answers so far.
func (r *Run) Setup() Setup {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.setup
}

// Answer stores the person's answers for the steps that follow.
func (r *Run) Answer(s Setup) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.setup = s
	r.receipt.Setup = s.withoutSecrets()
}

// Receipt returns the receipt as it is now.
func (r *Run) Receipt() Receipt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.receipt
}

// Prepare checks the account for a step and returns the calls that Execute will
// make. It changes nothing. A failure is returned as a *StepError, or as the
// context's error if that ended.
func (r *Run) Prepare(ctx context.Context, s Step) ([]PlannedCall, error) {
	began := r.enter(s)
	actions, err := s.Check(ctx, r)
	r.elapsed[s.ID] += r.clock.Now().Sub(began)
	if err != nil {
		return nil, r.fail(ctx, s, err)
	}
	r.actions[s.ID] = actions
	calls := plannedCalls(actions)
	r.Report(Planned{Step: s.ID, Calls: calls})
	return calls, nil
}

// Execute does what Prepare planned and proves the result. A failure is
// returned as a *StepError, or as the context's error if that ended.
func (r *Run) Execute(ctx context.Context, s Step) error {
	began := r.enter(s)
	err := r.recordOutcome(s.ID, StepStarted, "")
	if err == nil {
		err = r.runActions(ctx, s.ID)
	}
	r.elapsed[s.ID] += r.clock.Now().Sub(began)
	if err == nil {
		err = r.recordOutcome(s.ID, StepDone, "")
	}
	if err != nil {
		return r.fail(ctx, s, err)
	}
	r.end(s.ID, StepDone)
	return nil
}

// Skip skips a step. Skipping the step that removes resources keeps them.
func (r *Run) Skip(s Step) error {
	r.step = s
	if s.Removes {
		if err := r.updateReceipt(Receipt.WithAllKept); err != nil {
			return err
		}
		for _, left := range r.Receipt().Left() {
			r.Report(ResourceChanged{Step: s.ID, Action: ResourceKept, Kind: left.Kind, ID: left.ID})
		}
		r.ReportUsed()
	}
	if err := r.recordOutcome(s.ID, StepSkipped, ""); err != nil {
		return err
	}
	r.end(s.ID, StepSkipped)
	return nil
}

// Apply runs a remedy that the person chose. It fails as Execute does.
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
	err := r.updateReceipt(func(receipt Receipt) Receipt {
		receipt.Finished = now
		return receipt
	})
	receipt := r.Receipt()
	f := Finished{OK: ok, Elapsed: now.Sub(r.opened), Left: receipt.Left(), Cost: receipt.CostSoFar(now)}
	r.Report(f)
	return f, err
}
