package db

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"

	"github.com/go-sql-driver/mysql"

	"keyturn/steps"
)

// The server's error numbers that a step decides on, from MySQL's error
// message reference.
const (
	accessDenied           = 1045
	parseError             = 1064
	accessDeniedNoPassword = 1698 // MariaDB's, for an account without one
	serverShutdown         = 1053
	clientInactive         = 4031
)

// translate tells how a sign-in failed, by the driver's error and by how far
// the connection came.
func (l *line) translate(ctx context.Context, host string, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case !l.connected.Load():
		return serviceError("sign in", undialled(host, err), err)
	case errors.Is(err, context.DeadlineExceeded) && !l.greeted.Load():
		return serviceError("sign in", cause{
			steps.ErrDatabaseUnreachable, "",
			host + " accepted the connection and did not greet in time",
		}, err)
	case errors.Is(err, context.DeadlineExceeded):
		return serviceError("sign in", cause{
			steps.ErrDatabaseConnectionDropped, "",
			host + " greeted and then stopped answering",
		}, err)
	}
	return translate(ctx, "sign in", host, err)
}

// translate turns an error of a connection that stands into the steps' words.
func translate(ctx context.Context, operation, host string, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return serviceError(operation, understood(host, err), err)
}

// cause is what an error means: its kind, the service's code and a sentence.
type cause struct {
	kind    error
	code    string
	message string
}

func serviceError(operation string, c cause, err error) error {
	return &steps.ServiceError{
		Service: "mysql", Operation: operation,
		Code: c.code, Message: c.message, Kind: c.kind, Err: err,
	}
}

// undialled says why there is no connection at all.
func undialled(host string, err error) cause {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return cause{steps.ErrDatabaseNameNotResolved, "", host + ": " + dns.Err}
	}
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), ok && timeout.Timeout():
		return cause{steps.ErrDatabaseUnreachable, "", host + " does not answer"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return cause{steps.ErrDatabaseUnreachable, "", host + " refuses the connection"}
	}
	return cause{steps.ErrDatabaseUnreachable, "", err.Error()}
}

// understood reads an error that came after the connection was made.
func understood(host string, err error) cause {
	if refusal, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return cause{kindOf(refusal.Number), strconv.Itoa(int(refusal.Number)), refusal.Message}
	}
	if untrusted, ok := certificateError(err); ok {
		return cause{steps.ErrCertificateNotVerified, "", fmt.Sprintf("the certificate of %s: %v", host, untrusted)}
	}
	alert, isAlert := errors.AsType[tls.AlertError](err)
	record, isRecord := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case errors.Is(err, mysql.ErrNoTLS):
		return cause{steps.ErrTLSRefused, "", host + " does not offer TLS"}
	case isAlert:
		return cause{steps.ErrTLSRefused, "", fmt.Sprintf("%s broke off the TLS handshake: %v", host, alert)}
	case isRecord:
		return cause{steps.ErrTLSRefused, "", fmt.Sprintf("%s does not speak TLS: %s", host, record.Msg)}
	case dropped(err):
		return cause{steps.ErrDatabaseConnectionDropped, "", host + " closed the connection"}
	}
	return cause{nil, "", err.Error()}
}

func kindOf(number uint16) error {
	switch number {
	case accessDenied, accessDeniedNoPassword:
		return steps.ErrPasswordRefused
	case serverShutdown, clientInactive:
		return steps.ErrDatabaseConnectionDropped
	}
	return nil
}

// certificateError finds what crypto/x509 has against a certificate.
func certificateError(err error) (error, bool) {
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return e.Err, true
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return e, true
	}
	e, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return e, ok
}

func dropped(err error) bool {
	for _, end := range []error{
		mysql.ErrInvalidConn, driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF,
		syscall.ECONNRESET, syscall.EPIPE, net.ErrClosed, context.DeadlineExceeded,
	} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}
