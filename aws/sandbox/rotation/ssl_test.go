package rotation

import (
	"context"
	"crypto/x509"
	"net"
	"strconv"
	"strings"
	"testing"
)

// TestSSLKey tries every value of the ssl key with a valid and an invalid
// certificate.
func TestSSLKey(t *testing.T) {
	t.Parallel()
	const overTLS, plain, none = "SSL/TLS connection", "non SSL/TLS connection", ""
	cases := map[string]struct {
		ssl        any // nil leaves the key out
		trusted    string
		notTrusted string
	}{
		"no key: TLS, else plain":             {nil, overTLS, plain},
		"true: TLS only":                      {true, overTLS, none},
		"true as text, in any case: TLS only": {"TRUE", overTLS, none},
		"false: plain only":                   {false, plain, plain},
		"false as text: plain only":           {"False", plain, plain},
		"another text: TLS, else plain":       {"maybe", overTLS, plain},
		"a number: TLS, else plain":           {1, overTLS, plain},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, trusts := range []bool{true, false} {
				w := start(t)
				want := c.trusted
				if !trusts {
					w.function.config.RootCAs = x509.NewCertPool()
					want = c.notTrusted
				}
				w.put(w.json("first", map[string]any{"ssl": c.ssl}))
				err := w.rotate(token)
				log := w.logged()
				if (err == nil) != (want != none) {
					t.Errorf("trusted %t: %v", trusts, err)
				}
				if want != none && !strings.Contains(log, "[INFO] Successfully established "+want) {
					t.Errorf("trusted %t: the log lacks %q:\n%s", trusts, want, log)
				}
				if want == none && strings.Contains(log, "Successfully established") {
					t.Errorf("trusted %t: connected after all:\n%s", trusts, log)
				}
			}
		})
	}
}

func TestCertificateForAnotherAddressIsLogged(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(w.json("first", map[string]any{"host": "192.0.2.1", "ssl": true}))
	w.dials = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(w.host, strconv.Itoa(w.port)))
	}
	if err := w.rotate(token); err == nil {
		t.Error("the rotation succeeded")
	}
	const want = "[ERROR] Hostname verification failed when estlablishing SSL/TLS Handshake with host: 192.0.2.1"
	if !strings.Contains(w.logged(), want) {
		t.Errorf("the log lacks %q:\n%s", want, w.logged())
	}
}
