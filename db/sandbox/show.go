package sandbox

import (
	"database/sql/driver"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
	"keyturn/db/sandbox/translate"
)

// show is SHOW, in all the forms that clients use.
func (se *session) show(n *ast.ShowStmt) (*outcome, error) {
	rows, err := se.shown(n)
	if err != nil {
		return nil, err
	}
	if n.Pattern != nil {
		pattern, ok := n.Pattern.Pattern.(ast.ValueExpr)
		if !ok {
			return nil, mysqlerr.Beyond("SHOW ... LIKE with an expression")
		}
		rows.Rows = matching(rows.Rows, pattern.GetString())
	}
	if n.Where != nil {
		if rows, err = se.where(rows, n.Where); err != nil {
			return nil, err
		}
	}
	rows.CountNumbers()
	return &outcome{rows: rows}, nil
}

func (se *session) shown(n *ast.ShowStmt) (*rowset.Rowset, error) {
	switch n.Tp {
	case ast.ShowDatabases:
		return se.showDatabases(n)
	case ast.ShowTables:
		return se.showTables(n)
	case ast.ShowTableStatus:
		return se.showTableStatus(n)
	case ast.ShowColumns:
		return se.showColumns(n)
	case ast.ShowIndex:
		return se.showIndex(n)
	case ast.ShowCreateTable:
		return se.showCreateTable(n)
	case ast.ShowCreateDatabase:
		return se.showCreateDatabase(n)
	case ast.ShowVariables:
		return se.showVariables(n), nil
	case ast.ShowStatus:
		return se.showStatus(), nil
	case ast.ShowGrants:
		return se.showGrants(n)
	case ast.ShowProcessList:
		return se.showProcessList(n), nil
	case ast.ShowWarnings, ast.ShowErrors:
		return se.showWarnings(n), nil
	case ast.ShowEngines:
		return rowset.Strings([]string{"Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"},
			row("InnoDB", "DEFAULT", "Supports transactions, row-level locking, and foreign keys", "YES", "YES", "YES")), nil
	case ast.ShowCharset:
		return rowset.Strings([]string{"Charset", "Description", "Default collation", "Maxlen"},
			row("utf8mb4", "UTF-8 Unicode", "utf8mb4_0900_ai_ci", int64(4))), nil
	case ast.ShowCollation:
		return rowset.Strings([]string{"Collation", "Charset", "Id", "Default", "Compiled", "Sortlen", "Pad_attribute"},
			row("utf8mb4_0900_ai_ci", "utf8mb4", int64(collation), "Yes", "Yes", int64(0), "NO PAD"),
			row("utf8mb4_bin", "utf8mb4", int64(46), "", "Yes", int64(1), "PAD SPACE")), nil
	case ast.ShowPlugins:
		return rowset.Strings([]string{"Name", "Status", "Type", "Library", "License"},
			row("caching_sha2_password", "ACTIVE", "AUTHENTICATION", nil, "GPL"),
			row("mysql_native_password", "ACTIVE", "AUTHENTICATION", nil, "GPL"),
			row("sha256_password", "ACTIVE", "AUTHENTICATION", nil, "GPL")), nil
	case ast.ShowTriggers:
		return rowset.Strings([]string{
			"Trigger", "Event", "Table", "Statement", "Timing", "Created", "sql_mode", "Definer",
			"character_set_client", "collation_connection", "Database Collation",
		}), nil
	case ast.ShowProcedureStatus, ast.ShowFunctionStatus:
		return rowset.Strings([]string{
			"Db", "Name", "Type", "Definer", "Modified", "Created", "Security_type", "Comment",
			"character_set_client", "collation_connection", "Database Collation",
		}), nil
	case ast.ShowEvents:
		return rowset.Strings([]string{
			"Db", "Name", "Definer", "Time zone", "Type", "Execute at", "Interval value", "Interval field", "Starts",
			"Ends", "Status", "Originator", "character_set_client", "collation_connection", "Database Collation",
		}), nil
	}
	return nil, mysqlerr.Beyond("this kind of SHOW")
}

func row(values ...driver.Value) []driver.Value { return values }

// matching keeps the rows whose first column is LIKE a pattern.
func matching(rows [][]driver.Value, pattern string) [][]driver.Value {
	var kept [][]driver.Value
	for _, r := range rows {
		if s, ok := r[0].(string); ok && account.Like(strings.ToLower(pattern), strings.ToLower(s)) {
			kept = append(kept, r)
		}
	}
	return kept
}

// where keeps the rows that a condition holds for, which SQLite decides.
func (se *session) where(rows *rowset.Rowset, condition ast.ExprNode) (*rowset.Rowset, error) {
	sc := se.newScope(nil)
	q, err := translate.Expression(condition, sc)
	if err != nil {
		return nil, err
	}
	shown := systemTable{db: "show", name: "rows", columns: rows.Columns, found: rows.Rows}
	sc.system[shown.physical()] = shown
	kept, err := sc.read("SELECT * FROM temp." + quoted(shown.physical()) + " WHERE " + q.SQL)
	if err != nil {
		return nil, err
	}
	return &rowset.Rowset{Columns: rows.Columns, Rows: kept.Values}, nil
}
