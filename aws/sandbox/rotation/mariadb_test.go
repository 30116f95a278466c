package rotation

import (
	"strings"
	"testing"

	"keyturn/db"
	"keyturn/db/mariadb"
	"keyturn/steps"
)

// startAtMariaDB returns a fixture whose secret is for a real MariaDB.
func startAtMariaDB(t *testing.T, arguments ...string) *fixture {
	t.Helper()
	server := mariadb.Start(t, steps.NewPassword("first"), arguments...)
	w := start(t)
	roots, err := db.RootsFrom(server.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	w.host, w.port, w.roots = "127.0.0.1", server.Port, roots
	w.function.config.RootCAs = roots
	w.put(w.json("first", nil))
	return w
}

// To a server that is not MySQL 8 the published function sends SET PASSWORD =
// PASSWORD('…'), which MariaDB accepts.
func TestRotationWithMariaDB(t *testing.T) {
	t.Parallel()
	w := startAtMariaDB(t)
	for _, token := range []string{token, nextToken} {
		before := w.password("AWSCURRENT")
		if err := w.rotate(token); err != nil {
			t.Fatalf("%v\n%s", err, w.logged())
		}
		if now := w.password("AWSCURRENT"); now == before || !w.signsIn(now) || w.signsIn(before) {
			t.Errorf("the new password signs in: %t, the old one: %t", w.signsIn(now), w.signsIn(before))
		}
	}
}

// To a MariaDB that reports version 8 the function sends SET PASSWORD = '…' in
// clear text, which MariaDB rejects as a malformed hash (error 1372).
func TestMariaDBWithAMySQL8VersionFails(t *testing.T) {
	t.Parallel()
	w := startAtMariaDB(t, "--version=8.4.0")
	if err := w.rotate(token); err == nil || !strings.Contains(err.Error(), "1372") {
		t.Fatalf("it ended with %v\n%s", err, w.logged())
	}
	if !w.signsIn("first") || w.password("AWSCURRENT") != "first" {
		t.Error("the password in force is not the one of before")
	}
}
