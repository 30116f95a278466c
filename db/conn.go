package db

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"

	"keyturn/steps"
)

// TLSMode says whether a connection is encrypted. The zero value verifies.
type TLSMode int

const (
	// Verify speaks TLS 1.2 or later to a server whose certificate is signed
	// by a trusted root and bears the host's name, or does not speak at all.
	Verify TLSMode = iota
	// Plain does not encrypt: for a server that its client knows to be
	// without TLS. Nothing falls back to it.
	Plain
)

// DefaultTimeout bounds the sign-in and each statement where Config says
// nothing: twice the connect timeout of AWS's rotation function.
const DefaultTimeout = 10 * time.Second

// Config is where and as whom to sign in.
type Config struct {
	Host     string
	Port     int // 3306 if zero
	User     string
	Password steps.Password
	Database string // to start in; none if empty
	TLS      TLSMode
	RootCAs  *x509.CertPool // RDSRoots if nil
	// Dial replaces the network's own dialer, which is used if nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Timeout bounds the sign-in, from the name's look-up to the server's OK,
	// and then each statement. DefaultTimeout if zero.
	Timeout time.Duration
}

// Conn is one signed-in connection. It never reconnects: after a change of
// password the session stays the one that made it.
type Conn struct {
	pool    *sql.DB
	conn    *sql.Conn
	host    string
	timeout time.Duration
	tls     tls.ConnectionState // zero without TLS
	took    time.Duration
}

// Open signs in. Its errors are steps.ServiceErrors, but for the
// cancellation of ctx, which is returned as it is.
func Open(ctx context.Context, c Config) (*Conn, error) {
	started := time.Now()
	conn := &Conn{host: c.Host, timeout: cmp.Or(c.Timeout, DefaultTimeout)}
	line := &line{dial: c.Dial}

	cfg := mysql.NewConfig()
	cfg.User = c.User
	cfg.Passwd = c.Password.Reveal()
	cfg.DBName = c.Database
	cfg.Net = "tcp"
	cfg.Addr = net.JoinHostPort(c.Host, strconv.Itoa(cmp.Or(c.Port, 3306)))
	cfg.DialFunc = line.open
	cfg.Logger = &mysql.NopLogger{}
	cfg.ConnectionAttributes = "program_name:keyturn"
	cfg.CheckConnLiveness = false // one connection, never idle in a pool
	cfg.InterpolateParams = true  // SET PASSWORD cannot be prepared
	if c.TLS == Verify {
		roots := c.RootCAs
		if roots == nil {
			roots = RDSRoots()
		}
		cfg.TLS = &tls.Config{
			RootCAs:    roots,
			ServerName: c.Host,
			MinVersion: tls.VersionTLS12,
			VerifyConnection: func(state tls.ConnectionState) error {
				conn.tls = state
				return nil
			},
		}
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("configure the MySQL client: %w", err)
	}

	conn.pool = sql.OpenDB(connector)
	conn.pool.SetMaxOpenConns(1)
	limited, cancel := context.WithTimeout(ctx, conn.timeout)
	defer cancel()
	if conn.conn, err = conn.pool.Conn(limited); err != nil {
		_ = conn.pool.Close()
		return nil, line.translate(ctx, c.Host, err)
	}
	conn.took = time.Since(started)
	return conn, nil
}

// Close hangs up.
func (c *Conn) Close() error {
	_ = c.conn.Close()
	return c.pool.Close()
}

// query reads one row of a statement without arguments.
func (c *Conn) query(ctx context.Context, statement string, into ...any) error {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.conn.QueryRowContext(limited, statement).Scan(into...); err != nil {
		return translate(ctx, "query", c.host, err)
	}
	return nil
}
