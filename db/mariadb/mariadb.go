// Package mariadb runs a real MariaDB server for tests of what only a server
// that somebody else wrote can show.
package mariadb

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyturn/db/sandbox"
	"keyturn/steps"
)

// Server is a running server. Its user adminuser signs in from everywhere, over
// TLS only.
type Server struct {
	Port  int
	CAPEM []byte // of the authority that signed its certificate
}

// greeting is how long a server may take to start.
const greeting = time.Minute

// Start runs a private server with TLS until the test ends, and skips the test
// where MariaDB is not installed. Arguments are further ones of mariadbd.
func Start(t testing.TB, password steps.Password, arguments ...string) Server {
	t.Helper()
	for _, tool := range []string{"mariadb-install-db", "mariadbd"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	dir, err := os.MkdirTemp("", "db") // a socket's path must stay short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var asRoot []string
	if os.Geteuid() == 0 {
		asRoot = []string{"--user=root"}
	}
	install := exec.Command("mariadb-install-db", append([]string{
		"--no-defaults", "--datadir=" + filepath.Join(dir, "data"),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=4M",
	}, asRoot...)...)
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("mariadb-install-db: %v\n%s", err, out)
	}
	server := Server{Port: freePort(t), CAPEM: writeCertificate(t, dir)}
	initial := fmt.Sprintf("CREATE OR REPLACE USER adminuser@'%%' IDENTIFIED BY %s REQUIRE SSL;\n", quoted(password))
	writeFile(t, filepath.Join(dir, "init.sql"), []byte(initial))

	process := exec.Command("mariadbd", append(append([]string{
		"--no-defaults", "--datadir=" + filepath.Join(dir, "data"), "--socket=" + filepath.Join(dir, "s"),
		fmt.Sprintf("--port=%d", server.Port), "--bind-address=127.0.0.1", "--skip-name-resolve", "--performance-schema=0",
		"--ssl-cert=" + filepath.Join(dir, "cert.pem"), "--ssl-key=" + filepath.Join(dir, "key.pem"),
		"--init-file=" + filepath.Join(dir, "init.sql"),
	}, arguments...), asRoot...)...)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), greeting)
	defer cancel()
	for !greets(ctx, server.Port) {
		if ctx.Err() != nil {
			t.Skipf("mariadbd did not greet within %s", greeting)
		}
	}
	return server
}

// quoted is a password as MariaDB's SQL writes it.
func quoted(password steps.Password) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(password.Reveal()) + "'"
}

// writeCertificate has an authority of the test's own sign a certificate for
// loopback, and returns the authority's.
func writeCertificate(t testing.TB, dir string) []byte {
	t.Helper()
	authority, err := sandbox.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.ServerConfig()
	if err != nil {
		t.Fatal(err)
	}
	issued := config.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(issued.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued.Certificate[0]}))
	writeFile(t, filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	return authority.PEM()
}

// greets reports whether a server's first byte comes from the port.
func greets(ctx context.Context, port int) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	n, _ := conn.Read(make([]byte, 1))
	return n == 1
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	address, _ := listener.Addr().(*net.TCPAddr)
	return address.Port
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
