package runs

import (
	"io"
	"os"
	"time"

	"keyturn/steps"
)

// NewRunID makes up an id that no receipt here has, so that a new run never
// writes over an old one's.
func (s *Store) NewRunID(now time.Time, random io.Reader) (string, error) {
	for {
		id, err := steps.NewRunID(now, random)
		if err != nil {
			return "", err
		}
		// A folder that cannot be read shows when the receipt is written: most
		// commands need neither.
		if _, err := os.Stat(s.Path(id)); err != nil {
			return id, nil
		}
	}
}
