// Package runs keeps the receipts of this machine's runs: one JSON file a run,
// readable by its owner only, replaced whole at every change.
package runs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"keyturn/steps"
)

// What a look-up can meet.
var (
	ErrNoRuns     = errors.New("no runs on this machine")
	ErrUnknownRun = errors.New("no such run on this machine (keyturn runs lists them)")
	ErrAmbiguous  = errors.New("more than one run begins like this")
)

// Dir is the folder of the receipts: KEYTURN_STATE_DIR if that is set, else
// keyturn/runs in XDG_STATE_HOME. Without HOME, as in some containers and
// services, it is in the home that the system knows of the user.
func Dir() string {
	if dir := os.Getenv("KEYTURN_STATE_DIR"); dir != "" {
		return dir
	}
	if os.Getenv("HOME") == "" && os.Getenv("XDG_STATE_HOME") == "" && runtime.GOOS != "windows" {
		if u, err := user.Current(); err == nil && u.HomeDir != "" {
			return filepath.Join(u.HomeDir, ".local", "state", "keyturn", "runs")
		}
	}
	return filepath.Join(xdg.StateHome, "keyturn", "runs")
}

// Store is a folder of receipts.
type Store struct{ dir string }

// NewStore uses dir, which is made when the first receipt is written.
func NewStore(dir string) *Store { return &Store{dir: dir} }

// Path is the file of a run's receipt.
func (s *Store) Path(run string) string { return filepath.Join(s.dir, run+".json") }

// Entry is a receipt that was read. Active reports that a process is at work
// on the run now.
type Entry struct {
	Receipt steps.Receipt
	Path    string
	Active  bool
}

// List returns all receipts, the newest first, and those that cannot be used. A
// folder that does not exist holds none.
func (s *Store) List() ([]Entry, []*steps.ReceiptError, error) {
	files, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list runs: %w", err)
	}
	var entries []Entry
	var unusable []*steps.ReceiptError
	for _, f := range files {
		if f.IsDir() || filepath.Ext(f.Name()) != ".json" {
			continue
		}
		path := filepath.Join(s.dir, f.Name())
		receipt, err := readReceipt(path)
		if err != nil {
			unusable = append(unusable, &steps.ReceiptError{Run: strings.TrimSuffix(f.Name(), ".json"), Path: path, Err: err})
			continue
		}
		entries = append(entries, Entry{Receipt: receipt, Path: path, Active: s.isActive(receipt.Run)})
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(b.Receipt.Opened.Compare(a.Receipt.Opened), cmp.Compare(b.Receipt.Run, a.Receipt.Run))
	})
	return entries, unusable, nil
}

// Load returns the receipt of a run by its id or by a beginning that no other
// run shares; "" is the newest. One that is there and cannot be used is a
// *steps.ReceiptError.
func (s *Store) Load(run string) (steps.Receipt, error) {
	entries, unusable, err := s.List()
	if err != nil {
		return steps.Receipt{}, err
	}
	if run == "" {
		switch {
		case len(entries) > 0:
			return entries[0].Receipt, nil
		case len(unusable) > 0:
			return steps.Receipt{}, unusable[len(unusable)-1]
		}
		return steps.Receipt{}, ErrNoRuns
	}
	type match struct {
		receipt steps.Receipt
		err     error
	}
	var found []match
	for _, e := range entries {
		if e.Receipt.Run == run {
			return e.Receipt, nil
		}
		if strings.HasPrefix(e.Receipt.Run, run) {
			found = append(found, match{receipt: e.Receipt})
		}
	}
	for _, e := range unusable {
		if e.Run == run {
			return steps.Receipt{}, e
		}
		if strings.HasPrefix(e.Run, run) {
			found = append(found, match{err: e})
		}
	}
	switch len(found) {
	case 1:
		return found[0].receipt, found[0].err
	case 0:
		return steps.Receipt{}, fmt.Errorf("%w: %q", ErrUnknownRun, run)
	default:
		return steps.Receipt{}, fmt.Errorf("%w: %q", ErrAmbiguous, run)
	}
}
