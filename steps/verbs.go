package steps

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// This page, with Poll and RetryWhile in poll.go and Recall and Remember in
// memory.go, is what a step may do with a run.

// ErrReceiptNotSaved stops a run: what cannot be recorded is not made.
var ErrReceiptNotSaved = errors.New("receipt not saved")

// Services returns the account's clients.
func (r *Run) Services() Services { return r.account.Services }

// Now returns the time by the run's clock.
func (r *Run) Now() time.Time { return r.clock.Now() }

// Report sends an event to the front end.
func (r *Run) Report(e Event) { r.relay.Emit(e) }

// Step returns the id of the current step.
func (r *Run) Step() StepID { return r.step.ID }

// Tags returns the tags of every resource of the run.
func (r *Run) Tags() []Tag { return []Tag{{Key: TagRun, Value: r.ID()}} }

// Owns reports whether tags say that this run made a resource.
func (r *Run) Owns(tags []Tag) bool { return Owner(tags) == r.ID() }

// Create records the intent, calls create, and records the identifier that it
// returns. A call that was rejected made nothing and leaves no intent; after
// any other error the resource may exist, and the intent stays.
func (r *Run) Create(kind, name string, create func() (id string, err error)) error {
	if err := r.Intend(kind, name); err != nil {
		return err
	}
	id, err := create()
	if isRejected(err) {
		return errors.Join(err, r.Forget(kind, name))
	}
	if err != nil {
		return err
	}
	return r.RecordCreated(kind, name, id)
}

// Intend records a resource that is about to be made, or that AWS is about to
// make.
func (r *Run) Intend(kind, name string) error {
	return r.updateReceipt(func(receipt Receipt) Receipt { return receipt.WithIntent(r.step.ID, kind, name, r.clock.Now()) })
}

// RecordCreated records what AWS calls a resource of the run and reports it,
// once.
func (r *Run) RecordCreated(kind, name, id string) error {
	if rec, ok := r.Receipt().Record(kind, name); ok && !rec.CreatedAt.IsZero() {
		return nil
	}
	err := r.updateReceipt(func(receipt Receipt) Receipt {
		now := r.clock.Now()
		return receipt.WithIntent(r.step.ID, kind, name, now).WithCreated(kind, name, id, now)
	})
	if err != nil {
		return err
	}
	r.Report(ResourceChanged{Step: r.step.ID, Action: ResourceCreated, Kind: kind, ID: id})
	return nil
}

// RecordRemoved records that a resource is gone and reports it. A secret can
// still be restored until a time, which is zero for the rest.
func (r *Run) RecordRemoved(kind, name string, until time.Time) error {
	rec, ok := r.Receipt().Record(kind, name)
	if !ok {
		return nil
	}
	err := r.updateReceipt(func(receipt Receipt) Receipt { return receipt.WithRemoved(kind, name, r.clock.Now(), until) })
	if err == nil && !rec.CreatedAt.IsZero() {
		r.Report(ResourceChanged{Step: r.step.ID, Action: ResourceDeleted, Kind: kind, ID: rec.ID})
	}
	return err
}

// RecordAllRemoved records that every resource of a kind is gone.
func (r *Run) RecordAllRemoved(kind string) error {
	for _, rec := range r.Receipt().Existing(kind) {
		if err := r.RecordRemoved(kind, rec.Name, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// Forget drops an intent that made nothing, or whose resource turned out to be
// somebody else's.
func (r *Run) Forget(kind, name string) error {
	return r.updateReceipt(func(receipt Receipt) Receipt { return receipt.WithoutIntent(kind, name) })
}

// NewToken returns a new idempotency token.
func (r *Run) NewToken() string { return r.newToken() }

// Token returns the receipt's idempotency token of a name, or a new one that is
// saved in the receipt before it is returned.
func (r *Run) Token(name string) (string, error) {
	if token := r.Receipt().Tokens[name]; token != "" {
		return token, nil
	}
	token := r.newToken()
	return token, r.SetToken(name, token)
}

// SetToken saves a token, or another identifier that a later call needs, in the
// receipt.
func (r *Run) SetToken(name, token string) error {
	return r.updateReceipt(func(receipt Receipt) Receipt { return receipt.WithToken(name, token) })
}

// DropTokens removes tokens from the receipt: what they stand for is gone.
func (r *Run) DropTokens(names ...string) error {
	return r.updateReceipt(func(receipt Receipt) Receipt {
		for _, name := range names {
			receipt = receipt.WithoutToken(name)
		}
		return receipt
	})
}

// Prove reports a check with its evidence. A check that did not pass is a
// *CheckError.
func (r *Run) Prove(name string, ok bool, detail string) error {
	check := Check{Name: name, OK: ok, Detail: detail}
	r.Report(Checked{Step: r.step.ID, Check: check})
	if !ok {
		return &CheckError{Check: check}
	}
	return nil
}

// CheckError is a check that did not pass.
type CheckError struct{ Check Check }

func (e *CheckError) Error() string { return e.Check.Name + ": " + e.Check.Detail }

// updateReceipt changes the receipt and saves it.
func (r *Run) updateReceipt(change func(Receipt) Receipt) error {
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

// isRejected reports whether a service answered and created nothing. "Already
// exists" alone is not a rejection: an earlier call of this run whose answer was
// lost may have created the resource. A *NameTakenError says that somebody
// else did. A service that failed may have created something first.
func isRejected(err error) bool {
	if _, taken := errors.AsType[*NameTakenError](err); taken {
		return true
	}
	if errors.Is(err, ErrServiceFailing) {
		return false
	}
	return slices.ContainsFunc([]error{
		ErrAccessDenied, ErrNoCredentials, ErrCredentialsExpired,
		ErrCredentialsRefused, ErrClockWrong, ErrNoRegion, ErrUnknownOperation, ErrThrottled, ErrInvalidInput, ErrInvalidState,
		ErrQuotaExceeded, ErrNoCapacity, ErrNoDefaultNetwork, ErrCapabilitiesRequired, ErrEndpointConflict,
	}, func(kind error) bool { return errors.Is(err, kind) })
}
