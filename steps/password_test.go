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

func TestAPasswordIsNeverPrinted(t *testing.T) {
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

func TestAFingerprintTellsTwoPasswordsApartAndNothingElse(t *testing.T) {
	t.Parallel()
	a, b := NewPassword("one"), NewPassword("two")
	if a.Fingerprint() == b.Fingerprint() || len(a.Fingerprint()) != len("a1:f3") || a.Fingerprint() != NewPassword("one").Fingerprint() {
		t.Errorf("%s and %s", a.Fingerprint(), b.Fingerprint())
	}
	if got := (Password{}).Fingerprint(); got != "" {
		t.Errorf("no password has the fingerprint %s", got)
	}
}

func TestTheSecretsJSONIsAsDocumented(t *testing.T) {
	t.Parallel()
	db := DBInstance{ID: "mydb", Host: "mydb.example", Port: 3307}
	text, err := newSecretJSON(db, "adminuser", NewPassword(`<&>'\u00e4`)).encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"username":"adminuser","password":"<&>'\\u00e4","engine":"mysql","host":"mydb.example","port":3307,"dbInstanceIdentifier":"mydb"}`
	if text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	c, err := parseCredentials(NewPassword(text))
	if err != nil || c.Host != "mydb.example" || c.Port != 3307 || c.Username != "adminuser" || c.Password.Reveal() != `<&>'\u00e4` {
		t.Errorf("read back %+v, %v", c, err)
	}
}

func TestASecretIsReadLeniently(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		port int
		err  string
	}{
		"a port that is a text":  {`{"username":"u","password":"canary","engine":"mysql","host":"h","port":"3310"}`, 3310, ""},
		"no port":                {`{"username":"u","password":"canary","engine":"mysql","host":"h"}`, 3306, ""},
		"keys of its own":        {`{"username":"u","password":"canary","engine":"mysql","host":"h","ssl":true,"dbname":"x"}`, 3306, ""},
		"no host":                {`{"username":"u","password":"canary","engine":"mysql"}`, 0, `"host"`},
		"no password":            {`{"username":"u","engine":"mysql","host":"h"}`, 0, `"password"`},
		"a port that is no port": {`{"username":"u","password":"canary","engine":"mysql","host":"h","port":"canary"}`, 0, "port"},
		"no JSON":                {`canary`, 0, "JSON"},
		"a list":                 {`["canary"]`, 0, "JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := parseCredentials(NewPassword(test.text))
			switch {
			case test.err == "" && (err != nil || c.Port != test.port):
				t.Errorf("port %d, error %v", c.Port, err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v", err)
			case err != nil && strings.Contains(err.Error(), "canary"):
				t.Errorf("the error holds the value: %v", err)
			}
		})
	}
}
