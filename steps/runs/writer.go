package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"keyturn/steps"
)

// Writer is the one writer of a run's receipt; it is a steps.Ledger.
type Writer struct {
	run  string
	path string
	lock *flock.Flock
}

// lockPatience is how long a lock is tried for: a process that lists the runs
// holds each for a moment.
const lockPatience = 200 * time.Millisecond

// Writer locks a run's receipt until Close. It returns a *steps.RunActiveError if
// another process has it, a *steps.ReceiptError if there is one that cannot be
// used, which is never written over, and steps.ErrReceiptNotSaved if the folder
// cannot be written.
func (s *Store) Writer(run string) (*Writer, error) {
	if !steps.IsRunID(run) {
		return nil, fmt.Errorf("%w: %q", ErrUnknownRun, run)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("%w: make the folder of receipts: %w", steps.ErrReceiptNotSaved, err)
	}
	path := s.lockPath(run)
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), lockPatience)
	defer cancel()
	locked, err := lock.TryLockContext(ctx, lockPatience/10)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("%w: lock run %s: %w", steps.ErrReceiptNotSaved, run, err)
	}
	if !locked {
		holder := readHolder(path)
		return nil, &steps.RunActiveError{Run: run, PID: holder.PID, Host: holder.Host, Since: holder.Since}
	}
	w := &Writer{run: run, path: s.Path(run), lock: lock}
	if _, err := readReceipt(w.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(&steps.ReceiptError{Run: run, Path: w.path, Err: err}, w.Close())
	}
	if err := writeHolder(path); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: note who works on run %s: %w", steps.ErrReceiptNotSaved, run, err), w.Close())
	}
	return w, nil
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

// SetAside gives a receipt that cannot be used another name, under which it is
// kept and not listed, and returns that.
func (s *Store) SetAside(run string) (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.unusable-%d", s.Path(run), n)
		if _, err := os.Lstat(aside); err == nil {
			continue
		}
		if err := os.Rename(s.Path(run), aside); err != nil {
			return "", fmt.Errorf("keep the receipt that cannot be used: %w", err)
		}
		return aside, nil
	}
}

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
