package rotation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"keyturn/steps"
)

// secretJSON is what Secrets Manager documents as the JSON of an RDS MySQL
// secret, its keys in the documented order ("JSON structure of AWS Secrets
// Manager secrets").
type secretJSON struct {
	Username             string `json:"username"`
	Password             string `json:"password"`
	Engine               string `json:"engine"`
	Host                 string `json:"host"`
	Port                 int    `json:"port"`
	DBInstanceIdentifier string `json:"dbInstanceIdentifier"`
}

// encode writes the JSON without HTML escapes, so that a person who reads the
// secret sees the password's own characters.
func (s secretJSON) encode() (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return "", fmt.Errorf("encode the secret: %w", err)
	}
	return string(bytes.TrimSpace(b.Bytes())), nil
}

func newSecretJSON(db steps.DBInstance, username string, password steps.Password) secretJSON {
	return secretJSON{
		Username: username, Password: password.Reveal(), Engine: databaseEngine,
		Host: db.Host, Port: db.Port, DBInstanceIdentifier: db.ID,
	}
}

// secretPreview is the JSON that the secret step will store, with the password
// covered.
func (r run) secretPreview() string {
	if r.usesExistingSecret() {
		return r.existingSecretPreview()
	}
	text, err := newSecretJSON(r.state().Database, r.username(), steps.NewPassword(steps.PasswordMask)).encode()
	if err != nil {
		return ""
	}
	return text
}

// parseCredentials reads a secret's value as a client of the database does.
// The port may be a number or a text, and is 3306 where it is missing. An
// error never holds the value.
func parseCredentials(value steps.Password) (steps.Credentials, error) {
	var fields struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Engine   string `json:"engine"`
		Host     string `json:"host"`
		Port     any    `json:"port"`
	}
	if err := json.Unmarshal([]byte(value.Reveal()), &fields); err != nil {
		return steps.Credentials{}, steps.ErrSecretMalformed // the parser's own words could quote the value
	}
	for _, f := range []struct{ key, text string }{
		{"username", fields.Username}, {"password", fields.Password}, {"engine", fields.Engine}, {"host", fields.Host},
	} {
		if f.text == "" {
			return steps.Credentials{}, fmt.Errorf("%w: the key %q is missing", steps.ErrSecretMalformed, f.key)
		}
	}
	port := steps.MySQLPort
	switch p := fields.Port.(type) {
	case float64:
		port = int(p)
	case string:
		n, err := strconv.Atoi(p)
		if err != nil {
			return steps.Credentials{}, fmt.Errorf("%w: the port is not a number", steps.ErrSecretMalformed)
		}
		port = n
	}
	return steps.Credentials{Host: fields.Host, Port: port, Username: fields.Username, Password: steps.NewPassword(fields.Password)}, nil
}
