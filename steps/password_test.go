package steps

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestPasswordIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const text = "s3cret-canary"
	p := NewPassword(text)
	inside := struct {
		P  Password
		PP *Password
		S  []Password
		M  map[string]Password
	}{p, &p, []Password{p}, map[string]Password{"key": p}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T %v", "%10s", "%-40v", "% x"} {
		for _, value := range []any{p, &p, inside, &inside, []any{p}} {
			args := []any{value}
			if strings.Contains(verb, "%T") {
				args = append(args, value)
			}
			printed := fmt.Sprintf(verb, args...)
			if strings.Contains(printed, text) || strings.Contains(strings.ToLower(printed), fmt.Sprintf("%x", text)) {
				t.Errorf("%s of %T shows it: %s", verb, value, printed)
			}
		}
	}
	for _, value := range []any{p, &p, inside} {
		if out, err := json.Marshal(value); err != nil || bytes.Contains(out, []byte(text)) {
			t.Errorf("JSON shows it: %s, %v", out, err)
		}
	}
	if out, err := xml.Marshal(p); err != nil || bytes.Contains(out, []byte(text)) {
		t.Errorf("XML shows it: %s, %v", out, err)
	}
	var log bytes.Buffer
	for _, logger := range []*slog.Logger{slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))} {
		logger.Info("signing in", "password", p, "pointer", &p, "inside", inside, slog.Group("g", "p", p))
	}
	if strings.Contains(log.String(), text) {
		t.Errorf("the log shows it: %s", &log)
	}
	if err := fmt.Errorf("sign in with %v: %w", p, fmt.Errorf("%#v", inside)); strings.Contains(err.Error(), text) {
		t.Errorf("an error shows it: %v", err)
	}
}

func TestFingerprintTellsPasswordsApart(t *testing.T) {
	t.Parallel()
	a, b := NewPassword("one"), NewPassword("two")
	if a.Fingerprint() == b.Fingerprint() || len(a.Fingerprint()) != len("a1:f3") || a.Fingerprint() != NewPassword("one").Fingerprint() {
		t.Errorf("%s and %s", a.Fingerprint(), b.Fingerprint())
	}
	if got := (Password{}).Fingerprint(); got != "" {
		t.Errorf("no password has the fingerprint %s", got)
	}
}
