package sandbox

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

// runActions finds who carries a statement out. A statement that is not here is
// beyond this server.
func (se *session) carryOut(node ast.StmtNode) (*outcome, error) {
	if se.commitsImplicitly(node) {
		if err := se.commit(); err != nil {
			return nil, err
		}
	}
	switch n := node.(type) {
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
		return se.selectRows(node)
	case *ast.InsertStmt:
		return se.insert(n)
	case *ast.UpdateStmt:
		return se.update(n)
	case *ast.DeleteStmt:
		return se.delete(n)
	case *ast.DoStmt:
		return se.do(n)

	case *ast.CreateDatabaseStmt:
		return se.createDatabase(n)
	case *ast.DropDatabaseStmt:
		return se.dropDatabase(n)
	case *ast.CreateTableStmt:
		return se.createTable(n)
	case *ast.AlterTableStmt:
		return se.alterTable(n)
	case *ast.DropTableStmt:
		return se.dropTable(n)
	case *ast.TruncateTableStmt:
		return se.truncateTable(n)
	case *ast.CreateIndexStmt:
		return se.createIndex(n)
	case *ast.DropIndexStmt:
		return se.dropIndex(n)

	case *ast.ShowStmt:
		return se.show(n)
	case *ast.ExplainStmt:
		return se.describe(n)

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
	case *ast.SavepointStmt:
		return &outcome{}, se.savepoint(n.Name)
	case *ast.ReleaseSavepointStmt:
		return &outcome{}, se.releaseSavepoint(n.Name)
	case *ast.LockTablesStmt:
		return &outcome{}, se.lockTables(n)
	case *ast.UnlockTablesStmt:
		se.tables.LetGo()
		return &outcome{}, nil
	case *ast.FlushStmt:
		return se.flushServer(n)
	case *ast.KillStmt:
		return &outcome{}, se.kill(n.ConnectionID, n.Query)
	}
	return nil, mysqlerr.Beyond(kindOf(node))
}

// kindOf names a statement after its type in the grammar: "CREATE VIEW".
func kindOf(n ast.StmtNode) string {
	if _, ok := n.(*ast.ProcedureInfo); ok {
		return "CREATE PROCEDURE"
	}
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
func (se *session) commitsImplicitly(n ast.StmtNode) bool {
	switch n.(type) {
	case *ast.UnlockTablesStmt:
		return se.tables.Holding()
	case *ast.SetPwdStmt, *ast.CreateUserStmt, *ast.AlterUserStmt, *ast.DropUserStmt, *ast.RenameUserStmt,
		*ast.GrantStmt, *ast.RevokeStmt, *ast.FlushStmt, *ast.BeginStmt, *ast.LockTablesStmt:
		return true
	}
	_, ddl := n.(ast.DDLNode)
	return ddl
}
