package runs

import (
	"time"

	"keyturn/steps"
)

// ChooseUnfinished returns the run to take up: the one named, or the newest that
// can be taken up, or else the newest of all.
func (s *Store) ChooseUnfinished(run string) (steps.Receipt, error) {
	return s.choose(run, steps.Receipt.Unfinished)
}

// Unfinished are the runs that can be taken up and on which nobody works now,
// the newest first.
func (s *Store) Unfinished() []steps.Receipt {
	entries, _, err := s.List()
	if err != nil {
		return nil // whoever needs a receipt meets the error
	}
	var unfinished []steps.Receipt
	for _, e := range entries {
		if e.Receipt.Unfinished() && !e.Active {
			unfinished = append(unfinished, e.Receipt)
		}
	}
	return unfinished
}

// ChooseForCleanup returns the run that a clean-up is for: the one named, or the newest
// that left something in an account, or else the newest of all.
func (s *Store) ChooseForCleanup(run string) (steps.Receipt, error) {
	return s.choose(run, func(r steps.Receipt) bool { return !r.EndsWithProcess() && len(r.Left()) > 0 })
}

// ChooseRestorable returns the run whose secret is to be restored: the one named,
// or the newest of which that is possible at a time, or else the newest of all.
func (s *Store) ChooseRestorable(run string, now time.Time) (steps.Receipt, error) {
	return s.choose(run, func(r steps.Receipt) bool {
		_, err := r.Restorable(now)
		return !r.EndsWithProcess() && err == nil
	})
}

func (s *Store) choose(run string, wanted func(steps.Receipt) bool) (steps.Receipt, error) {
	if run != "" {
		return s.Load(run)
	}
	entries, _, err := s.List()
	if err != nil {
		return steps.Receipt{}, err
	}
	for _, e := range entries {
		if wanted(e.Receipt) {
			return e.Receipt, nil
		}
	}
	return s.Load("")
}
