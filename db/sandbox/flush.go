package sandbox

import (
	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// flushServer is FLUSH. There is nothing to flush: accounts count at once.
func (se *session) flushServer(*ast.FlushStmt) (*outcome, error) {
	if se.server.accounts.Holds(se.account, "", "")&pm.ReloadPriv == 0 {
		return nil, mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "RELOAD")
	}
	return &outcome{}, nil
}
