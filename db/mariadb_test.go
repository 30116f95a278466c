package db

import (
	"errors"
	"testing"

	"keyturn/db/mariadb"
	"keyturn/steps"
)

func TestAPasswordChangeOnARealMariaDB(t *testing.T) {
	t.Parallel()
	first := steps.NewPassword(`first"'\;--%` + "`")
	server := mariadb.Start(t, first)
	roots, err := RootsFrom(server.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	changePassword(t, server.Port, roots, first, "MariaDB")
}

func TestWhatARealMariaDBRefuses(t *testing.T) {
	t.Parallel()
	server := mariadb.Start(t, steps.NewPassword("first"))
	roots, err := RootsFrom(server.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	right := Config{Host: "127.0.0.1", Port: server.Port, User: "adminuser", Password: steps.NewPassword("first"), RootCAs: roots}
	for sentence, c := range map[string]struct {
		change func(*Config)
		want   error
	}{
		"a wrong password":              {func(c *Config) { c.Password = steps.NewPassword("wrong") }, steps.ErrPasswordRefused},
		"a user that is not there":      {func(c *Config) { c.User = "nobody" }, steps.ErrPasswordRefused},
		"a user that must use TLS":      {func(c *Config) { c.TLS = Plain }, steps.ErrPasswordRefused},
		"an authority that is unknown":  {func(c *Config) { c.RootCAs = nil }, steps.ErrCertificateNotVerified},
		"a port at which nobody serves": {func(c *Config) { c.Port = freePort(t) }, steps.ErrDatabaseUnreachable},
	} {
		t.Run(sentence, func(t *testing.T) {
			config := right
			c.change(&config)
			conn, err := Open(t.Context(), config)
			if err == nil {
				_ = conn.Close()
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	_, port := listen(t, nil)
	return port
}
