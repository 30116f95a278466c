package line

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

// breaks is a place where nothing can be written, for a reason.
type breaks struct{ why error }

func (b breaks) Write([]byte) (int, error) { return 0, b.why }

func TestOutputReportsLostWrites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		why  error
		lost bool
	}{
		"a full disk loses what somebody looks for":      {syscall.ENOSPC, true},
		"a reader that went away does not look for more": {syscall.EPIPE, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &output{w: breaks{c.why}}
			if n, err := out.Write([]byte("line")); n != 4 || err != nil {
				t.Fatalf("a write was stopped: %d, %v", n, err)
			}
			if lost := out.writeError(); errors.Is(lost, c.why) != c.lost {
				t.Errorf("lost: %v", lost)
			}
		})
	}
}

func TestCleanupInWrongAccountListsWhatIsLeft(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	refused := &steps.OtherAccountError{Run: "r1", RunAccount: "111122223333", OpenedAccount: "444455556666"}
	err := Walk(t.Context(), Options{
		Out: &out, Err: &errs, JSON: true, Left: []steps.Resource{{Kind: steps.KindDatabase, ID: "db"}},
		Open: func(context.Context, steps.AccountChoice, func(steps.Event)) (*steps.Account, error) {
			return &steps.Account{}, nil
		},
		Start: func(*steps.Account, *steps.Relay) (*steps.Run, error) { return nil, refused },
	})
	if !errors.Is(err, error(refused)) {
		t.Errorf("ended with %v", err)
	}
	for _, want := range []string{`"id":"other-account"`, `"left":[{"kind":"AWS::RDS::DBInstance","id":"db"}]`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}

func TestInterruptBeforeTheRunPrintsResult(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs strings.Builder
	err := Walk(ctx, Options{
		Out: &out, Err: &errs, JSON: true,
		Open: func(ctx context.Context, _ steps.AccountChoice, _ func(steps.Event)) (*steps.Account, error) {
			cancel()
			return nil, ctx.Err()
		},
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(out.String(), `"type":"result","ok":false`) ||
		strings.Contains(out.String(), "diagnosis") || !strings.Contains(errs.String(), "nothing was changed") {
		t.Errorf("%v\n%s\n%s", err, out.String(), errs.String())
	}
}

func TestNothingLeftPrintsJSON(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := NothingLeft(&out, steps.Receipt{Run: "r1", Account: steps.AWS}, true); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"run":"r1"`) || !strings.Contains(lines[1], `"ok":true`) {
		t.Errorf("wrote\n%s", out.String())
	}
}

func TestLogWritesEvents(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	relay := steps.NewRelay(func(steps.Event) {})
	relay.Log(Log(slog.New(slog.NewJSONHandler(f, nil))))
	relay.Emit(steps.Checked{Step: rotation.StepVerify, Check: steps.Check{Name: "old-password-refused", OK: true}})
	_, _ = f.Seek(0, io.SeekStart)
	data, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), `"step":"verify","name":"old-password-refused","ok":true`) {
		t.Errorf("logged %s", data)
	}
}
