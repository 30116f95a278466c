package db

import (
	"errors"
	"net"
	"testing"

	"keyturn/db/sandbox"
	"keyturn/steps"
)

func TestAPasswordChangeOnTheEmbeddedServer(t *testing.T) {
	t.Parallel()
	port, ca := startEmbedded(t)
	roots, err := RootsFrom(ca)
	if err != nil {
		t.Fatal(err)
	}
	changePassword(t, port, roots, steps.NewPassword("first"), "8.4")
}

func TestAPlainConnectionShowsNoTLS(t *testing.T) {
	t.Parallel()
	port, _ := startEmbedded(t)
	conn, err := Open(t.Context(), Config{
		Host: "127.0.0.1", Port: port, User: "adminuser", Password: steps.NewPassword("first"), TLS: Plain,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	found, err := conn.Evidence(t.Context())
	if err != nil || found.TLSVersion != "" || found.CertificateCN != "" {
		t.Errorf("evidence %+v, %v", found, err)
	}
}

func TestEmbeddedAuthorityIsNotTrustedByDefault(t *testing.T) {
	t.Parallel()
	port, _ := startEmbedded(t)
	_, err := Client{}.SignIn(t.Context(), steps.Credentials{
		Host: "127.0.0.1", Port: port, Username: "adminuser", Password: steps.NewPassword("first"),
	})
	if !errors.Is(err, steps.ErrCertificateNotVerified) {
		t.Errorf("got %v", err)
	}
}

// startEmbedded serves the sandbox's MySQL until the test ends.
func startEmbedded(t *testing.T) (port int, ca []byte) {
	t.Helper()
	authority, err := sandbox.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.ServerConfig()
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.New(sandbox.Options{
		Version: "8.4.6", User: "adminuser", Password: steps.NewPassword("first"), TLS: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	address, _ := listener.Addr().(*net.TCPAddr)
	return address.Port, authority.PEM()
}
