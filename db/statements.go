package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"keyturn/steps"
)

// Version returns VERSION(): "8.4.3", "10.11.6-MariaDB".
func (c *Conn) Version(ctx context.Context) (string, error) {
	var version string
	err := c.query(ctx, "SELECT VERSION()", &version)
	return version, err
}

// Now returns NOW(), as a time of the server's own zone (UTC on RDS).
func (c *Conn) Now(ctx context.Context) (time.Time, error) {
	var text string
	if err := c.query(ctx, "SELECT NOW()", &text); err != nil {
		return time.Time{}, err
	}
	return serverTime(text)
}

// serverTime reads a DATETIME as the text protocol sends it.
func serverTime(text string) (time.Time, error) {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the server's time: %w", err)
	}
	return t, nil
}

// SetPassword changes the password of the user that is signed in; this
// connection stays open.
func (c *Conn) SetPassword(ctx context.Context, password steps.Password) error {
	version, err := c.Version(ctx)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if _, err := c.conn.ExecContext(limited, setPassword(version), password.Reveal()); err != nil {
		return translate(ctx, "set password", c.host, withoutStatement(err))
	}
	return nil
}

// setPassword is the statement by which a user changes its own password, with
// the two forms that AWS's rotation function knows. MySQL since 8 takes the
// text itself; MySQL 5 and MariaDB take its hash (MariaDB's ALTER USER would
// want the CREATE USER privilege even for one's own account).
func setPassword(version string) string {
	if strings.HasPrefix(version, "5.") || strings.Contains(version, "MariaDB") {
		return "SET PASSWORD = PASSWORD(?)"
	}
	return "SET PASSWORD = ?"
}

// withoutStatement drops the piece of the statement that a syntax error
// quotes: it can hold the password, or its end.
func withoutStatement(err error) error {
	refusal, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok || refusal.Number != parseError {
		return err
	}
	return &mysql.MySQLError{
		Number: refusal.Number, SQLState: refusal.SQLState,
		Message: "the server does not understand the statement that changes the password",
	}
}
