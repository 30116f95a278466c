package runs

import "keyturn/steps"

// ChooseForCleanup returns the run that a clean-up is for: the one named, or the newest
// that left something in an account, or else the newest of all.
func (s *Store) ChooseForCleanup(run string) (steps.Receipt, error) {
	if run != "" {
		return s.Load(run)
	}
	entries, _, err := s.List()
	if err != nil {
		return steps.Receipt{}, err
	}
	for _, e := range entries {
		if !e.Receipt.EndsWithProcess() && len(e.Receipt.Left()) > 0 {
			return e.Receipt, nil
		}
	}
	return s.Load("")
}
