package db

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"keyturn/steps"
)

func TestOnlyAVerifiedServerGetsThePassword(t *testing.T) {
	t.Parallel()
	trusted, stranger := newAuthority(t), newAuthority(t)
	tests := map[string]struct {
		cert tls.Certificate
		says string
		want error
	}{
		"a certificate of an authority that is not trusted": {
			cert: stranger.issue(t, "127.0.0.1"),
			says: "signed by unknown authority",
			want: steps.ErrCertificateNotVerified,
		},
		"a certificate for another name": {
			cert: trusted.issue(t, "another.example"),
			says: "127.0.0.1",
			want: steps.ErrCertificateNotVerified,
		},
		"a trusted certificate, and then the password is refused": {
			cert: trusted.issue(t, "127.0.0.1"),
			says: "Access denied",
			want: steps.ErrPasswordRefused,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			heard := make(chan []byte, 1)
			host, port := listen(t, func(c net.Conn) { heard <- serveTLS(c, test.cert) })
			client := Client{RootCAs: trusted.pool(), Timeout: 5 * time.Second}
			_, err := client.SignIn(t.Context(), steps.Credentials{
				Host: host, Port: port, Username: "adminuser", Password: steps.NewPassword(canary),
			})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %v with %q", err, test.want, test.says)
			}
			if got := string(<-heard); strings.Contains(got, "adminuser") != errors.Is(test.want, steps.ErrPasswordRefused) {
				t.Errorf("the server heard %q", got)
			}
		})
	}
}

// serveTLS greets, makes the TLS handshake and refuses whoever signs in. It
// returns what it heard inside TLS.
func serveTLS(c net.Conn, cert tls.Certificate) []byte {
	greet(c, withTLS)
	secure := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}})
	heard := make([]byte, 1024)
	n, err := secure.Read(heard)
	if err == nil {
		_, _ = secure.Write(refusalPacket(3, accessDenied, "28000", "Access denied for user 'adminuser'@'127.0.0.1' (using password: YES)"))
	}
	return heard[:n]
}
