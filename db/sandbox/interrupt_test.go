package sandbox

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

// endless is a statement that takes far longer than any test.
const endless = `SELECT COUNT(*) FROM t a, t b, t c, t d, t e, t f, t g, t h WHERE a.n + b.n + c.n + d.n + e.n + f.n + g.n + h.n < 0`

// withRows is a session in a database that has a table to be joined endlessly.
func withRows(t *testing.T, s *testServer) *sql.Conn {
	t.Helper()
	c := s.session(t, who{user: admin, password: adminPassword})
	rows := strings.TrimSuffix(strings.Repeat("(1),", 100), ",")
	for _, query := range []string{"CREATE DATABASE d", "USE d", "CREATE TABLE t (n INT)", "INSERT INTO t VALUES " + rows} {
		if _, err := c.ExecContext(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	return c
}

// runs waits until a session works on a statement.
func (s *testServer) runs(t *testing.T, id uint32) *session {
	t.Helper()
	for t.Context().Err() == nil {
		s.mu.Lock()
		se := s.sessions[id]
		s.mu.Unlock()
		if se != nil && se.stop.Load() != nil {
			return se
		}
		time.Sleep(time.Millisecond) // there is nothing to wait on from outside
	}
	t.Fatal("the statement never ran")
	return nil
}

func idOf(t *testing.T, c *sql.Conn) uint32 {
	t.Helper()
	var id uint32
	if err := c.QueryRowContext(t.Context(), "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestStatementEndsWhenItIsKilled(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"KILL QUERY", "KILL"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			c := withRows(t, s)
			id := idOf(t, c)
			failed := make(chan error, 1)
			go func() {
				var n int
				failed <- c.QueryRowContext(context.Background(), endless).Scan(&n)
			}()
			s.runs(t, id)
			if _, err := s.admin(t).Exec(fmt.Sprintf("%s %d", verb, id)); err != nil {
				t.Fatal(err)
			}
			err := <-failed
			if err == nil || verb == "KILL QUERY" && !strings.Contains(err.Error(), "1317") {
				t.Errorf("the statement ended with %v", err)
			}
			_, err = c.ExecContext(t.Context(), "DO 1")
			if alive := err == nil; alive != (verb == "KILL QUERY") {
				t.Errorf("the session afterwards: %v", err)
			}
		})
	}
}

func TestStatementEndsWithItsClient(t *testing.T) {
	t.Parallel()
	for name, tls := range map[string]bool{"plain": false, "over TLS": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			withRows(t, s)
			c := s.session(t, who{user: admin, password: adminPassword, db: "d", tls: tls})
			id := idOf(t, c)
			ctx, leave := context.WithCancel(t.Context())
			go func() {
				s.runs(t, id)
				leave() // the driver closes the connection
			}()
			var n int
			if err := c.QueryRowContext(ctx, endless).Scan(&n); err == nil {
				t.Error("the statement went on to its end")
			}
			// The tables are free again: this one would wait for ever otherwise.
			if _, err := s.admin(t).Exec("DROP TABLE d.t"); err != nil {
				t.Error(err)
			}
		})
	}
}

// A client may have sent its next command before it leaves.
func TestStatementEndsWithAPipeliningClient(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	withRows(t, s)
	var wire net.Conn
	c := s.session(t, who{user: admin, password: adminPassword, db: "d", change: func(config *driver.Config) {
		config.DialFunc = func(ctx context.Context, network, addr string) (_ net.Conn, err error) {
			wire, err = new(net.Dialer).DialContext(ctx, network, addr)
			return wire, err
		}
	}})
	id := idOf(t, c)
	go func() {
		s.runs(t, id)
		_, _ = wire.Write([]byte{1, 0, 0, 0, 0x0e}) // COM_PING
		_ = wire.Close()
	}()
	var n int
	if err := c.QueryRowContext(t.Context(), endless).Scan(&n); err == nil {
		t.Error("the statement went on to its end")
	}
	if _, err := s.admin(t).Exec("DROP TABLE d.t"); err != nil {
		t.Error(err)
	}
}

func TestStatementEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s, stop := newTestServer(t, "8.4.6")
	c := withRows(t, s)
	id := idOf(t, c)
	failed := make(chan error, 1)
	go func() {
		var n int
		failed <- c.QueryRowContext(context.Background(), endless).Scan(&n)
	}()
	s.runs(t, id)
	stop() // it waits for the statement
	if err := <-failed; err == nil {
		t.Error("the statement went on to its end")
	}
}

func TestKillIsRefused(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := s.session(t, who{user: admin, password: adminPassword})
	execAll(t, root, "CREATE USER app IDENTIFIED BY 'x'")
	app := s.session(t, who{user: "app", password: "x"})
	for _, verb := range []string{"KILL", "KILL QUERY"} {
		if _, err := app.ExecContext(t.Context(), fmt.Sprintf("%s %d", verb, idOf(t, root))); number(t, err) != 1095 {
			t.Errorf("%s of somebody else's session: %v", verb, err)
		}
		if _, err := app.ExecContext(t.Context(), verb+" 999999"); number(t, err) != 1094 {
			t.Errorf("%s of no session: %v", verb, err)
		}
	}
	// Connections of one's own may be killed.
	second := s.session(t, who{user: "app", password: "x"})
	execAll(t, app, fmt.Sprintf("KILL %d", idOf(t, second)))
	if _, err := second.ExecContext(t.Context(), "DO 1"); err == nil {
		t.Error("the killed session goes on")
	}
}

func TestSelectEndsAtItsTimeLimit(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ set, query string }{
		"by the variable": {"SET SESSION max_execution_time = 150", endless},
		"by a hint":       {"DO 1", strings.Replace(endless, "SELECT", "SELECT /*+ MAX_EXECUTION_TIME(150) */", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := withRows(t, startServer(t))
			if _, err := c.ExecContext(t.Context(), tt.set); err != nil {
				t.Fatal(err)
			}
			var n int
			err := c.QueryRowContext(t.Context(), tt.query).Scan(&n)
			if err == nil || !strings.Contains(err.Error(), "3024") {
				t.Errorf("ended with %v", err)
			}
			// The watch over the client has left the connection as it was.
			if err := c.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM t").Scan(&n); err != nil || n != 100 {
				t.Errorf("afterwards %d, %v", n, err)
			}
		})
	}
}

func TestInterruptedStatementLeavesNoTempTables(t *testing.T) {
	t.Parallel()
	c := withRows(t, startServer(t))
	if _, err := c.ExecContext(t.Context(), "SET SESSION max_execution_time = 120"); err != nil {
		t.Fatal(err)
	}
	query := strings.Replace(endless, "FROM t a", "FROM information_schema.tables i, t a", 1)
	for range 2 {
		var n int
		err := c.QueryRowContext(t.Context(), query).Scan(&n)
		if err == nil || !strings.Contains(err.Error(), "3024") {
			t.Errorf("ended with %v", err)
		}
	}
}

func TestRecursionIsRefused(t *testing.T) {
	t.Parallel()
	c := startServer(t).session(t, who{user: admin, password: adminPassword})
	var n int
	err := c.QueryRowContext(t.Context(), "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) SELECT COUNT(*) FROM r").Scan(&n)
	if err == nil || !strings.Contains(err.Error(), "1235") {
		t.Errorf("answered %d, %v", n, err)
	}
	if err := c.QueryRowContext(t.Context(), "WITH r(n) AS (SELECT 7) SELECT n FROM r").Scan(&n); err != nil || n != 7 {
		t.Errorf("without recursion it answered %d, %v", n, err)
	}
}
