package db

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"time"

	"keyturn/steps"
)

// Client signs in as the steps do: over verified TLS, for the time of one
// look. The zero value trusts RDS's roots.
type Client struct {
	RootCAs *x509.CertPool
	Timeout time.Duration
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

var _ steps.MySQL = Client{}

// SignIn signs in, reads the evidence and hangs up.
func (c Client) SignIn(ctx context.Context, as steps.Credentials) (steps.SignIn, error) {
	conn, err := Open(ctx, Config{
		Host: as.Host, Port: as.Port, User: as.Username, Password: as.Password,
		RootCAs: c.RootCAs, Timeout: c.Timeout, Dial: c.Dial,
	})
	if err != nil {
		return steps.SignIn{}, err
	}
	defer func() { _ = conn.Close() }()
	return conn.Evidence(ctx)
}

// Evidence asks the server who is signed in and reads, from the handshake
// itself, what TLS was agreed. Its TLS fields are empty on a plain connection.
func (c *Conn) Evidence(ctx context.Context) (steps.SignIn, error) {
	var now string
	found := steps.SignIn{Took: c.took}
	err := c.query(ctx, "SELECT CURRENT_USER(), VERSION(), CONNECTION_ID(), NOW()",
		&found.User, &found.ServerVersion, &found.ConnectionID, &now)
	if err != nil {
		return steps.SignIn{}, err
	}
	if found.ServerTime, err = serverTime(now); err != nil {
		return steps.SignIn{}, err
	}
	if c.tls.Version != 0 {
		found.TLSVersion = tls.VersionName(c.tls.Version)
		found.TLSCipher = tls.CipherSuiteName(c.tls.CipherSuite)
		found.CertificateCN = c.tls.PeerCertificates[0].Subject.CommonName
	}
	return found, nil
}
