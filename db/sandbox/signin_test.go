package sandbox

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	"keyturn/steps"

	"github.com/go-mysql-org/go-mysql/mysql"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	execAll(t, s.admin(t),
		`CREATE USER app IDENTIFIED BY 'right'`,
		`CREATE USER native IDENTIFIED WITH mysql_native_password BY 'right'`,
		`CREATE USER sha256 IDENTIFIED WITH sha256_password BY 'right'`,
		`CREATE USER nobody_needs_a_password`,
		`CREATE USER secure IDENTIFIED BY 'right' REQUIRE SSL`,
		`CREATE USER locked IDENTIFIED BY 'right' ACCOUNT LOCK`,
		`CREATE USER here@localhost IDENTIFIED BY 'right'`,
		`CREATE USER there@'10.%' IDENTIFIED BY 'right'`,
		`CREATE DATABASE secretdb`,
	)
	for name, tt := range map[string]struct {
		who
		want    uint16
		message string
	}{
		"the right password signs in":                   {who{user: "app", password: "right"}, 0, ""},
		"the right password signs in over TLS":          {who{user: "app", password: "right", tls: true}, 0, ""},
		"a wrong password is refused":                   {who{user: "app", password: "wrong"}, 1045, "Access denied for user 'app'@'127.0.0.1' (using password: YES)"},
		"a wrong password is refused over TLS":          {who{user: "app", password: "wrong", tls: true}, 1045, "Access denied for user 'app'@'127.0.0.1' (using password: YES)"},
		"no password is refused":                        {who{user: "app"}, 1045, "Access denied for user 'app'@'127.0.0.1' (using password: NO)"},
		"an unknown user is refused the same way":       {who{user: "ghost", password: "x"}, 1045, "Access denied for user 'ghost'@'127.0.0.1' (using password: YES)"},
		"an unknown user without a password too":        {who{user: "ghost", tls: true}, 1045, "Access denied for user 'ghost'@'127.0.0.1' (using password: NO)"},
		"mysql_native_password signs in":                {who{user: "native", password: "right"}, 0, ""},
		"mysql_native_password refuses":                 {who{user: "native", password: "wrong"}, 1045, ""},
		"sha256_password signs in over TLS":             {who{user: "sha256", password: "right", tls: true}, 0, ""},
		"an account without a password lets in":         {who{user: "nobody_needs_a_password"}, 0, ""},
		"but not with one":                              {who{user: "nobody_needs_a_password", password: "x"}, 1045, ""},
		"REQUIRE SSL keeps plain connections out":       {who{user: "secure", password: "right"}, 1045, ""},
		"REQUIRE SSL lets TLS in":                       {who{user: "secure", password: "right", tls: true}, 0, ""},
		"a locked account is told so":                   {who{user: "locked", password: "right"}, 3118, "Access denied for user 'locked'@'127.0.0.1'. Account is locked."},
		"a locked account's wrong password is not":      {who{user: "locked", password: "wrong"}, 1045, ""},
		"loopback is localhost":                         {who{user: "here", password: "right"}, 0, ""},
		"an account of another network does not match":  {who{user: "there", password: "right"}, 1045, ""},
		"an unknown database is refused":                {who{user: admin, password: adminPassword, db: "nope"}, 1049, "Unknown database 'nope'"},
		"a database without privileges is refused":      {who{user: "app", password: "right", db: "secretdb"}, 1044, "Access denied for user 'app'@'%' to database 'secretdb'"},
		"the database is not named to a wrong password": {who{user: "app", password: "wrong", db: "secretdb"}, 1045, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := s.open(t, tt.who)
			err := db.PingContext(context.Background())
			if got := number(t, err); got != tt.want {
				t.Fatalf("error %d (%v), want %d", got, err, tt.want)
			}
			if tt.message != "" && !strings.HasSuffix(err.Error(), tt.message) {
				t.Errorf("said %q, want %q", err, tt.message)
			}
		})
	}
}

