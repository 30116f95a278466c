package sandbox

import "testing"

// Each row runs on a server of its own, with accounts a and b and a table.
func TestAccountStatements(t *testing.T) {
	t.Parallel()
	const users = `SELECT User FROM mysql.user WHERE Host = '%' AND User <> 'admin' ORDER BY User`
	const tls = `SELECT ssl_type, ssl_cipher, x509_issuer, x509_subject FROM mysql.user WHERE User = 'a'`
	for name, tt := range map[string]struct {
		statement   string
		want        uint16
		query, told string
	}{
		"twice the same":                  {`CREATE USER c, c`, 1396, users, "a\nb"},
		"one of two is there":             {`CREATE USER c, a`, 1396, users, "a\nb"},
		"IF NOT EXISTS makes the other":   {`CREATE USER IF NOT EXISTS c, a`, 0, `SHOW WARNINGS`, "Note|3163|Authorization ID 'a'@'%' already exists."},
		"a comment":                       {`CREATE USER c COMMENT 'x'`, 1235, users, "a\nb"},
		"attributes":                      {`ALTER USER a ATTRIBUTE '{}'`, 1235, "", ""},
		"a resource limit":                {`CREATE USER c WITH MAX_QUERIES_PER_HOUR 1`, 1235, "", ""},
		"password management":             {`CREATE USER c FAILED_LOGIN_ATTEMPTS 3`, 1235, "", ""},
		"the defaults":                    {`CREATE USER c REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK`, 0, users, "a\nb\nc"},
		"an anonymous account":            {`CREATE USER ''@'%'`, 1235, "", ""},
		"one with an empty name":          {`CREATE USER ''@''`, 1235, "", ""},
		"renaming to an anonymous one":    {`RENAME USER a TO ''`, 1235, users, "a\nb"},
		"a role":                          {`CREATE ROLE r`, 1235, "", ""},
		"a hash":                          {`CREATE USER c IDENTIFIED WITH mysql_native_password AS '*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29'`, 1235, "", ""},
		"an unknown plugin":               {`CREATE USER c IDENTIFIED WITH nope BY 'x'`, 1524, "", ""},
		"a user name that is too long":    {`CREATE USER abcdefghijklmnopqrstuvwxyz1234567`, 1470, "", ""},
		"dropping two, one is not there":  {`DROP USER a, nope`, 1396, users, "a\nb"},
		"IF EXISTS drops the other":       {`DROP USER IF EXISTS a, nope`, 0, `SHOW WARNINGS`, "Note|3162|Authorization ID 'nope'@'%' does not exist."},
		"altering two, one is not there":  {`ALTER USER a, nope ACCOUNT LOCK`, 1396, `SELECT account_locked FROM mysql.user WHERE User = 'a'`, "N"},
		"renaming":                        {`RENAME USER a TO c`, 0, `SHOW GRANTS FOR c`, "GRANT USAGE ON *.* TO `c`@`%`\nGRANT SELECT ON `d`.* TO `c`@`%`"},
		"renaming in a circle":            {`RENAME USER a TO c, b TO a, c TO b`, 0, `SHOW GRANTS FOR a`, "GRANT USAGE ON *.* TO `a`@`%`"},
		"renaming to one that is there":   {`RENAME USER a TO c, admin TO b`, 1396, users, "a\nb"},
		"renaming the server's own":       {`RENAME USER rdsadmin@localhost TO c`, 1227, users, "a\nb"},
		"REQUIRE SSL":                     {`ALTER USER a REQUIRE SSL`, 0, tls, "ANY|||"},
		"RENAME USER to itself":           {`RENAME USER a TO a`, 1396, users, "a\nb"},
		"REQUIRE X509":                    {`ALTER USER a REQUIRE X509`, 1235, tls, "|||"},
		"REQUIRE by name":                 {`ALTER USER a REQUIRE CIPHER 'c' AND ISSUER '/CN=i' AND SUBJECT '/CN=s'`, 1235, tls, "|||"},
		"an expired password":             {`ALTER USER a PASSWORD EXPIRE`, 1235, tls, "|||"},
		"granting to two, one is none":    {`GRANT INSERT ON d.* TO b, nope`, 1410, `SHOW GRANTS FOR b`, "GRANT USAGE ON *.* TO `b`@`%`"},
		"granting everything on a table":  {`GRANT ALL ON d.t TO b WITH GRANT OPTION`, 0, `SHOW GRANTS FOR b`, "GRANT USAGE ON *.* TO `b`@`%`\nGRANT ALL PRIVILEGES ON `d`.`t` TO `b`@`%` WITH GRANT OPTION"},
		"a dynamic privilege":             {`GRANT show_routine ON *.* TO b WITH GRANT OPTION`, 0, `SHOW GRANTS FOR b`, "GRANT USAGE ON *.* TO `b`@`%`\nGRANT SHOW_ROUTINE ON *.* TO `b`@`%` WITH GRANT OPTION"},
		"a dynamic one that one lacks":    {`GRANT CONNECTION_ADMIN ON *.* TO b`, 1227, "", ""},
		"a dynamic one on a database":     {`GRANT SHOW_ROUTINE ON d.* TO b`, 3619, "", ""},
		"a privilege that there is not":   {`GRANT NOPE ON *.* TO b`, 1064, "", ""},
		"the server's on a database":      {`GRANT PROCESS ON d.* TO b`, 1221, "", ""},
		"a database's on a table":         {`GRANT EVENT ON d.t TO b`, 1144, "", ""},
		"on a column":                     {`GRANT SELECT (i) ON d.t TO b`, 1235, "", ""},
		"on a procedure":                  {`GRANT EXECUTE ON PROCEDURE d.p TO b`, 1235, "", ""},
		"a role for somebody":             {`GRANT r TO b`, 1235, "", ""},
		"revoking":                        {`REVOKE SELECT ON d.* FROM a`, 0, `SHOW GRANTS FOR a`, "GRANT USAGE ON *.* TO `a`@`%`"},
		"revoking what was never granted": {`REVOKE SELECT ON d.* FROM b`, 1141, "", ""},
		"revoking everything":             {`REVOKE ALL PRIVILEGES, GRANT OPTION FROM a, b`, 0, `SHOW GRANTS FOR a`, "GRANT USAGE ON *.* TO `a`@`%`"},
		"revoking everything from nobody": {`REVOKE ALL PRIVILEGES, GRANT OPTION FROM a, nope`, 1269, `SHOW GRANTS FOR a`, "GRANT USAGE ON *.* TO `a`@`%`\nGRANT SELECT ON `d`.* TO `a`@`%`"},
		"a password for nobody":           {`SET PASSWORD FOR nope = 'x'`, 1133, "", ""},
		"a password for RDS's own user":   {`SET PASSWORD FOR rdsadmin@localhost = 'x'`, 1227, "", ""},
		"FLUSH PRIVILEGES":                {`FLUSH PRIVILEGES`, 0, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startServer(t).session(t, who{user: admin, password: adminPassword})
			execAll(t, c, `CREATE DATABASE d`, `CREATE TABLE d.t (i INT)`, `CREATE USER a, b`, `GRANT SELECT ON d.* TO a`)
			if _, err := c.ExecContext(t.Context(), tt.statement); number(t, err) != tt.want {
				t.Errorf("%v, want error %d", err, tt.want)
			}
			if tt.query == "" {
				return
			}
			if got, err := ask(c, tt.query); err != nil || got != tt.told {
				t.Errorf("%s: got\n%s\n%v, want\n%s", tt.query, got, err, tt.told)
			}
		})
	}
}

