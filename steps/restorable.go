package steps

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"keyturn/steps/format"
)

// NotRestorableError is a run without a secret that can be restored. Why is a
// sentence.
type NotRestorableError struct{ Run, Why string }

func (e *NotRestorableError) Error() string {
	return fmt.Sprintf("the secret of run %s cannot be restored: %s", e.Run, e.Why)
}

func notRestorable(e *NotRestorableError) Diagnosis {
	return Diagnosis{
		ID: "secret-not-restorable", What: fmt.Sprintf("The secret of run %s cannot be restored", e.Run), Why: e.Why,
		Fix: "Nothing was changed. keyturn runs lists what each run left.",
	}
}

// Restorable returns the newest secret of the run whose deletion is scheduled, or
// a *NotRestorableError that says why there is none.
func (r Receipt) Restorable(now time.Time) (ResourceRecord, error) {
	if len(r.Existing(KindSecret)) > 0 {
		return ResourceRecord{}, &NotRestorableError{r.Run, "It exists, and its deletion is not scheduled."}
	}
	why := "The run has no secret whose deletion is scheduled."
	for _, rec := range slices.Backward(r.Resources) {
		if rec.Kind != KindSecret || rec.RestorableUntil.IsZero() {
			continue
		}
		if rec.RestorableUntil.After(now) {
			return rec, nil
		}
		why = fmt.Sprintf("The waiting period of %s ended on %s: Secrets Manager has deleted it for good.", rec.Name, format.Day(rec.RestorableUntil))
		break
	}
	return ResourceRecord{}, &NotRestorableError{r.Run, why}
}

// WithRestoring records that a scheduled deletion is about to be taken back: from
// then on the resource may exist.
func (r Receipt) WithRestoring(kind, name string, at time.Time) Receipt {
	for i, rec := range slices.Backward(r.Resources) {
		if rec.Kind == kind && rec.Name == name && !rec.RestorableUntil.IsZero() {
			r.Resources = slices.Clone(r.Resources)
			rec.IntendedAt, rec.CreatedAt, rec.RemovedAt, rec.RestorableUntil, rec.Kept = at, time.Time{}, time.Time{}, time.Time{}, false
			r.Resources[i] = rec
			return r
		}
	}
	return r
}

// Restore records that a scheduled deletion is about to be taken back, calls
// restore, and records that the resource exists again. A call that was rejected
// leaves the deletion scheduled until then.
func (r *Run) Restore(rec ResourceRecord, restore func() error) error {
	err := r.updateReceipt(func(receipt Receipt) Receipt { return receipt.WithRestoring(rec.Kind, rec.Name, r.clock.Now()) })
	if err != nil {
		return err
	}
	if err := restore(); err != nil {
		if isRejected(err) {
			return errors.Join(err, r.RecordRemoved(rec.Kind, rec.Name, rec.RestorableUntil))
		}
		return err
	}
	return r.RecordCreated(rec.Kind, rec.Name, rec.ID)
}
