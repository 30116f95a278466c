package sandbox

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mysqlCLI runs statements with the mysql command line and returns what it
// prints.
func mysqlCLI(t *testing.T, s *testServer, user, password string, arguments ...string) string {
	t.Helper()
	path, err := exec.LookPath("mysql")
	if err != nil {
		t.Skip("the mysql command line is not installed")
	}
	arguments = append([]string{"--no-defaults", "-h127.0.0.1", "-P" + s.port(), "-u" + user}, arguments...)
	command := exec.CommandContext(t.Context(), path, arguments...)
	command.Env = append(os.Environ(), "MYSQL_PWD="+password)
	out, _ := command.CombinedOutput() // a refusal is part of the output
	return string(out)
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, connection := range map[string][]string{
		"over verified TLS": {"--ssl-ca=" + ca, "--ssl-verify-server-cert"},
		"outside TLS":       {"--skip-ssl"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := func(user, password string, arguments ...string) string {
				return mysqlCLI(t, s, user, password, append(connection, arguments...)...)
			}
			user := "cli_" + strings.ReplaceAll(name, " ", "_")
			for _, tt := range []struct {
				user, password string
				arguments      []string
				want           string
			}{
				{admin, adminPassword, []string{"-e", "CREATE USER " + user + " IDENTIFIED BY 'old'"}, ""},
				{user, "old", []string{"-NBe", "SELECT VERSION(), CURRENT_USER(), NULL, 1.5"}, "8.4.6\t" + user + "@%\tNULL\t1.5\n"},
				{user, "old", []string{"-e", `SET PASSWORD = 'n\'e"w\\;'`}, ""},
				{user, "old", []string{"-e", "SELECT 1"}, "Access denied for user '" + user + "'@'127.0.0.1' (using password: YES)"},
				{user, `n'e"w\;`, []string{"-NBe", "SELECT 'in'"}, "in\n"},
				{user, "", []string{"-e", "SELECT 1"}, "(using password: NO)"},
				{"ghost", "x", []string{"-e", "SELECT 1"}, "Access denied for user 'ghost'@'127.0.0.1' (using password: YES)"},
				{admin, adminPassword, []string{"-e", "status"}, "8.4.6 keyturn sandbox"},
				{admin, adminPassword, []string{"-e", "CREATE DATABASE " + user + "; USE " + user + "; CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (NULL)"}, ""},
				{admin, adminPassword, []string{"-NBe", "SELECT * FROM t; SHOW TABLES; SELECT DATABASE()", user}, "1\nNULL\nt\n" + user + "\n"},
			} {
				got := run(tt.user, tt.password, tt.arguments...)
				if !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
					t.Errorf("%s %v: got %q, want %q", tt.user, tt.arguments, got, tt.want)
				}
			}
		})
	}
}

// What mysqldump writes, the command line reads.
func TestDump(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("mysqldump")
	if err != nil {
		t.Skip("mysqldump is not installed")
	}
	s := startServer(t)
	execAll(t, s.session(t, who{user: admin, password: adminPassword}), append(shop, "CREATE DATABASE restored")...)
	command := exec.CommandContext(t.Context(), path, "--no-defaults", "-h127.0.0.1", "-P"+s.port(), "-u"+admin, "shop")
	command.Env = append(os.Environ(), "MYSQL_PWD="+adminPassword)
	dump, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dump.sql")
	if err := os.WriteFile(file, dump, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := mysqlCLI(t, s, admin, adminPassword, "restored", "-e", "source "+file); out != "" {
		t.Fatal(out)
	}
	const sum = "SELECT COUNT(*), SUM(total) FROM %s.orders JOIN %s.customers ON customer_id = customers.id"
	for _, db := range []string{"shop", "restored"} {
		if got, err := ask(s.admin(t), strings.ReplaceAll(sum, "%s", db)); err != nil || got != "3|37.50" {
			t.Errorf("%s: %q, %v", db, got, err)
		}
	}
}

// rotation is what AWS's rotation function does with PyMySQL, and what it
// expects.
const rotation = `
import sys, pymysql, datetime, decimal
port, ca, admin, password = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.stdin.read()
for tls in ({}, {'ssl': {'ca': ca}}):
    def connect(pw):
        return pymysql.connect(host='127.0.0.1', port=port, user=admin, password=pw, connect_timeout=5, **tls)
    def refused(pw):
        try:
            connect(pw)
        except pymysql.err.OperationalError as e:
            return e.args[0]
    c = connect(password)
    with c.cursor() as cur:
        cur.execute("SELECT VERSION()")
        assert cur.fetchone() == ('8.4.6',)
        cur.execute("SET PASSWORD = %s", ("n'e\\w;%",))
    c.commit()
    assert refused(password) == 1045
    n = connect("n'e\\w;%")
    with n.cursor() as cur:
        cur.execute("SELECT NOW(), 1, 1.50, NULL, DATE('2026-01-02')")
        row = cur.fetchone()
        assert isinstance(row[0], datetime.datetime), row
        assert row[1:] == (1, decimal.Decimal('1.50'), None, datetime.date(2026, 1, 2)), row
        cur.execute("ALTER USER USER() IDENTIFIED BY %s", (password,))
    n.close()
    with c.cursor() as cur:
        assert cur.execute("SELECT 1") == 1
    c.ping(reconnect=False)
    c.select_db('information_schema')
    c.close()
    assert refused("n'e\\w;%") == 1045 and refused('') == 1045
print('done')
`

func TestPyMySQL(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	if err := exec.CommandContext(t.Context(), python, "-c", "import pymysql, cryptography").Run(); err != nil {
		t.Skip("PyMySQL with cryptography is not installed")
	}
	s := startServer(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, "-c", rotation, s.port(), ca, admin)
	command.Stdin = strings.NewReader(adminPassword)
	out, err := command.CombinedOutput()
	if err != nil || string(out) != "done\n" {
		t.Errorf("%v\n%s", err, out)
	}
}