// What is granted and revoked counts for the sessions that are open; an account
// that is dropped keeps what it had until its sessions end.
func TestOpenSessionsFollowTheirAccount(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := s.admin(t)
	execAll(t, root, `CREATE DATABASE d`, `CREATE TABLE d.t (i INT)`, `CREATE USER a IDENTIFIED BY 'x'`)
	open := s.session(t, who{user: "a", password: "x"})
	check := func(when string, want uint16) {
		t.Helper()
		if _, err := ask(open, `SELECT * FROM d.t`); number(t, err) != want {
			t.Errorf("%s: %v, want error %d", when, err, want)
		}
	}
	check("before", 1142)
	execAll(t, root, `GRANT SELECT ON d.t TO a`)
	check("granted", 0)
	execAll(t, root, `REVOKE SELECT ON d.t FROM a`)
	check("revoked", 1142)
	execAll(t, root, `GRANT SELECT ON d.t TO a`)
	open = s.session(t, who{user: "a", password: "x"})
	execAll(t, root, `DROP USER a`)
	check("dropped", 0)
}

// FLUSH TABLES WITH READ LOCK keeps everybody else from writing.
func TestFlushWithReadLock(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	holder := s.session(t, who{user: admin, password: adminPassword})
	other := s.session(t, who{user: admin, password: adminPassword})
	execAll(t, holder, `CREATE DATABASE d`, `CREATE TABLE d.t (i INT)`, `FLUSH TABLES WITH READ LOCK`)
	execAll(t, other, `SET innodb_lock_wait_timeout = 1`)
	if _, err := other.ExecContext(t.Context(), `INSERT INTO d.t VALUES (1)`); number(t, err) != 1205 {
		t.Errorf("while it is locked: %v", err)
	}
	execAll(t, holder, `UNLOCK TABLES`)
	execAll(t, other, `INSERT INTO d.t VALUES (1)`)
}
