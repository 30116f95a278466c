package sandbox

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

// carryOut finds who carries a statement out. A statement that is not here is
// beyond this server.
func (se *session) carryOut(st *statement) (*outcome, error) {
	if commitsImplicitly(st.node) {
		if err := se.commit(); err != nil {
			return nil, err
		}
	}
	switch n := st.node.(type) {
	case *ast.SetPwdStmt:
		return se.setPassword(n)
	case *ast.CreateUserStmt:
		return se.createUser(n)
	case *ast.AlterUserStmt:
		return se.alterUser(n)
	case *ast.DropUserStmt:
		return se.dropUser(n)
	case *ast.RenameUserStmt:
		return se.renameUser(n)
	case *ast.GrantStmt:
		return se.grant(n)
	case *ast.RevokeStmt:
		return se.revoke(n)

	case *ast.SelectStmt, *ast.SetOprStmt:
		return se.selectRows(st)

	case *ast.SetStmt:
		return se.set(n)
	case *ast.UseStmt:
		return &outcome{}, se.useDB(n.DBName)
	case *ast.BeginStmt:
		return se.begin(n)
	case *ast.CommitStmt:
		return &outcome{}, se.endTransaction(se.tables.Commit)
	case *ast.RollbackStmt:
		return se.rollback(n)
	}
	return nil, mysqlerr.Beyond(kindOf(st.node))
}

// kindOf names a statement after its type in the grammar: "CREATE VIEW".
func kindOf(n ast.StmtNode) string {
	name := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast."), "Stmt")
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' && name[i-1] >= 'a' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

// commitsImplicitly reports whether a statement ends the transaction before
// it. https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
func commitsImplicitly(n ast.StmtNode) bool {
	switch n.(type) {
	case *ast.SetPwdStmt, *ast.CreateUserStmt, *ast.AlterUserStmt, *ast.DropUserStmt, *ast.RenameUserStmt,
		*ast.GrantStmt, *ast.RevokeStmt, *ast.BeginStmt:
		return true
	}
	_, ddl := n.(ast.DDLNode)
	return ddl
}
