package sandbox

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// show is SHOW and DESCRIBE.
func (se *session) show(n *ast.ShowStmt) (*outcome, error) {
	var rows *rowset.Rowset
	var err error
	switch n.Tp {
	case ast.ShowCreateTable:
		rows, err = se.showCreateTable(n)
	case ast.ShowCreateDatabase:
		rows, err = se.showCreateDatabase(n)
	case ast.ShowGrants:
		rows, err = se.showGrants(n)
	case ast.ShowWarnings, ast.ShowErrors:
		if n.CountWarningsOrErrors {
			return nil, mysqlerr.Beyond("SHOW COUNT(*)")
		}
		rows = se.showWarnings(n)
	case ast.ShowTriggers, ast.ShowProcedureStatus, ast.ShowFunctionStatus, ast.ShowEvents:
		rows = rowset.Strings(neverShown[n.Tp])
	default:
		return se.showQuery(n)
	}
	return &outcome{rows: rows}, err
}

// showQuery carries out a form of SHOW that is a SELECT. LIKE is a condition on
// the first column.
func (se *session) showQuery(n *ast.ShowStmt) (*outcome, error) {
	query, args, err := se.shownQuery(n)
	if err != nil {
		return nil, err
	}
	shown, err := se.parseOne("SELECT * FROM ("+query+") AS shown", args...)
	if err != nil {
		return nil, err
	}
	outer := shown.(*ast.SelectStmt)
	outer.Where = n.Where
	if n.Pattern != nil {
		inner := outer.From.TableRefs.Left.(*ast.TableSource).Source.(*ast.SelectStmt)
		n.Pattern.Expr = &ast.ColumnNameExpr{Name: &ast.ColumnName{Name: inner.Fields.Fields[0].AsName}}
		outer.Where = n.Pattern
	}
	return se.selectRows(outer)
}

// shownQuery is the SELECT with the database, the table and the column that it
// is about, for those who may see them.
func (se *session) shownQuery(n *ast.ShowStmt) (query string, args []any, err error) {
	query, ok := shownQueries[form{n.Tp, n.Full || n.GlobalScope}]
	if !ok {
		query, ok = shownQueries[form{tp: n.Tp}]
	}
	switch n.Tp {
	case ast.ShowTables, ast.ShowTableStatus:
		db, err := se.shownDB(n.DBName)
		if n.Tp == ast.ShowTables {
			query = tablesQuery(db, n)
		}
		return query, []any{db}, err
	case ast.ShowColumns, ast.ShowIndex:
		db, err := se.shownTable(n)
		args = []any{db, n.Table.Name.O}
		if n.Column != nil && n.Column.Name.L != "" {
			return query + " AND COLUMN_NAME = ?", append(args, n.Column.Name.O), err
		}
		return query, args, err
	}
	if !ok {
		return "", nil, mysqlerr.Beyond("this kind of SHOW")
	}
	return query, nil, nil
}

// tablesQuery is SHOW TABLES, whose column is named after the database and the
// pattern.
func tablesQuery(db string, n *ast.ShowStmt) string {
	title, kind := "Tables_in_"+db, ""
	if n.Pattern != nil {
		if pattern, ok := n.Pattern.Pattern.(ast.ValueExpr); ok {
			title += " (" + pattern.GetString() + ")"
		}
	}
	if n.Full {
		kind = ", TABLE_TYPE AS Table_type"
	}
	return "SELECT TABLE_NAME AS " + catalog.Quote(title) + kind + " FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?"
}

// describe is DESCRIBE table; EXPLAIN of a statement is beyond this server.
func (se *session) describe(n *ast.ExplainStmt) (*outcome, error) {
	if s, ok := n.Stmt.(*ast.ShowStmt); ok {
		return se.show(s)
	}
	return nil, mysqlerr.Beyond("EXPLAIN")
}
