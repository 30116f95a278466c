package steps

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrReceiptNotSaved stops a run: what cannot be recorded is not made.
var ErrReceiptNotSaved = errors.New("receipt not saved")

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

func (r *Run) emit(e Event) { r.relay.Emit(e) }

// enter makes a step the current one and reports its start once.
func (r *Run) enter(step StepID) time.Time {
	r.step = step
	r.relay.enter(step)
	if !r.started[step] {
		r.started[step] = true
		r.worked[step] = 0
		r.emit(StepChanged{Step: step, State: StepStarted})
	}
	return r.clock.Now()
}

func (r *Run) end(step StepID, state StepState) {
	r.started[step] = false
	r.emit(StepChanged{Step: step, State: state, Elapsed: r.worked[step]})
}

// fail reports why a step stopped. A context that ended is no failure of the
// step's and gets no diagnosis.
func (r *Run) fail(ctx context.Context, step StepID, err error) error {
	if ctx.Err() != nil {
		_ = r.outcome(step, StepFailed, "interrupted")
		r.end(step, StepFailed)
		return fmt.Errorf("%s: %w", step, context.Cause(ctx))
	}
	diagnosis := r.diagnose(ctx, err)
	_ = r.outcome(step, StepFailed, diagnosis.ID)
	r.emit(Diagnosed{Step: step, Diagnosis: diagnosis})
	r.end(step, StepFailed)
	return &StepError{Step: step, Diagnosis: diagnosis, Err: err}
}

// note changes what the run knows.
func (r *Run) note(change func(*State)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = r.state.clone()
	change(&r.state)
}

// keep changes the receipt and saves it.
func (r *Run) keep(change func(Receipt) Receipt) error {
	r.mu.Lock()
	r.receipt = change(r.receipt)
	r.receipt.Updated = r.clock.Now()
	receipt := r.receipt
	r.mu.Unlock()
	if err := r.ledger.Save(receipt); err != nil {
		return fmt.Errorf("%w: %w", ErrReceiptNotSaved, err)
	}
	return nil
}

func (r *Run) outcome(step StepID, state StepState, diagnosis string) error {
	o := StepOutcome{Step: step, State: state, At: r.clock.Now(), ElapsedMS: r.worked[step].Milliseconds(), Diagnosis: diagnosis}
	return r.keep(func(receipt Receipt) Receipt { return receipt.WithOutcome(o) })
}

// make records the intent, makes the resource, and records what AWS calls it.
// A call that was refused made nothing and leaves no intent; after any other
// error the resource may exist, and the intent stays.
func (r *Run) make(kind, name string, create func() (id string, err error)) error {
	intend := func(receipt Receipt) Receipt { return receipt.Intend(r.step, kind, name, r.clock.Now()) }
	if err := r.keep(intend); err != nil {
		return err
	}
	id, err := create()
	if refused(err) {
		return errors.Join(err, r.abandon(kind, name))
	}
	if err != nil {
		return err
	}
	return r.made(kind, name, id)
}

// made records what AWS calls a resource that was intended, once.
func (r *Run) made(kind, name, id string) error {
	if rec, ok := r.Receipt().Record(kind, name); ok && !rec.Made.IsZero() {
		return nil
	}
	err := r.keep(func(receipt Receipt) Receipt {
		now := r.clock.Now()
		return receipt.Intend(r.step, kind, name, now).Made(kind, name, id, now)
	})
	if err != nil {
		return err
	}
	r.emit(ResourceChanged{Step: r.step, Action: ResourceCreated, Kind: kind, ID: id})
	return nil
}

// removed records that a resource is gone; a secret can still be restored
// until a time.
func (r *Run) removed(kind, name string, until time.Time) error {
	rec, ok := r.Receipt().Record(kind, name)
	if !ok {
		return nil
	}
	err := r.keep(func(receipt Receipt) Receipt { return receipt.Removed(kind, name, r.clock.Now(), until) })
	if err == nil && !rec.Made.IsZero() {
		r.emit(ResourceChanged{Step: r.step, Action: ResourceDeleted, Kind: kind, ID: rec.ID})
	}
	return err
}

// removedAll records that every resource of a kind is gone.
func (r *Run) removedAll(kind string) error {
	for _, rec := range r.Receipt().Existing(kind) {
		if err := r.removed(kind, rec.Name, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// abandon forgets a resource that turned out to be somebody else's.
func (r *Run) abandon(kind, name string) error {
	return r.keep(func(receipt Receipt) Receipt { return receipt.Abandon(kind, name) })
}

// token returns the receipt's token of a name, or a new one that the receipt
// has before anything is done with it.
func (r *Run) token(name string) (string, error) {
	if token := r.Receipt().Tokens[name]; token != "" {
		return token, nil
	}
	token := r.newToken()
	return token, r.remember(name, token)
}

func (r *Run) remember(name, token string) error {
	return r.keep(func(receipt Receipt) Receipt { return receipt.WithToken(name, token) })
}

// prove reports a check. A check that is not passed is an error.
func (r *Run) prove(name string, ok bool, detail string) error {
	check := Check{Name: name, OK: ok, Detail: detail}
	r.note(func(s *State) {
		s.Checks[r.step] = append(s.Checks[r.step][:len(s.Checks[r.step]):len(s.Checks[r.step])], check)
	})
	r.emit(Checked{Step: r.step, Check: check})
	if !ok {
		return &CheckError{Check: check}
	}
	return nil
}

// CheckError is a proof that did not succeed.
type CheckError struct{ Check Check }

func (e *CheckError) Error() string { return e.Check.Name + ": " + e.Check.Detail }

// refused reports that a service answered and made nothing. That something of
// the name exists is no refusal as long as it may be the run's own, made by a
// call whose answer was lost: then a *TakenError says that it is not.
func refused(err error) bool {
	if _, taken := errors.AsType[*TakenError](err); taken {
		return true
	}
	for _, kind := range []error{
		ErrAccessDenied, ErrNoCredentials, ErrCredentialsExpired,
		ErrCredentialsRefused, ErrNoRegion, ErrUnknownOperation, ErrThrottled, ErrInvalidInput, ErrInvalidState,
		ErrQuotaExceeded, ErrNoCapacity, ErrNoDefaultNetwork, ErrCapabilitiesRequired,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
