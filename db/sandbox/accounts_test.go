package sandbox

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What AWS's alternating-users function sends.
func TestAlternatingUsers(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	master := s.session(t, who{user: admin, password: adminPassword})
	execAll(t, master, `CREATE DATABASE shop`, `CREATE TABLE shop.t (a INT)`, `CREATE USER app IDENTIFIED BY 'x' REQUIRE SSL`,
		`GRANT SELECT, INSERT ON shop.* TO app`, `GRANT PROCESS ON *.* TO app`, `GRANT SHOW_ROUTINE ON *.* TO app`)
	if got, err := ask(master, `SELECT User FROM mysql.user WHERE User = ?`, "app_clone"); err != nil || got != "" {
		t.Fatalf("before: %q, %v", got, err)
	}
	execAll(t, master, `CREATE USER 'app_clone' IDENTIFIED BY 'y'`)
	grants, err := ask(master, `SHOW GRANTS FOR 'app'`)
	if err != nil {
		t.Fatal(err)
	}
	const want = "GRANT PROCESS ON *.* TO `app`@`%`\nGRANT SHOW_ROUTINE ON *.* TO `app`@`%`\nGRANT SELECT, INSERT ON `shop`.* TO `app`@`%`"
	if grants != want {
		t.Fatalf("got\n%s\nwant\n%s", grants, want)
	}
	for line := range strings.SplitSeq(grants, "\n") {
		grant, _, _ := strings.Cut(line, " TO ")
		execAll(t, master, grant+` TO 'app_clone'`)
	}
	tls, err := ask(master, `SELECT ssl_type, ssl_cipher, x509_issuer, x509_subject FROM mysql.user WHERE User = ?`, "app")
	if err != nil || tls != "ANY|||" {
		t.Fatalf("TLS: %q, %v", tls, err)
	}
	execAll(t, master, `ALTER USER 'app_clone'@'%' REQUIRE SSL`, `SET PASSWORD FOR 'app_clone' = 'z'`)
	clone := s.session(t, who{user: "app_clone", password: "z", tls: true})
	execAll(t, clone, `INSERT INTO shop.t VALUES (1)`)
	got, err := ask(clone, `SHOW GRANTS`)
	if err != nil || got != strings.ReplaceAll(want, "`app`", "`app_clone`") {
		t.Errorf("the clone's grants:\n%s\n%v", got, err)
	}
}

// Whatever is done to accounts, whoever the model lets in gets in, and nobody
// else.
func TestAccountsFollowTheModel(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	root := s.admin(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		users := []string{fmt.Sprintf("u%d", round), fmt.Sprintf("v%d", round)}
		type account struct {
			password string
			locked   bool
		}
		model := map[string]*account{}
		user := rapid.SampledFrom(users)
		password := rapid.StringOfN(rapid.RuneFrom([]rune(`ab'"\;%-#/*`+"`"+`é€ {}?@`)), 1, 12, -1)
		literal := func(s string) string {
			return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s) + "'"
		}
		run := func(statement string, want uint16) {
			if _, err := root.Exec(statement); number(t, err) != want {
				rt.Fatalf("%s: %v, want error %d", statement, err, want)
			}
		}
		whether := func(there bool, refusal uint16) uint16 {
			if there {
				return 0
			}
			return refusal
		}
		rt.Repeat(map[string]func(*rapid.T){
			"create": func(rt *rapid.T) {
				u, p := user.Draw(rt, "user"), password.Draw(rt, "password")
				run("CREATE USER "+u+" IDENTIFIED BY "+literal(p), whether(model[u] == nil, 1396))
				if model[u] == nil {
					model[u] = &account{password: p}
				}
			},
			"alter": func(rt *rapid.T) {
				u, p := user.Draw(rt, "user"), password.Draw(rt, "password")
				plugin := rapid.SampledFrom([]string{"", " WITH mysql_native_password", " WITH caching_sha2_password"}).Draw(rt, "plugin")
				run("ALTER USER "+u+" IDENTIFIED"+plugin+" BY "+literal(p), whether(model[u] != nil, 1396))
				if model[u] != nil {
					model[u].password = p
				}
			},
			"set password": func(rt *rapid.T) {
				u, p := user.Draw(rt, "user"), password.Draw(rt, "password")
				run("SET PASSWORD FOR "+u+" = "+literal(p), whether(model[u] != nil, 1133))
				if model[u] != nil {
					model[u].password = p
				}
			},
			"lock": func(rt *rapid.T) {
				u, locked := user.Draw(rt, "user"), rapid.Bool().Draw(rt, "locked")
				how := map[bool]string{true: "LOCK", false: "UNLOCK"}[locked]
				run("ALTER USER "+u+" ACCOUNT "+how, whether(model[u] != nil, 1396))
				if model[u] != nil {
					model[u].locked = locked
				}
			},
			"drop": func(rt *rapid.T) {
				u := user.Draw(rt, "user")
				run("DROP USER "+u, whether(model[u] != nil, 1396))
				delete(model, u)
			},
			"sign in": func(rt *rapid.T) {
				u, p := user.Draw(rt, "user"), password.Draw(rt, "password")
				a := model[u]
				if a != nil && rapid.Bool().Draw(rt, "right") {
					p = a.password
				}
				want := uint16(0)
				switch {
				case a == nil || a.password != p:
					want = 1045
				case a.locked:
					want = 3118
				}
				if got := s.signIn(t, who{user: u, password: p, tls: rapid.Bool().Draw(rt, "tls")}); got != want {
					rt.Fatalf("%s with %q: error %d, want %d", u, p, got, want)
				}
			},
		})
	})
}
