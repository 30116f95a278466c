package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"go.uber.org/goleak"

	"keyturn/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testServer is a server that a test talks to.
type testServer struct {
	*Server
	addr      string
	authority *Authority
	serving   chan error
}

const (
	admin         = "admin"
	adminPassword = `a"d'm\i%n;--`
)

// newTestServer serves until stop is called.
func newTestServer(tb testing.TB, version string) (s *testServer, stop func()) {
	tb.Helper()
	authority, err := NewAuthority()
	if err != nil {
		tb.Fatal(err)
	}
	config, err := authority.ServerConfig()
	if err != nil {
		tb.Fatal(err)
	}
	server, err := New(Options{Version: version, User: admin, Password: steps.NewPassword(adminPassword), TLS: config})
	if err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s = &testServer{Server: server, addr: l.Addr().String(), authority: authority, serving: make(chan error, 1)}
	go func() { s.serving <- server.Serve(l) }()
	return s, func() {
		tb.Helper()
		if err := server.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
		if err := <-s.serving; err != nil {
			tb.Errorf("serve: %v", err)
		}
	}
}

func startServer(tb testing.TB) *testServer {
	tb.Helper()
	s, stop := newTestServer(tb, "8.4.6")
	tb.Cleanup(stop)
	return s
}

func (s *testServer) port() string {
	_, port, _ := net.SplitHostPort(s.addr)
	return port
}

// who is how a test signs in.
type who struct {
	user, password, db string
	tls                bool
	change             func(*driver.Config)
}

// open makes a pool for one user.
func (s *testServer) open(tb testing.TB, w who) *sql.DB {
	tb.Helper()
	config := driver.NewConfig()
	config.User, config.Passwd, config.DBName = w.user, w.password, w.db
	config.Net, config.Addr = "tcp", s.addr
	config.AllowNativePasswords = true
	if w.tls {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(s.authority.PEM())
		config.TLS = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	}
	if w.change != nil {
		w.change(config)
	}
	connector, err := driver.NewConnector(config)
	if err != nil {
		tb.Fatal(err)
	}
	db := sql.OpenDB(connector)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

func (s *testServer) admin(tb testing.TB) *sql.DB {
	tb.Helper()
	return s.open(tb, who{user: admin, password: adminPassword})
}

// session is one connection, so that what a session holds stays.
func (s *testServer) session(tb testing.TB, w who) *sql.Conn {
	tb.Helper()
	c, err := s.open(tb, w).Conn(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// signIn reports the number of the error, 0 if the client is let in.
func (s *testServer) signIn(tb testing.TB, w who) uint16 {
	tb.Helper()
	db := s.open(tb, w)
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return number(tb, db.PingContext(ctx))
}

// number is the number of one of MySQL's errors.
func number(tb testing.TB, err error) uint16 {
	tb.Helper()
	var e *driver.MySQLError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.Number
	}
	tb.Errorf("not an error of MySQL's: %v", err)
	return 1
}

// querier is a pool or a connection.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func execAll(tb testing.TB, q querier, statements ...string) {
	tb.Helper()
	for _, s := range statements {
		if _, err := q.ExecContext(context.Background(), s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}

// ask is a result as text: values separated by |, rows by a line's end.
func ask(q querier, query string, args ...any) (string, error) {
	rows, err := q.QueryContext(context.Background(), query, args...)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	out := ""
	for n := 0; rows.Next(); n++ {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return "", err
		}
		if n > 0 {
			out += "\n"
		}
		for i, v := range values {
			if i > 0 {
				out += "|"
			}
			out += shownValue(v)
		}
	}
	return out, rows.Err()
}

func shownValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return v.Format(time.DateTime)
	}
	return fmt.Sprint(v)
}
