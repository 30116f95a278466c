package runs

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

func receipt(run string, opened time.Time) steps.Receipt {
	return steps.Receipt{
		Run: run, Account: steps.AWS, AccountID: "123456789012", Region: "eu-west-1", Opened: opened, Updated: opened,
		Setup: steps.Defaults(run), Steps: []steps.StepOutcome{}, Resources: []steps.ResourceRecord{},
	}.WithIntent("database", steps.KindDatabase, "db", opened)
}

func save(t *testing.T, s *Store, r steps.Receipt) {
	t.Helper()
	w, err := s.Writer(r.Run)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Save(r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestLoadReturnsSavedReceipt(t *testing.T) {
	t.Parallel()
	store := NewStore(filepath.Join(t.TempDir(), "made", "when", "needed"))
	want := receipt("20261123-3f1c", monday)
	save(t, store, want)
	got, err := store.Load("20261123-3f1c")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got, cmp.AllowUnexported(steps.Password{})))
	}
	info, err := os.Stat(store.Path("20261123-3f1c"))
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
}

func TestLoadFindsRunByPrefix(t *testing.T) {
	t.Parallel()
	store := NewStore(t.TempDir())
	for i, run := range []string{"20261122-3f1c", "20261123-3f1c", "20261123-b77e", "20261123-b77e-x"} {
		save(t, store, receipt(run, monday.Add(time.Duration(i)*time.Minute)))
	}
	tests := map[string]struct {
		ask, want string
		err       error
	}{
		"the newest where none is named":      {"", "20261123-b77e-x", nil},
		"a whole id":                          {"20261122-3f1c", "20261122-3f1c", nil},
		"a beginning of one":                  {"20261122", "20261122-3f1c", nil},
		"a whole id that others begin with":   {"20261123-b77e", "20261123-b77e", nil},
		"a beginning of several":              {"20261123", "", ErrAmbiguous},
		"none":                                {"1999", "", ErrUnknownRun},
		"something that is no run but a path": {"../20261122-3f1c", "", ErrUnknownRun},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := store.Load(test.ask)
			if got.Run != test.want || !errors.Is(err, test.err) {
				t.Errorf("run %q, error %v", got.Run, err)
			}
		})
	}
}

func TestListWithoutAFolderIsEmpty(t *testing.T) {
	t.Parallel()
	store := NewStore(filepath.Join(t.TempDir(), "none"))
	entries, unreadable, err := store.List()
	if len(entries) > 0 || len(unreadable) > 0 || err != nil {
		t.Errorf("%v, %v, %v", entries, unreadable, err)
	}
	if _, err := store.Load(""); !errors.Is(err, ErrNoRuns) {
		t.Errorf("error %v", err)
	}
}

func TestListReportsUnreadableReceipts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := NewStore(dir)
	save(t, store, receipt("20261123-3f1c", monday))
	for name, text := range map[string]string{"broken.json": `{"run": "bro`, "stolen.json": `{"run": "20261123-3f1c"}`, "notes.txt": "hello"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	entries, unreadable, err := store.List()
	if err != nil || len(entries) != 1 || len(unreadable) != 2 {
		t.Errorf("%d receipts, %v, %v", len(entries), unreadable, err)
	}
}

func TestWriterIsExclusive(t *testing.T) {
	t.Parallel()
	store := NewStore(t.TempDir())
	first, err := store.Writer("20261123-3f1c")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Save(receipt("20261123-3f1c", monday)); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Writer("20261123-3f1c"); !errors.Is(err, ErrActive) {
		t.Errorf("a second writer: %v", err)
	}
	if entries, _, err := store.List(); err != nil || !entries[0].Active {
		t.Errorf("the run is not listed as active: %+v, %v", entries, err)
	}
	if err := first.Save(receipt("20261123-b77e", monday)); err == nil {
		t.Error("it saves another run's receipt")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if entries, _, err := store.List(); err != nil || entries[0].Active {
		t.Errorf("the run is still listed as active: %+v, %v", entries, err)
	}
	second, err := store.Writer("20261123-3f1c")
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestWriterRejectsPathsAsRunNames(t *testing.T) {
	t.Parallel()
	store := NewStore(t.TempDir())
	for _, run := range []string{"", "../x", "a/b", ".x", "-x", `a\b`, "a\x00"} {
		if _, err := store.Writer(run); !errors.Is(err, ErrUnknownRun) {
			t.Errorf("%q: %v", run, err)
		}
	}
}

func TestSaveReplacesTheWholeReceipt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := NewStore(dir)
	w, err := store.Writer("20261123-3f1c")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	for i := range 50 {
		if err := w.Save(receipt("20261123-3f1c", monday.Add(time.Duration(i)*time.Second))); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if got := strings.Join(names, " "); got != "20261123-3f1c.json 20261123-3f1c.lock" {
		t.Errorf("the folder holds %s", got)
	}
}

func TestDirIsFromEnvironment(t *testing.T) {
	t.Setenv("KEYTURN_STATE_DIR", "/somewhere/else")
	if got := Dir(); got != "/somewhere/else" {
		t.Errorf("folder %s", got)
	}
	t.Setenv("KEYTURN_STATE_DIR", "")
	if got := Dir(); !strings.HasSuffix(got, filepath.Join("keyturn", "runs")) {
		t.Errorf("folder %s", got)
	}
}
