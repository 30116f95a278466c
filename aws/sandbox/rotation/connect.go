package rotation

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"keyturn/aws/sandbox/cloud"
	"keyturn/db"
	"keyturn/steps"
)

// connectTimeout is the published function's connect_timeout. It limits a whole
// sign-in. How long the function waits for a database that does not answer at all
// depends on the pace.
const connectTimeout = 5 * time.Second

func dialTimeout(pace cloud.Pace) time.Duration {
	switch pace {
	case cloud.Demo:
		return time.Second
	case cloud.Instant:
		return 250 * time.Millisecond
	}
	return connectTimeout
}

// connect signs in with a version's credentials. It returns no connection and no
// error if the database rejected them or did not answer. If the ssl key is
// missing or invalid and the attempt over TLS fails, it tries again in plain
// text.
func (c *invocation) connect(ctx context.Context, d dict) (*db.Conn, error) {
	port, err := parsePort(d)
	if err != nil {
		return nil, err
	}
	useTLS, fallBack := sslConfig(d)
	conn, err := c.signIn(ctx, d, port, useTLS)
	if conn != nil || err != nil || !fallBack {
		return conn, err
	}
	return c.signIn(ctx, d, port, false)
}

// signIn makes one attempt. It returns an error only when the invocation ends.
func (c *invocation) signIn(ctx context.Context, d dict, port int, useTLS bool) (*db.Conn, error) {
	mode, kind := db.Plain, "non SSL/TLS"
	if useTLS {
		mode, kind = db.Verify, "SSL/TLS"
	}
	dial := c.config.Dial(c.inv)
	conn, err := db.Open(ctx, db.Config{
		Host: d.text("host"), Port: port, User: d.text("username"), Password: d.password(), Database: databaseName(d),
		TLS: mode, RootCAs: c.config.RootCAs, Timeout: connectTimeout,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, dialTimeout(c.config.Pace))
			defer cancel()
			return dial(ctx, network, address)
		},
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		if isAddressMismatch(err) {
			c.log("ERROR", "Hostname verification failed when estlablishing SSL/TLS Handshake with host: "+d.text("host")) // spelt as published
		}
		return nil, nil //nolint:nilnil // the published code's None
	}
	c.info("Successfully established %s connection as user '%s' with host: '%s'", kind, d.text("username"), d.text("host"))
	return conn, nil
}

// isAddressMismatch reports whether the certificate is for another IP address.
func isAddressMismatch(err error) bool {
	var mismatch x509.HostnameError
	return errors.Is(err, steps.ErrCertificateNotVerified) && errors.As(err, &mismatch) && net.ParseIP(mismatch.Host) != nil
}

// parsePort converts the port key as Python's int() does; without the key it
// returns 3306.
func parsePort(d dict) (int, error) {
	value := d.get("port")
	if value == nil {
		return 3306, nil
	}
	var number float64
	if json.Unmarshal(value, &number) == nil && string(value) != "null" {
		return int(number), nil
	}
	var s string
	if json.Unmarshal(value, &s) != nil || string(value) == "null" {
		return 0, raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'", handler, "get_connection")
	}
	port, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0, raise("ValueError", "invalid literal for int() with base 10: '"+s+"'", handler, "get_connection")
	}
	return port, nil
}

func databaseName(d dict) string {
	var name string
	_ = json.Unmarshal(d.get("dbname"), &name) // no name is no database
	return name
}

// sslConfig parses the ssl key: true or false, or either as text in any case.
// With anything else, or no key, the function tries TLS first, then plain text.
func sslConfig(d dict) (useTLS, fallBack bool) {
	value := d.get("ssl")
	var flag bool
	if value == nil || string(value) == "null" {
		return true, true
	}
	if json.Unmarshal(value, &flag) == nil {
		return flag, false
	}
	var s string
	if json.Unmarshal(value, &s) != nil {
		return true, true
	}
	switch strings.ToLower(s) {
	case "true":
		return true, false
	case "false":
		return false, false
	}
	return true, true
}
