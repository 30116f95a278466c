package db

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
)

// changePassword signs in as adminuser, changes its password to a hard one and
// looks that the old one is refused and the open session stands.
func changePassword(t *testing.T, port int, roots *x509.CertPool, old steps.Password, version string) {
	t.Helper()
	changed := steps.NewPassword(`second?'\"%s;--` + "`")
	client := Client{RootCAs: roots}
	signIn := func(p steps.Password) (steps.SignIn, error) {
		return client.SignIn(t.Context(), steps.Credentials{Host: "127.0.0.1", Port: port, Username: "adminuser", Password: p})
	}

	found, err := signIn(old)
	if err != nil {
		t.Fatal(err)
	}
	if found.User != "adminuser@%" || !strings.Contains(found.ServerVersion, version) || found.ConnectionID == 0 {
		t.Errorf("evidence %+v", found)
	}
	if !strings.HasPrefix(found.TLSVersion, "TLS 1.") || found.TLSCipher == "" || found.CertificateCN == "" {
		t.Errorf("evidence of TLS %+v", found)
	}
	if found.ServerTime.IsZero() || found.Took <= 0 {
		t.Errorf("evidence of time %+v", found)
	}

	conn, err := Open(t.Context(), Config{Host: "127.0.0.1", Port: port, User: "adminuser", Password: old, RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetPassword(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Now(t.Context()); err != nil {
		t.Errorf("the session that changed the password: %v", err)
	}
	if _, err := signIn(changed); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if _, err := signIn(old); !errors.Is(err, steps.ErrPasswordRefused) {
		t.Errorf("the old password: got %v, want a refusal", err)
	}
}
