package sandbox

import (
	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// showGrants tells an account's privileges; somebody else's take the right to
// read MySQL's own tables.
func (se *session) showGrants(n *ast.ShowStmt) (*rowset.Rowset, error) {
	name := se.nameOf(n.User)
	if name != se.account.Name && !se.holds("SELECT", "mysql", "") {
		return nil, se.deniedDB("mysql")
	}
	a, ok := se.server.accounts.All()[name]
	if !ok {
		return nil, mysqlerr.New(mysql.ER_NONEXISTING_GRANT, name.User, name.Host)
	}
	r := rowset.Strings([]string{"Grants for " + name.User + "@" + name.Host})
	for _, line := range a.ShowGrants() {
		r.Rows = append(r.Rows, row(line))
	}
	return r, nil
}

func (se *session) showWarnings(n *ast.ShowStmt) *rowset.Rowset {
	r := rowset.Strings([]string{"Level", "Code", "Message"})
	r.Columns[1].Type = rowset.Int
	for _, w := range se.warnings {
		if n.Tp == ast.ShowWarnings || w.level == "Error" {
			r.Rows = append(r.Rows, row(w.level, int64(w.code), w.message))
		}
	}
	return r
}
