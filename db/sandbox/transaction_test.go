package sandbox

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"
)

func TestTransactions(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := who{user: admin, password: adminPassword}
	one := s.session(t, root)
	execAll(t, one, `CREATE DATABASE d`, `CREATE TABLE d.t (a INT PRIMARY KEY)`)
	two := s.session(t, root)
	rows := func(c *sql.Conn) string {
		t.Helper()
		got, err := ask(c, `SELECT GROUP_CONCAT(a ORDER BY a) FROM d.t`)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	check := func(when string, c *sql.Conn, want string) {
		t.Helper()
		if got := rows(c); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}

	execAll(t, one, `START TRANSACTION`, `INSERT INTO d.t VALUES (1)`)
	check("the writer before it commits", one, "1")
	check("the reader before the writer commits", two, "NULL")
	execAll(t, two, `SET innodb_lock_wait_timeout = 0`)
	_, err := two.ExecContext(t.Context(), `INSERT INTO d.t VALUES (2)`)
	if number(t, err) != 1205 {
		t.Errorf("the other writer: %v, want 1205", err)
	}
	execAll(t, one, `COMMIT`)
	check("the reader after the commit", two, "1")

	execAll(t, one, `SET autocommit = 0`, `INSERT INTO d.t VALUES (2)`, `SAVEPOINT here`, `INSERT INTO d.t VALUES (3)`)
	if _, err := one.ExecContext(t.Context(), `INSERT INTO d.t VALUES (4), (1)`); number(t, err) != 1062 {
		t.Errorf("a duplicate: %v", err)
	}
	check("a failed statement is undone alone", one, "1,2,3")
	execAll(t, one, `ROLLBACK TO here`)
	check("after ROLLBACK TO", one, "1,2")
	execAll(t, one, `ROLLBACK`)
	check("after ROLLBACK", one, "1")

	execAll(t, one, `INSERT INTO d.t VALUES (5)`, `CREATE TABLE d.other (a INT)`)
	check("CREATE TABLE commits what was before it", two, "1,5")

	execAll(t, one, `INSERT INTO d.t VALUES (6)`)
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	execAll(t, two, `SET innodb_lock_wait_timeout = 10`)
}

func TestReadOnlyAndLockedTables(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := who{user: admin, password: adminPassword}
	one, two := s.session(t, root), s.session(t, root)
	execAll(t, one, `CREATE DATABASE d`, `CREATE TABLE d.t (a INT)`, `START TRANSACTION READ ONLY`)
	if _, err := one.ExecContext(t.Context(), `INSERT INTO d.t VALUES (1)`); number(t, err) != 1792 {
		t.Errorf("a READ ONLY transaction: %v, want 1792", err)
	}
	execAll(t, one, `COMMIT`, `LOCK TABLES d.t WRITE`, `INSERT INTO d.t VALUES (1)`)
	execAll(t, two, `SET innodb_lock_wait_timeout = 0`)
	if _, err := two.ExecContext(t.Context(), `INSERT INTO d.t VALUES (3)`); number(t, err) != 1205 {
		t.Errorf("a locked table: %v, want 1205", err)
	}
	execAll(t, one, `START TRANSACTION`) // lets go, as UNLOCK TABLES does
	execAll(t, two, `INSERT INTO d.t VALUES (3)`)
}

// A session that ends takes its transaction with it.
func TestLeavingRollsBack(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := who{user: admin, password: adminPassword}
	execAll(t, s.admin(t), `CREATE DATABASE d`, `CREATE TABLE d.t (a INT)`)
	db := s.open(t, root)
	db.SetMaxOpenConns(1)
	execAll(t, db, `START TRANSACTION`, `INSERT INTO d.t VALUES (1)`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	execAll(t, s.admin(t), `INSERT INTO d.t VALUES (2)`) // waits until the other has gone
	if got, err := ask(s.admin(t), `SELECT * FROM d.t`); err != nil || got != "2" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSlowReaderKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	slow := withRows(t, s)
	rows, err := slow.QueryContext(ctx, "SELECT '"+strings.Repeat("x", 1000000)+"' AS s FROM t LIMIT 60")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() { // 60 MB are on their way, of which one row has been read
		t.Fatal(rows.Err())
	}
	if got := s.signIn(t, who{user: admin, password: adminPassword}); got != 0 {
		t.Errorf("signing in meanwhile: error %d", got)
	}
	if got, err := ask(s.admin(t), `SELECT 1`); err != nil || got != "1" {
		t.Errorf("asking meanwhile: %q, %v", got, err)
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := who{user: admin, password: adminPassword}
	victim := s.session(t, root)
	id, err := ask(victim, `SELECT CONNECTION_ID()`)
	if err != nil {
		t.Fatal(err)
	}
	execAll(t, s.admin(t), `KILL `+id)
	if _, err := ask(victim, `SELECT 1`); err == nil {
		t.Error("the killed session still answers")
	}
}

// mysqldump --single-transaction asks for just this.
func TestUnlockTablesKeepsTheTransaction(t *testing.T) {
	t.Parallel()
	c := startServer(t).session(t, who{user: admin, password: adminPassword})
	execAll(t, c, "CREATE DATABASE d", "USE d", "CREATE TABLE t (n INT)",
		"START TRANSACTION WITH CONSISTENT SNAPSHOT", "UNLOCK TABLES", "SAVEPOINT sp", "INSERT INTO t VALUES (1)",
		"ROLLBACK TO SAVEPOINT sp", "RELEASE SAVEPOINT sp", "COMMIT")
	if got, err := ask(c, "SELECT COUNT(*) FROM t"); err != nil || got != "0" {
		t.Errorf("rows %q, %v", got, err)
	}
}
