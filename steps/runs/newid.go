package runs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
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
		_, err = os.Stat(s.Path(id))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return id, nil
		case err != nil:
			return "", fmt.Errorf("look for run %s: %w", id, err)
		}
	}
}
