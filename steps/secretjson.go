package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// ErrSecretMalformed is a secret that is not the documented JSON of a
// database's secret.
var ErrSecretMalformed = errors.New("the secret is not the JSON of a database secret")

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

func newSecretJSON(db DBInstance, username string, password Password) secretJSON {
	return secretJSON{
		Username: username, Password: password.Reveal(), Engine: databaseEngine,
		Host: db.Host, Port: db.Port, DBInstanceIdentifier: db.ID,
	}
}

// secretPreview is the JSON that the secret step will store, with the password
// covered.
func (r *Run) secretPreview() string {
	text, err := newSecretJSON(r.State().Database, r.Setup().DBUsername, NewPassword(covered)).encode()
	if err != nil {
		return ""
	}
	return text
}

// parseCredentials reads a secret's value as a client of the database does.
// The port may be a number or a text, and is 3306 where it is missing. An
// error never holds the value.
func parseCredentials(value Password) (Credentials, error) {
	var fields struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Engine   string `json:"engine"`
		Host     string `json:"host"`
		Port     any    `json:"port"`
	}
	if err := json.Unmarshal([]byte(value.Reveal()), &fields); err != nil {
		return Credentials{}, ErrSecretMalformed // the parser's own words could quote the value
	}
	for _, f := range []struct{ key, text string }{
		{"username", fields.Username}, {"password", fields.Password}, {"engine", fields.Engine}, {"host", fields.Host},
	} {
		if f.text == "" {
			return Credentials{}, fmt.Errorf("%w: the key %q is missing", ErrSecretMalformed, f.key)
		}
	}
	port := mysqlPort
	switch p := fields.Port.(type) {
	case float64:
		port = int(p)
	case string:
		n, err := strconv.Atoi(p)
		if err != nil {
			return Credentials{}, fmt.Errorf("%w: the port is not a number", ErrSecretMalformed)
		}
		port = n
	}
	return Credentials{Host: fields.Host, Port: port, Username: fields.Username, Password: NewPassword(fields.Password)}, nil
}