func TestPasswordChanges(t *testing.T) {
	t.Parallel()
	odd := "n'e\\w`\"%;-- %s {} é ü"
	for name, change := range map[string]string{
		"SET PASSWORD":                             `SET PASSWORD = '%'`,
		"SET PASSWORD FOR oneself":                 `SET PASSWORD FOR 'app'@'%' = '%'`,
		"SET PASSWORD FOR CURRENT_USER()":          `SET PASSWORD FOR CURRENT_USER() = '%'`,
		"ALTER USER oneself":                       `ALTER USER 'app'@'%' IDENTIFIED BY '%'`,
		"ALTER USER USER()":                        `ALTER USER USER() IDENTIFIED BY '%'`,
		"ALTER USER CURRENT_USER()":                `ALTER USER CURRENT_USER() IDENTIFIED BY '%'`,
		"ALTER USER WITH mysql_native_password":    `ALTER USER 'app'@'%' IDENTIFIED WITH mysql_native_password BY '%'`,
		"ALTER USER WITH caching_sha2_password":    `ALTER USER 'app'@'%' IDENTIFIED WITH caching_sha2_password BY '%'`,
		"modifying the instance, for another user": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			execAll(t, s.admin(t), `CREATE USER app IDENTIFIED BY 'old'`)
			for _, secured := range []bool{false, true} { // so that the old password is in the cache
				if got := s.signIn(t, who{user: "app", password: "old", tls: secured}); got != 0 {
					t.Fatalf("the old password: error %d", got)
				}
			}
			open := s.session(t, who{user: "app", password: "old"})
			if change == "" {
				if err := s.SetPassword("app", steps.NewPassword(odd)); err != nil {
					t.Fatal(err)
				}
			} else {
				quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(odd)
				at := strings.LastIndex(change, "%")
				execAll(t, open, change[:at]+quoted+change[at+1:])
			}
			for _, secured := range []bool{false, true} {
				if got := s.signIn(t, who{user: "app", password: odd, tls: secured}); got != 0 {
					t.Errorf("the new password, TLS %v: error %d", secured, got)
				}
				if got := s.signIn(t, who{user: "app", password: "old", tls: secured}); got != 1045 {
					t.Errorf("the old password, TLS %v: error %d, want 1045", secured, got)
				}
			}
			if got, err := ask(open, "SELECT CURRENT_USER()"); err != nil || got != "app@%" {
				t.Errorf("the open session: %q, %v", got, err)
			}
		})
	}
}

func TestPasswordFunctionIsOf57(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]uint16{"8.4.6": 1064, "5.7.44": 0} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			s, stop := newTestServer(t, version)
			t.Cleanup(stop)
			c := s.session(t, who{user: admin, password: adminPassword})
			_, err := c.ExecContext(t.Context(), `SET PASSWORD = PASSWORD('new (;) password')`)
			if got := number(t, err); got != want {
				t.Fatalf("error %d (%v), want %d", got, err, want)
			}
			if want == 0 && s.signIn(t, who{user: admin, password: "new (;) password"}) != 0 {
				t.Error("the new password is refused")
			}
		})
	}
}

func TestServersShareNothing(t *testing.T) {
	t.Parallel()
	one, two := startServer(t), startServer(t)
	execAll(t, one.admin(t), `CREATE DATABASE d`, `CREATE TABLE d.t (a INT)`, `CREATE USER app IDENTIFIED BY 'x'`)
	if got := two.signIn(t, who{user: "app", password: "x"}); got != 1045 {
		t.Errorf("an account of the other server: error %d", got)
	}
	if _, err := ask(two.admin(t), "SELECT * FROM d.t"); number(t, err) != 1049 {
		t.Errorf("a table of the other server: %v", err)
	}
}

func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	var held []net.Conn
	defer func() {
		for _, c := range held {
			_ = c.Close()
		}
	}()
	for range maxConnections {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
		if _, err := c.Read(make([]byte, 1)); err != nil { // the greeting has come
			t.Fatal(err)
		}
	}
	if got := s.signIn(t, who{user: admin, password: adminPassword}); got != 1040 {
		t.Fatalf("error %d, want 1040", got)
	}
	_ = held[0].Close()
	deadline := time.Now().Add(5 * time.Second)
	for s.signIn(t, who{user: admin, password: adminPassword}) != 0 {
		if time.Now().After(deadline) {
			t.Fatal("still refused after a connection ended")
		}
	}
}

func TestClosingEndsSessions(t *testing.T) {
	t.Parallel()
	s, stop := newTestServer(t, "8.4.6")
	c := s.session(t, who{user: admin, password: adminPassword})
	stop()
	if _, err := ask(c, "SELECT 1"); err == nil {
		t.Error("the session still answers")
	}
	if err := s.Serve(listen(t)); err != nil {
		t.Errorf("serving a closed server: %v", err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestGreetingAnnouncesAutocommit(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	packet := make([]byte, 256)
	n, err := conn.Read(packet)
	if err != nil {
		t.Fatal(err)
	}
	version, rest, _ := bytes.Cut(packet[5:n], []byte{0})
	const toStatus = 4 + 8 + 1 + 2 + 1 // thread, scramble, filler, capabilities, character set
	if status := binary.LittleEndian.Uint16(rest[toStatus:]); string(version) != "8.4.6" || status&mysql.SERVER_STATUS_AUTOCOMMIT == 0 {
		t.Errorf("version %s, status %#x", version, status)
	}
}
