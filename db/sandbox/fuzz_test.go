package sandbox

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/packet"
	protocol "github.com/go-mysql-org/go-mysql/server"

	"keyturn/db/sandbox/account"
	"keyturn/steps"
)

// FuzzStatement runs any text as a statement: nothing panics, and what is
// refused is refused with an error of MySQL's.
func FuzzStatement(f *testing.F) {
	for _, s := range append([]string{
		"SELECT 1", "SELECT * FROM shop.orders", "SET PASSWORD = 'x'", "SHOW TABLES FROM shop", "SELECT '\x00', x'00ff', b'1'",
		"INSERT INTO shop.orders VALUES (DEFAULT, 1, 2)", "UPDATE shop.orders SET total = total + 1 LIMIT 1", "GRANT SELECT ON *.* TO a",
		"SELECT GROUP_CONCAT(DISTINCT a SEPARATOR '-') FROM (SELECT 1 AS a) AS b", "ALTER TABLE shop.orders ADD x INT FIRST",
		"SELECT DATE_ADD('2026-01-01', INTERVAL 1 YEAR_MONTH)", "PREPARE p FROM 'SELECT ?'", "EXECUTE p USING @a", "CALL p()",
		"CREATE TABLE shop.x (a ENUM('a', 'b') DEFAULT 'a', b BIT(3), c JSON, d YEAR, e SET('x'), f TIME(3))", "DO SLEEP(1)",
		"SELECT ROUND(1e300, 99), FLOOR(1e300), ROUND(1, -99), LOCATE('', 'x', 9)", "SELECT REPEAT('a', -1)", "SELECT @@a.b, @a := 1",
		"DELETE a FROM shop.orders a", "VALUES ROW(1)", "TABLE shop.orders", "SELECT 1 INTO @a", "SHOW COLUMNS FROM shop.orders WHERE Field = 1",
	}, shop...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		se, stop := localSession(t)
		defer stop()
		for _, s := range shop {
			if _, err := se.HandleQuery(s); err != nil {
				t.Fatal(err)
			}
		}
		_, err := se.HandleQuery(statement)
		var e *mysql.MyError
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%q: not an error of MySQL's: %v", statement, err)
		}
		if _, err := se.HandleQuery("SELECT 1"); err != nil {
			t.Errorf("after %q: %v", statement, err)
		}
	})
}

// localSession is a master user's session without a client.
func localSession(tb testing.TB) (*session, func()) {
	tb.Helper()
	s, err := New(Options{Version: "8.4.6", User: admin, Password: steps.NewPassword("x"), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		tb.Fatal(err)
	}
	near, far := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, far) }()
	se := s.newSession(near)
	se.account, se.user = s.accounts.All()[account.Name{User: admin, Host: "%"}], admin
	se.conn = &protocol.Conn{Conn: packet.NewConn(near)}
	se.conn.SetStatus(mysql.SERVER_STATUS_AUTOCOMMIT)
	return se, func() {
		se.end()
		_ = near.Close()
		_ = far.Close()
		_ = s.Close()
	}
}
