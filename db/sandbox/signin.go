package sandbox

import (
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"net"

	"github.com/go-mysql-org/go-mysql/mysql"
	protocol "github.com/go-mysql-org/go-mysql/server"

	"keyturn/db/sandbox/mysqlerr"
)

// authentication is the protocol library's, except that a password which does
// not decrypt is a wrong password, not a failure of the server.
type authentication struct {
	protocol.DefaultAuthenticationProvider
}

// Authenticate checks what a client sent of its password.
func (a *authentication) Authenticate(c *protocol.Conn, plugin string, data []byte) error {
	err := a.DefaultAuthenticationProvider.Authenticate(c, plugin, data)
	if errors.Is(err, rsa.ErrDecryption) {
		return protocol.ErrAccessDenied
	}
	return err
}

// GetCredential finds the account a client signs in with.
func (se *session) GetCredential(user string) (protocol.Credential, bool, error) {
	se.candidate = se.server.accounts.All().Candidate(user, se.hosts)
	se.wire.version.Store(se.candidate.PasswordID)
	return protocol.Credential{
		Passwords:      []string{se.candidate.Password.Reveal()},
		AuthPluginName: se.candidate.Plugin,
	}, true, nil
}

// OnAuthSuccess lets a client in whose password was right, unless its account
// keeps it out.
func (se *session) OnAuthSuccess(c *protocol.Conn) error {
	if err := se.admit(c, c.GetUser()); err != nil {
		se.OnAuthFailure(c, err)
		return err
	}
	c.SetStatus(mysql.SERVER_STATUS_AUTOCOMMIT)
	if se.wantedDB != "" {
		if err := se.useDB(se.wantedDB); err != nil {
			return err
		}
	}
	se.server.log.Info("signed in", "user", se.user, "host", se.host, "tls", se.tls != nil)
	return nil
}

// admit makes a client whose password was right the user of this session.
func (se *session) admit(c *protocol.Conn, user string) error {
	a := se.candidate
	se.tls = connectionState(c.Conn.Conn)
	switch {
	case a.Locked:
		return mysqlerr.New(mysqlerr.AccountLocked, user, se.host)
	case a.RequireTLS && se.tls == nil:
		return mysqlerr.AccessDenied(user, se.host, !a.Password.IsZero())
	}
	se.user, se.account = user, a
	return nil
}

// OnAuthFailure notes a refusal.
func (se *session) OnAuthFailure(c *protocol.Conn, err error) {
	se.server.refused.Add(1)
	se.server.log.Info("refused", "user", c.GetUser(), "host", se.host, "err", err)
}

// connectionState is the TLS state of a connection, nil outside TLS.
func connectionState(conn net.Conn) *tls.ConnectionState {
	if b, ok := conn.(*buffered); ok {
		conn = b.Conn
	}
	secured, ok := conn.(*tls.Conn)
	if !ok {
		return nil
	}
	state := secured.ConnectionState()
	return &state
}
