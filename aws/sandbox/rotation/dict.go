package rotation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/steps"
)

// dict is a secret's JSON object. Like Python's dict it keeps the order of the
// keys, so that a rotation changes only the password.
type dict []entry

type entry struct {
	key   string
	value json.RawMessage
}

var errNotJSON = errors.New("not JSON")

// getSecretDict reads the version with a label, and with an id if one is given. It
// checks that the keys are there which the function needs.
func (c *invocation) getSecretDict(ctx context.Context, stage, token string) (dict, error) {
	in := &secretsmanager.GetSecretValueInput{SecretId: &c.arn, VersionStage: &stage}
	if token != "" {
		in.VersionId = &token
	}
	out, err := c.secrets.GetSecretValue(ctx, in)
	if err != nil {
		return nil, clientError(err, "GetSecretValue", handler, "get_secret_dict")
	}
	if out.SecretString == nil {
		return nil, keyError("SecretString", handler, "get_secret_dict")
	}
	d, err := parseDict(*out.SecretString)
	if err != nil {
		return nil, raise("JSONDecodeError", "Expecting value: line 1 column 1 (char 0)", handler, "get_secret_dict")
	}
	if engine := d.text("engine"); engine != "mysql" && engine != "aurora-mysql" {
		return nil, keyError("Database engine must be set to 'mysql' in order to use this rotation lambda", handler, "get_secret_dict")
	}
	for _, field := range []string{"host", "username", "password"} {
		if d.get(field) == nil {
			return nil, keyError(field+" key is missing from secret JSON", handler, "get_secret_dict")
		}
	}
	return d, nil
}

// parseDict parses a JSON object. Other JSON has no keys.
func parseDict(text string) (dict, error) {
	if !json.Valid([]byte(text)) {
		return nil, errNotJSON
	}
	dec := json.NewDecoder(strings.NewReader(text))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return dict{}, nil
	}
	d := dict{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		d = d.set(key.(string), value)
	}
	return d, nil
}

func (d dict) get(key string) json.RawMessage {
	for _, e := range d {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// set returns a copy of the dict with a key set. A key that is there keeps its
// place.
func (d dict) set(key string, value json.RawMessage) dict {
	changed := append(dict(nil), d...)
	for i := range changed {
		if changed[i].key == key {
			changed[i].value = value
			return changed
		}
	}
	return append(changed, entry{key, value})
}

func (d dict) withPassword(text string) dict { return d.set("password", jsonString(text)) }

// withKeyFrom returns a copy of the dict with another dict's value for a key, if
// that one has it.
func (d dict) withKeyFrom(key string, other dict) dict {
	if value := other.get(key); value != nil {
		return d.set(key, value)
	}
	return d
}

func (d dict) without(key string) dict {
	kept := dict{}
	for _, e := range d {
		if e.key != key {
			kept = append(kept, e)
		}
	}
	return kept
}

// text formats a value as Python's %s does: a string's text, otherwise JSON.
func (d dict) text(key string) string {
	value := d.get(key)
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

func (d dict) sameValue(key string, other dict) bool {
	return bytes.Equal(bytes.TrimSpace(d.get(key)), bytes.TrimSpace(other.get(key))) || d.text(key) == other.text(key)
}

func (d dict) password() steps.Password { return steps.NewPassword(d.text("password")) }

// toJSON encodes the object with Python's separators.
func (d dict) toJSON() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, e := range d {
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(jsonString(e.key))
		b.WriteString(": ")
		b.Write(e.value)
	}
	b.WriteByte('}')
	return b.String()
}

// jsonString encodes a JSON string without HTML escapes.
func jsonString(text string) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		panic(err) // a string always encodes
	}
	return bytes.TrimSpace(b.Bytes())
}
