package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"time"
)

// validity is how long the sandbox's certificates hold: longer than any run.
const validity = 90 * 24 * time.Hour

// Authority is a certificate authority of one sandbox, what Amazon RDS's own
// is to its databases. It lives as long as the process and is trusted only by
// those who are given its PEM.
type Authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// NewAuthority makes an authority with a fresh P-256 key.
func NewAuthority() (*Authority, error) {
	return (*Authority)(nil).sign(&x509.Certificate{
		Subject:               pkix.Name{CommonName: "keyturn sandbox CA"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	})
}

// PEM is the authority's certificate, for a client's CA file.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// ServerConfig issues a server's certificate for loopback, and says how TLS is
// spoken with it.
func (a *Authority) ServerConfig() (*tls.Config, error) {
	server, err := a.sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "localhost"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	})
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: [][]byte{server.cert.Raw, a.cert.Raw}, PrivateKey: server.key}},
	}, nil
}

// sign makes a key and a certificate for it, which without an authority signs
// itself. It begins a day early, for clients whose clock is behind.
func (a *Authority) sign(template *x509.Certificate) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate the key of a certificate: %w", err)
	}
	if a == nil {
		a = &Authority{key: key, cert: template}
	}
	now := time.Now()
	template.NotBefore, template.NotAfter = now.Add(-24*time.Hour), now.Add(validity)
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("sign a certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read a certificate: %w", err)
	}
	return &Authority{key: key, cert: cert}, nil
}
