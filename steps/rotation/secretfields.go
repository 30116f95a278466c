package rotation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"keyturn/steps"
)

// secretFields is the JSON of a secret that keyturn did not make: every key and
// value of it stays as it is. raw is the text, "" for a secret without a value.
type secretFields struct {
	raw    string
	names  []string // in the order in which they stand there
	values map[string]json.RawMessage
}

// parseFields reads a secret's value. Its errors are sentences and never quote
// the value.
func parseFields(value steps.Password) (secretFields, error) {
	f := secretFields{raw: strings.TrimSpace(value.Reveal()), values: map[string]json.RawMessage{}}
	d := json.NewDecoder(strings.NewReader(f.raw))
	notJSON := errors.New("Its value is not a JSON object, which AWS's function needs.") //nolint:staticcheck // a sentence for the person
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return secretFields{}, notJSON
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return secretFields{}, notJSON
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return secretFields{}, notJSON
		}
		key, _ := name.(string)
		f.names, f.values[key] = append(f.names, key), value
	}
	if _, err := d.Token(); err != nil || len(bytes.TrimSpace([]byte(f.raw[d.InputOffset():]))) > 0 {
		return secretFields{}, notJSON
	}
	return f, nil
}

func (f secretFields) has(name string) bool { return f.values[name] != nil }

// text is the value of a key that is a text, "" for any other.
func (f secretFields) text(name string) string {
	var text string
	if json.Unmarshal(f.values[name], &text) != nil {
		return ""
	}
	return text
}

// conflict says in a sentence why the secret is not this database's, or "".
func (f secretFields) conflict(db steps.DBInstance) string {
	for _, name := range []string{"engine", "host", "username", "password"} {
		if f.has(name) && f.text(name) == "" {
			return fmt.Sprintf("Its key %q is there without a text in it.", name)
		}
	}
	switch {
	case f.has("engine") && f.text("engine") != databaseEngine:
		return fmt.Sprintf("It is for the engine %s, not for MySQL.", f.text("engine"))
	case f.has("host") && f.text("host") != db.Host:
		return fmt.Sprintf("It is for the database at %s, not for the one at %s.", f.text("host"), db.Host)
	case f.has("port") && strings.Trim(string(f.values["port"]), `"`) != strconv.Itoa(db.Port):
		return fmt.Sprintf("Its port is not the database's, which is %d.", db.Port)
	case f.has("masterarn"):
		return "It is for alternating users: its key masterarn names the secret of a master user, which this rotation does not take."
	}
	return ""
}

// missingKeys are the keys that AWS's function needs and the secret does not have.
// The port is one of them unless it is the one that the function takes anyway.
func (f secretFields) missingKeys(db steps.DBInstance) []string {
	needed := []string{"engine", "host", "username", "password"}
	if db.Port != steps.MySQLPort {
		needed = append(needed, "port")
	}
	return slices.DeleteFunc(needed, f.has)
}

// completedPhases is the text with the missing keys behind those that are there.
func (f secretFields) complete(db steps.DBInstance, username string, password steps.Password) (string, error) {
	added := map[string]any{
		"engine": databaseEngine, "host": db.Host, "username": username, "password": password.Reveal(), "port": db.Port,
	}
	var b bytes.Buffer
	b.WriteString(strings.TrimSpace(strings.TrimSuffix(f.raw, "}")))
	if f.raw == "" {
		b.WriteByte('{')
	}
	for i, name := range f.missingKeys(db) {
		if i > 0 || len(f.names) > 0 {
			b.WriteByte(',')
		}
		if err := writeMember(&b, name, added[name]); err != nil {
			return "", err
		}
	}
	b.WriteByte('}')
	return b.String(), nil
}

// shownKeys are the keys whose values are no secrets; a person may keep anything in
// the others.
var shownKeys = []string{"engine", "host", "port", "username", "dbname", "dbInstanceIdentifier", "dbClusterIdentifier", "ssl"}

// masked is the JSON for a person's eyes.
func (f secretFields) masked() string {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range f.names {
		if i > 0 {
			b.WriteByte(',')
		}
		var value any = steps.PasswordMask
		if slices.Contains(shownKeys, name) {
			value = f.values[name]
		}
		if writeMember(&b, name, value) != nil {
			return ""
		}
	}
	b.WriteByte('}')
	return b.String()
}

// writeMember writes "name":value without HTML escapes, as secretJSON does.
func writeMember(b *bytes.Buffer, name string, value any) error {
	for i, part := range []any{name, value} {
		if i > 0 {
			b.WriteByte(':')
		}
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		if err := e.Encode(part); err != nil {
			return fmt.Errorf("encode the secret: %w", err)
		}
		b.Truncate(b.Len() - 1) // the encoder's newline
	}
	return nil
}
