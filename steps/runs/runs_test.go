package runs

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

func receipt(run string, opened time.Time) steps.Receipt {
	return steps.Receipt{
		Version: steps.ReceiptVersion, Run: run, Account: steps.AWS, AccountID: "123456789012", Region: "eu-west-1", Opened: opened, Updated: opened,
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

func TestReceiptThatCannotBeUsedIsExplainedAndLeft(t *testing.T) {
	t.Parallel()
	const run = "20261123-3f1c"
	whole, err := json.Marshal(receipt(run, monday))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ text, want string }{
		"empty":                  {"", "it is empty"},
		"cut off":                {string(whole[:len(whole)/2]), "it is cut off after"},
		"no JSON":                {"hello", "it is damaged"},
		"something after it":     {string(whole) + "x", "it is damaged"},
		"of another type":        {`{"version":1,"run":7}`, "it is damaged"},
		"of another run":         {`{"run":"20261123-b77e","account":"aws","account_id":"1","region":"r","opened":"2026-11-23T09:00:00Z"}`, `of run "20261123-b77e"`},
		"of a newer program":     {`{"version":2,"run":["20261123-3f1c"]}`, "newer keyturn: it is of version 2"},
		"without a run":          {`{}`, "it names no run"},
		"without an account":     {`{"run":"20261123-3f1c"}`, "in which account"},
		"without its beginning":  {`{"run":"20261123-3f1c","account":"aws","account_id":"1","region":"r"}`, "when the run began"},
		"nothing but null bytes": {"\x00\x00\x00", "it is damaged"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := NewStore(t.TempDir())
			if err := os.WriteFile(store.Path(run), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			for what, err := range map[string]error{
				"by its name":      second(store.Load(run)),
				"by its beginning": second(store.Load(run[:10])),
				"as the newest":    second(store.Load("")),
				"to write":         second(store.Writer(run)),
			} {
				unusable, ok := errors.AsType[*steps.ReceiptError](err)
				if !ok || unusable.Path != store.Path(run) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: %v", what, err)
				}
				if d := steps.Diagnose(err); !strings.Contains(d.What, run) || !strings.Contains(d.Fix, "left as it is") {
					t.Errorf("%s: %+v", what, d)
				}
			}
			_, unusable, err := store.List()
			if err != nil || len(unusable) != 1 || unusable[0].Run != run {
				t.Errorf("listed: %v, %v", unusable, err)
			}
			if id, err := store.NewRunID(monday, strings.NewReader("\x3f\x1c\xb7\x7e")); err != nil || id != "20261123-b77e" {
				t.Errorf("a new run takes its name: %s, %v", id, err)
			}
			if text, err := os.ReadFile(store.Path(run)); err != nil || string(text) != test.text {
				t.Errorf("it was changed: %q, %v", text, err)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestReceiptOfBeforeVersionsIsRead(t *testing.T) {
	t.Parallel()
	store := NewStore(t.TempDir())
	want := receipt("20261123-3f1c", monday)
	want.Version = 0
	save(t, store, want)
	if got, err := store.Load(""); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got, cmp.AllowUnexported(steps.Password{})))
	}
}

func TestReceiptThatMayNotBeReadIsExplained(t *testing.T) {
	t.Parallel()
	store := NewStore(t.TempDir())
	save(t, store, receipt("20261123-3f1c", monday))
	if err := os.Chmod(store.Path("20261123-3f1c"), 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(store.Path("20261123-3f1c")); err == nil {
		_ = f.Close()
		t.Skip("this user may read every file")
	}
	_, err := store.Load("20261123-3f1c")
	if d := steps.Diagnose(err); d.ID != "receipt-unusable" || !strings.Contains(d.Fix, "chmod") {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsNoFileIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store := NewStore(dir)
	if err := os.Symlink(os.DevNull, store.Path("20261123-3f1c")); err != nil {
		t.Skip(err)
	}
	if _, err := store.Load("20261123-3f1c"); err == nil || !strings.Contains(err.Error(), "it is no file") {
		t.Error(err)
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
	host, _ := os.Hostname()
	_, err = store.Writer("20261123-3f1c")
	active, ok := errors.AsType[*steps.RunActiveError](err)
	if !ok || active.PID != os.Getpid() || active.Host != host || time.Since(active.Since) > time.Hour {
		t.Errorf("a second writer: %v", err)
	}
	if d := steps.Diagnose(err); d.ID != "run-active" || !strings.Contains(d.Why, strconv.Itoa(os.Getpid())) {
		t.Errorf("a second writer is told %+v", d)
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

// FuzzReceipt reads what may be in a receipt's file: it is a receipt that says
// where its run worked, or an error.
func FuzzReceipt(f *testing.F) {
	whole, err := json.Marshal(receipt("20261123-3f1c", monday))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decodeReceipt(data)
		if err == nil && (got.Run == "" || got.AccountID == "" || got.Version > steps.ReceiptVersion) {
			t.Errorf("a receipt %+v", got)
		}
	})
}
