package cli

import (
	"encoding/json"
	"reflect"
	"strings"
)

// The shell variables that stand for secrets in a line. They have to be set
// before it is pasted.
const (
	MasterPassword = "KEYTURN_MASTER_PASSWORD" //nolint:gosec // the variable's name
	SecretString   = "KEYTURN_SECRET_STRING"   //nolint:gosec // the variable's name
)

// masterPasswordInJSON expands MasterPassword inside a JSON string. Of the
// printable ASCII that an RDS password may contain (no / @ " or space) only the
// backslash has to be escaped in JSON; bash doubles it.
const masterPasswordInJSON = `"${` + MasterPassword + `//\\/\\\\}"`

// publicKeys are the keys of a database secret whose values are not secret, by
// Secrets Manager's "JSON structure of secrets".
var publicKeys = map[string]bool{
	"username": true, "engine": true, "host": true, "port": true, "dbname": true, "ssl": true,
	"dbInstanceIdentifier": true, "dbClusterIdentifier": true, "masterarn": true,
}

// renderSecret renders a member that holds a secret without showing it: a
// variable for a password, and for a secret string its JSON with a variable for
// the password.
func renderSecret(name string, value reflect.Value) string {
	switch name {
	case "MasterUserPassword":
		return `"$` + MasterPassword + `"`
	case "SecretString":
		return renderSecretString(value.String())
	default:
		return `"$KEYTURN_` + strings.ToUpper(strings.ReplaceAll(kebabCase(name), "-", "_")) + `"`
	}
}

func isSecret(name string, value reflect.Value) bool {
	switch name {
	case "SecretString", "SecretBinary":
		return true
	default:
		return value.Kind() == reflect.String && strings.HasSuffix(name, "Password")
	}
}

// renderSecretString renders the secret's JSON with a variable for the password.
// Any other text, and JSON with keys that may be secret too, becomes one variable.
func renderSecretString(text string) string {
	start, end, ok := findPassword(text)
	if !ok {
		return `"$` + SecretString + `"`
	}
	return Quote(text[:start]+`"`) + masterPasswordInJSON + Quote(`"`+text[end:])
}

// findPassword returns the offsets of the password's value in a database secret's
// JSON. It returns false if there is none, or if other values may be secret too.
func findPassword(text string) (start, end int, ok bool) {
	if !json.Valid([]byte(text)) {
		return 0, 0, false
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return 0, 0, false
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return 0, 0, false
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return 0, 0, false
		}
		name, _ := key.(string)
		switch {
		case name == "password" && !ok && raw[0] == '"':
			end = int(decoder.InputOffset())
			start, ok = end-len(raw), true
		case !publicKeys[name], raw[0] == '{', raw[0] == '[':
			return 0, 0, false
		}
	}
	return start, end, ok
}

// Secrets returns the secret texts in an SDK input, so that they can be removed
// from a service's error messages.
func Secrets(input any) []string {
	var found []string
	for name, value := range setFields(reflect.Indirect(reflect.ValueOf(input))) {
		if !isSecret(name, value) {
			continue
		}
		text := renderScalar(value)
		found = append(found, text)
		var inside struct{ Password string }
		if json.Unmarshal([]byte(text), &inside) == nil && inside.Password != "" {
			found = append(found, inside.Password)
		}
	}
	return found
}
