package sandbox

import (
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"
)

// command sends a command and returns the payload of its answer.
func command(t *testing.T, c *client.Conn, code byte, data string) []byte {
	t.Helper()
	c.ResetSequence()
	if err := c.WritePacket(append([]byte{0, 0, 0, 0, code}, data...)); err != nil {
		t.Fatal(err)
	}
	return answer(t, c)
}

func answer(t *testing.T, c *client.Conn) []byte {
	t.Helper()
	data, err := c.ReadPacket()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func one(t *testing.T, c *client.Conn, query string) string {
	t.Helper()
	r, err := c.Execute(query)
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.GetString(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCommands(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	execAll(t, s.admin(t), `CREATE DATABASE d`, `CREATE TABLE d.t (a INT, b VARCHAR(3))`,
		`CREATE USER app IDENTIFIED BY 'right'`, `GRANT SELECT ON d.* TO app`,
		`CREATE USER native IDENTIFIED WITH mysql_native_password BY 'right'`,
		`CREATE USER sha256 IDENTIFIED WITH sha256_password BY 'right'`, `CREATE USER open`)
	c, err := client.Connect(s.addr, admin, adminPassword, "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })

	if got := command(t, c, mysql.COM_PING, ""); got[0] != mysql.OK_HEADER {
		t.Errorf("COM_PING: %x", got)
	}
	if got := string(command(t, c, mysql.COM_STATISTICS, "")); !strings.HasPrefix(got, "Uptime: ") {
		t.Errorf("COM_STATISTICS: %q", got)
	}
	if got := command(t, c, mysql.COM_INIT_DB, "nope"); got[0] != mysql.ERR_HEADER {
		t.Errorf("COM_INIT_DB of an unknown database: %x", got)
	}
	if got := command(t, c, mysql.COM_SET_OPTION, "\x00\x00"); got[0] != mysql.EOF_HEADER {
		t.Errorf("COM_SET_OPTION: %x", got)
	}
	fields, err := c.FieldList("t", "%")
	if err != nil || len(fields) != 2 || string(fields[1].Name) != "b" {
		t.Errorf("COM_FIELD_LIST: %v, %v", fields, err)
	}

	if _, err := c.Execute("SET @a = 5, autocommit = 0"); err != nil {
		t.Fatal(err)
	}
	if got := command(t, c, mysql.COM_RESET_CONNECTION, ""); got[0] != mysql.OK_HEADER {
		t.Errorf("COM_RESET_CONNECTION: %x", got)
	}
	if got := one(t, c, "SELECT CONCAT(@a IS NULL, @@autocommit, DATABASE())"); got != "11d" {
		t.Errorf("after COM_RESET_CONNECTION: %q", got)
	}

	for _, tt := range []struct {
		user     string
		scramble func(nonce []byte) []byte
		more     int // packets before the OK
	}{
		{"app", func(n []byte) []byte { return mysql.CalcCachingSha2Password(n, []byte("right")) }, 1},
		{"native", func(n []byte) []byte { return mysql.CalcNativePassword(n, []byte("right")) }, 0},
		{"sha256", func(n []byte) []byte { return mysql.CalcCachingSha2Password(n, []byte("right")) }, 1},
		{"open", func([]byte) []byte { return nil }, 0},
	} {
		request := command(t, c, mysql.COM_CHANGE_USER, tt.user+"\x00\x00\x00\xff\x00")
		if request[0] != mysql.EOF_HEADER {
			t.Fatalf("COM_CHANGE_USER: %x", request)
		}
		nonce := request[len(request)-21 : len(request)-1]
		if err := c.WritePacket(append(make([]byte, 4), tt.scramble(nonce)...)); err != nil {
			t.Fatal(err)
		}
		for range tt.more {
			if got := answer(t, c); got[0] != mysql.MORE_DATE_HEADER {
				t.Fatalf("the proof of %s: %q", tt.user, got)
			}
		}
		if got := answer(t, c); got[0] != mysql.OK_HEADER {
			t.Fatalf("changing to %s: %q", tt.user, got)
		}
		if got := one(t, c, "SELECT CURRENT_USER()"); got != tt.user+"@%" {
			t.Errorf("after COM_CHANGE_USER: %q", got)
		}
	}
	_ = command(t, c, mysql.COM_CHANGE_USER, "app\x00\x00\x00\xff\x00")
	if err := c.WritePacket(append(make([]byte, 4), strings.Repeat("x", 32)...)); err != nil {
		t.Fatal(err)
	}
	if got := answer(t, c); got[0] != mysql.ERR_HEADER || !strings.Contains(string(got), "Access denied for user 'app'@'127.0.0.1' (using password: YES)") {
		t.Errorf("a wrong proof: %q", got)
	}
	if _, err := c.ReadPacket(); err == nil {
		t.Error("the connection is still open after a wrong proof")
	}
}

// Prepared statements, in the binary protocol, of every type.
func TestBinaryProtocol(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := s.session(t, who{user: admin, password: adminPassword})
	execAll(t, c, `CREATE DATABASE d`, `USE d`, `CREATE TABLE t (id INT PRIMARY KEY, ti TINYINT, sm SMALLINT, me MEDIUMINT,
		bi BIGINT UNSIGNED, fl FLOAT, do DOUBLE, de DECIMAL(10,3), ch CHAR(3), te TEXT, bl BLOB, da DATE, dt DATETIME(3),
		ti2 TIME, bo BOOL, bi2 BINARY(3), en ENUM('a', 'b'), ts TIMESTAMP)`)
	if _, err := c.ExecContext(t.Context(), `INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		1, -128, 32767, -5, int64(1)<<62, 1.5, -2.25, "12.3456", "ab ", "täxt", []byte{0, 255}, "2026-01-02",
		"2026-01-02 03:04:05.678", "12:00:01", true, "a", "B", "2026-01-02"); err != nil {
		t.Fatal(err)
	}
	const want = "1|-128|32767|-5|4611686018427387904|1.5|-2.25|12.346|ab|täxt|\x00\xff|2026-01-02|2026-01-02 03:04:05.678|12:00:01|1|a\x00\x00|b|2026-01-02 00:00:00"
	for _, query := range []string{`SELECT * FROM t`, `SELECT * FROM t WHERE id = 1`} {
		got, err := ask(c, query)
		if err != nil || got != want {
			t.Errorf("text:\ngot  %q\nwant %q (%v)", got, want, err)
		}
	}
	got, err := ask(c, `SELECT * FROM t WHERE id = ?`, 1)
	if err != nil || got != want {
		t.Errorf("binary:\ngot  %q\nwant %q (%v)", got, want, err)
	}
	got, err = ask(c, `SELECT ?, ?, NULL, COUNT(*) FROM t WHERE id IN (?, ?) LIMIT ?`, "a'b", 2.5, 1, 2, 1)
	if err != nil || got != "a'b|2.5|NULL|1" {
		t.Errorf("parameters: %q, %v", got, err)
	}
}

// A client sends the parameters' types only the first time, and long values in
// pieces.
func TestExecutingAgain(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c, err := client.Connect(s.addr, admin, adminPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if got := command(t, c, mysql.COM_STMT_PREPARE, "SELECT ?, LENGTH(?)"); got[0] != mysql.OK_HEADER {
		t.Fatalf("preparing: %q", got)
	}
	for range 3 { // two parameters and the end of their list
		answer(t, c)
	}
	execute := func(data string) string {
		t.Helper()
		c.ResetSequence()
		if err := c.WritePacket(append([]byte{0, 0, 0, 0, mysql.COM_STMT_EXECUTE, 1, 0, 0, 0, 0, 1, 0, 0, 0}, data...)); err != nil {
			t.Fatal(err)
		}
		for range 4 { // how many columns, two of them, their end
			answer(t, c)
		}
		row := string(answer(t, c))
		answer(t, c)
		return row
	}
	if got := execute("\x00\x01\xfe\x00\xfe\x00\x01a\x03abc"); got != "\x00\x00\x01a\x03\x00\x00\x00\x00\x00\x00\x00" {
		t.Errorf("with types: %q", got)
	}
	if got := execute("\x00\x00\x01b\x04abcd"); got != "\x00\x00\x01b\x04\x00\x00\x00\x00\x00\x00\x00" {
		t.Errorf("without types: %q", got)
	}
	for range 2 {
		c.ResetSequence()
		if err := c.WritePacket(append([]byte{0, 0, 0, 0, mysql.COM_STMT_SEND_LONG_DATA, 1, 0, 0, 0, 1, 0}, "long"...)); err != nil {
			t.Fatal(err)
		}
	}
	if got := execute("\x00\x00\x01c"); got != "\x00\x00\x01c\x08\x00\x00\x00\x00\x00\x00\x00" {
		t.Errorf("with long data: %q", got)
	}
}

func TestMultiStatements(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c, err := client.Connect(s.addr, admin, adminPassword, "", func(c *client.Conn) error {
		return c.SetCapability(mysql.CLIENT_MULTI_STATEMENTS)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	var got []string
	_, err = c.ExecuteMultiple("SELECT 1; SET @a = 2; SELECT @a, 'x'; SELECT nope", func(r *mysql.Result, err error) {
		switch {
		case err != nil:
			got = append(got, "error")
		case r.HasResultset():
			v, _ := r.GetString(0, 0)
			got = append(got, v)
		default:
			got = append(got, "ok")
		}
	})
	if err != nil || strings.Join(got, " ") != "1 ok 2 error" {
		t.Errorf("got %v, %v", got, err)
	}
}
