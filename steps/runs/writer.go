package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"keyturn/steps"
)

// ErrActive means that another process is at work on the run.
var ErrActive = errors.New("another keyturn is working on this run")

// Writer is the one writer of a run's receipt; it is a steps.Ledger.
type Writer struct {
	run  string
	path string
	lock *flock.Flock
}

// Writer locks a run's receipt until Close. It returns ErrActive if another
// process has it, steps.ErrReceiptNotSaved if the folder cannot be written.
func (s *Store) Writer(run string) (*Writer, error) {
	if !runName.MatchString(run) {
		return nil, fmt.Errorf("%w: %q", ErrUnknownRun, run)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("%w: make the folder of receipts: %w", steps.ErrReceiptNotSaved, err)
	}
	lock := flock.New(s.lockPath(run), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("%w: lock run %s: %w", steps.ErrReceiptNotSaved, run, err)
	}
	if !locked {
		return nil, fmt.Errorf("%w: %s", ErrActive, run)
	}
	return &Writer{run: run, path: s.Path(run), lock: lock}, nil
}

// Run is the run whose receipt it writes.
func (w *Writer) Run() string { return w.run }

// Save replaces the receipt's file by a new one, so that a reader or a crash
// sees the one or the other whole.
func (w *Writer) Save(receipt steps.Receipt) error {
	if receipt.Run != w.run {
		return fmt.Errorf("save receipt: it is of run %q, not %q", receipt.Run, w.run)
	}
	data, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return fmt.Errorf("save receipt: %w", err)
	}
	if err := replaceFile(w.path, append(data, '\n')); err != nil {
		return fmt.Errorf("save receipt: %w", err)
	}
	return nil
}

// Close lets other processes write. The lock's file stays: removing it could
// take the lock from a process that has just opened it.
func (w *Writer) Close() error { return w.lock.Close() }

func (s *Store) lockPath(run string) string { return filepath.Join(s.dir, run+".lock") }

// isActive reports whether a process holds a run's lock.
func (s *Store) isActive(run string) bool {
	if _, err := os.Stat(s.lockPath(run)); err != nil {
		return false
	}
	lock := flock.New(s.lockPath(run), flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	defer func() { _ = lock.Close() }()
	return err == nil && !free
}
