package db

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"keyturn/steps"
)

func TestAPasswordChangeOnARealMariaDB(t *testing.T) {
	t.Parallel()
	roots := newAuthority(t)
	port := startMariaDB(t, roots)
	changePassword(t, port, roots.pool(), steps.NewPassword(`first"'\;--%`+"`"), "MariaDB")
}

// startMariaDB runs a private server with TLS and the user adminuser until the
// test ends, and returns its port once it greets.
func startMariaDB(t *testing.T, roots authority) int {
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

	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	issued := roots.issue(t, "127.0.0.1")
	der, err := x509.MarshalPKCS8PrivateKey(issued.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued.Certificate[0]}))
	writeFile(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	initial := filepath.Join(dir, "init.sql")
	writeFile(t, initial, []byte(`CREATE OR REPLACE USER adminuser@'%' IDENTIFIED BY 'first"''\\;--%`+"`"+`' REQUIRE SSL;`+"\n"))

	port := freePort(t)
	server := exec.Command("mariadbd", append([]string{
		"--no-defaults", "--datadir=" + filepath.Join(dir, "data"), "--socket=" + filepath.Join(dir, "s"),
		fmt.Sprintf("--port=%d", port), "--bind-address=127.0.0.1", "--skip-name-resolve", "--performance-schema=0",
		"--ssl-cert=" + cert, "--ssl-key=" + key, "--init-file=" + initial,
	}, asRoot...)...)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !greets(ctx, port) {
		if ctx.Err() != nil {
			t.Skip("mariadbd did not greet within a minute")
		}
	}
	return port
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

func freePort(t *testing.T) int {
	t.Helper()
	_, port := listen(t, nil)
	return port
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
