package sandbox

import (
	"cmp"
	"database/sql/driver"
	"slices"
	"strconv"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

func (se *session) showVariables(n *ast.ShowStmt) *rowset.Rowset {
	r := rowset.Strings([]string{"Variable_name", "Value"})
	for _, name := range systemNames() {
		value, ok := se.server.systemValue(name)
		if !n.GlobalScope {
			value, ok = se.systemValue(name)
		}
		if ok {
			r.Rows = append(r.Rows, row(name, value))
		}
	}
	return r
}

// showStatus lists the status variables that clients look at.
func (se *session) showStatus() *rowset.Rowset {
	s := se.server
	count := strconv.Itoa(s.sessionCount())
	values := map[string]string{
		"Aborted_connects":          strconv.FormatUint(s.refused.Load(), 10),
		"Bytes_received":            "0",
		"Bytes_sent":                "0",
		"Connections":               strconv.FormatUint(uint64(se.id), 10),
		"Innodb_page_size":          "16384",
		"Open_tables":               "0",
		"Queries":                   strconv.FormatUint(s.questions.Load(), 10),
		"Questions":                 strconv.FormatUint(s.questions.Load(), 10),
		"Slow_queries":              "0",
		"Ssl_cipher":                cipherName(se.tls),
		"Ssl_version":               tlsVersion(se.tls),
		"Threads_connected":         count,
		"Threads_running":           "1",
		"Uptime":                    strconv.FormatInt(s.uptime(), 10),
		"Uptime_since_flush_status": strconv.FormatInt(s.uptime(), 10),
	}
	r := rowset.Strings([]string{"Variable_name", "Value"})
	for name, value := range values {
		r.Rows = append(r.Rows, row(name, value))
	}
	slices.SortFunc(r.Rows, func(a, b []driver.Value) int { return cmp.Compare(a[0].(string), b[0].(string)) })
	return r
}

// showGrants tells an account's privileges; somebody else's take the right to
// read MySQL's own tables.
func (se *session) showGrants(n *ast.ShowStmt) (*rowset.Rowset, error) {
	name := se.nameOf(n.User)
	if name != se.account.Name && se.server.accounts.Holds(se.account, "mysql", "")&pm.SelectPriv == 0 {
		return nil, se.deniedDB("mysql")
	}
	lines, err := se.server.accounts.ShowGrants(name)
	if err != nil {
		return nil, mysqlerr.New(mysql.ER_NONEXISTING_GRANT, name.User, name.Host)
	}
	r := rowset.Strings([]string{"Grants for " + name.User + "@" + name.Host})
	for _, line := range lines {
		r.Rows = append(r.Rows, row(line))
	}
	return r, nil
}

// showProcessList lists the sessions: one's own, or everybody's for those who
// may see them. What a session runs is never shown: it may hold a password.
func (se *session) showProcessList(*ast.ShowStmt) *rowset.Rowset {
	r := rowset.Strings([]string{"Id", "User", "Host", "db", "Command", "Time", "State", "Info"})
	r.Rows = se.processes()
	return r
}

func (se *session) processes() [][]driver.Value {
	everybody := se.server.accounts.Holds(se.account, "", "")&pm.ProcessPriv != 0
	se.server.mu.Lock()
	defer se.server.mu.Unlock()
	var rows [][]driver.Value
	for id, other := range se.server.sessions {
		a := other.activity.Load()
		if a == nil || !everybody && a.user != se.user {
			continue
		}
		var db driver.Value
		if a.db != "" {
			db = a.db
		}
		state := ""
		if other == se {
			state = "executing"
		}
		rows = append(rows, row(int64(id), a.user, other.wire.Conn.RemoteAddr().String(), db, a.command,
			int64(se.server.now().Sub(a.since).Seconds()), state, nil))
	}
	slices.SortFunc(rows, func(a, b []driver.Value) int { return cmp.Compare(a[0].(int64), b[0].(int64)) })
	return rows
}

func (se *session) showWarnings(n *ast.ShowStmt) *rowset.Rowset {
	var rows [][]driver.Value
	for _, w := range se.warnings {
		if n.Tp == ast.ShowWarnings || w.level == "Error" {
			rows = append(rows, row(w.level, int64(w.code), w.message))
		}
	}
	if n.CountWarningsOrErrors {
		name := "@@session.warning_count"
		if n.Tp == ast.ShowErrors {
			name = "@@session.error_count"
		}
		return rowset.Strings([]string{name}, row(int64(len(rows))))
	}
	return rowset.Strings([]string{"Level", "Code", "Message"}, rows...)
}
