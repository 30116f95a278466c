package sandbox

import (
	"errors"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"modernc.org/sqlite"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// explainChange turns the error of a statement that changes a table into
// MySQL's. To name the value or the foreign key it runs the statement again; the
// caller undoes that.
func (sc *scope) explainChange(c *engine.Conn, t *catalog.Table, err error, query string) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	text := sqliteText(e)
	if columns, ok := strings.CutPrefix(text, "UNIQUE constraint failed: "); ok {
		return duplicate(c, t, columns, query)
	}
	if column, ok := strings.CutPrefix(text, "NOT NULL constraint failed: "); ok {
		return mysqlerr.New(mysql.ER_BAD_NULL_ERROR, afterDot(column))
	}
	if strings.HasPrefix(text, "FOREIGN KEY constraint failed") {
		return sc.violated(c, t, query)
	}
	return sc.explain(err)
}

func afterDot(name string) string { return name[strings.LastIndex(name, ".")+1:] }

// duplicate is error 1062. columns are the key's, as SQLite lists them.
func duplicate(c *engine.Conn, t *catalog.Table, columns, query string) error {
	var names []string
	for _, column := range strings.Split(columns, ", ") {
		names = append(names, afterDot(column))
	}
	key := catalog.Primary
	for _, k := range t.Keys {
		if k.Unique && strings.EqualFold(strings.Join(k.Columns, ","), strings.Join(names, ",")) {
			key = k.Name
			break
		}
	}
	var entry []string
	if rows := c.Attempted(t.Physical, t.Names(), query); len(rows) > 0 {
		last := rows[len(rows)-1]
		for i, column := range t.Columns {
			for _, name := range names {
				if strings.EqualFold(column.Name, name) && last[i] != nil {
					entry = append(entry, string(rowset.Format(last[i], column.Type)))
				}
			}
		}
	}
	return mysqlerr.New(mysql.ER_DUP_ENTRY, strings.Join(entry, "-"), t.Name+"."+key)
}

// violated is error 1452, if a row would have no parent, or 1451, if a parent
// would leave its children. With the check put off, SQLite carries the
// statement out, and can then list what it breaks.
func (sc *scope) violated(c *engine.Conn, t *catalog.Table, query string) error {
	if _, err := c.Exec("PRAGMA defer_foreign_keys = ON"); err != nil {
		return err
	}
	defer func() { _, _ = c.Undisturbed().Exec("PRAGMA defer_foreign_keys = OFF") }()
	if _, err := c.Exec(query); err != nil {
		return err
	}
	broken, err := c.Query("PRAGMA foreign_key_check") // table, row, parent, number of the key
	if err != nil {
		return err
	}
	_, deletes := sc.node.(*ast.DeleteStmt)
	for _, row := range broken {
		if fk, ok := keyNumber(t, row[3]); ok && row[0] == t.Physical && !deletes {
			return mysqlerr.New(mysql.ER_NO_REFERENCED_ROW_2, constraintText(t, fk))
		}
		for _, r := range sc.server.catalog.Referencing(t.DB, t.Name) {
			if fk, ok := keyNumber(r.Table, row[3]); ok && row[0] == r.Table.Physical {
				return mysqlerr.New(mysql.ER_ROW_IS_REFERENCED_2, constraintText(r.Table, fk))
			}
		}
	}
	return mysqlerr.New(mysql.ER_NO_REFERENCED_ROW_2, "")
}

// checkRows is error 1452 for rows that lack the parent which a new foreign key
// of their table asks for.
func (se *session) checkRows(c *engine.Conn, t *catalog.Table, physical string) error {
	if !se.checksReferences() {
		return nil
	}
	broken, err := c.Query("PRAGMA foreign_key_check(" + engine.Name(physical) + ")")
	if err != nil || len(broken) == 0 {
		return err
	}
	fk, _ := keyNumber(t, broken[0][3])
	return mysqlerr.New(mysql.ER_NO_REFERENCED_ROW_2, constraintText(t, fk))
}

// keyNumber is a foreign key by SQLite's number, which counts from the last.
func keyNumber(t *catalog.Table, number any) (catalog.ForeignKey, bool) {
	n, ok := number.(int64)
	at := len(t.ForeignKeys) - 1 - int(n)
	if !ok || at < 0 || at >= len(t.ForeignKeys) {
		return catalog.ForeignKey{}, false
	}
	return t.ForeignKeys[at], true
}

func constraintText(t *catalog.Table, fk catalog.ForeignKey) string {
	return catalog.Quote(t.DB) + "." + catalog.Quote(t.Name) + ", " + fk.Constraint(t.DB)
}
