package runs

import "keyturn/steps"

// Choose returns the run that a clean-up is for: the one named, or the newest
// that left something in an account, or else the newest of all.
func (s *Store) Choose(run string) (steps.Receipt, error) {
	if run != "" {
		return s.Load(run)
	}
	entries, _, err := s.List()
	if err != nil {
		return steps.Receipt{}, err
	}
	for _, e := range entries {
		if !e.Receipt.Vanishes() && len(e.Receipt.Left()) > 0 {
			return e.Receipt, nil
		}
	}
	return s.Load("")
}
