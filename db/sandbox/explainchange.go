package sandbox

import (
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"modernc.org/sqlite"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// explainChange turns the error of a statement that changes a table into
// MySQL's. To name the value it runs the statement again; the caller undoes
// that.
func (sc *scope) explainChange(c *engine.Conn, t *catalog.Table, err error, query string, args []any) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	text := sqliteText(e)
	attempted := func() [][]driver.Value {
		if query == "" {
			return nil
		}
		return c.Attempted(t.Physical, t.Names(), query, args...)
	}
	if columns, ok := strings.CutPrefix(text, "UNIQUE constraint failed: "); ok {
		return duplicate(t, columns, attempted())
	}
	if column, ok := strings.CutPrefix(text, "NOT NULL constraint failed: "); ok {
		return mysqlerr.New(mysql.ER_BAD_NULL_ERROR, afterDot(column))
	}
	if check, ok := strings.CutPrefix(text, "CHECK constraint failed: "); ok {
		return mysqlerr.New(mysqlerr.CheckViolated, check)
	}
	if strings.HasPrefix(text, "FOREIGN KEY constraint failed") {
		return sc.violated(c, t, attempted())
	}
	return sc.explain(err)
}

// explainIndex is for an index that the rows there do not allow.
func (sc *scope) explainIndex(c *engine.Conn, t *catalog.Table, err error) error {
	return sc.explainChange(c, t, err, "", nil)
}

func afterDot(name string) string { return name[strings.LastIndex(name, ".")+1:] }

// duplicate is error 1062. columns are the key's, as SQLite lists them; rows
// what the statement tried to write.
func duplicate(t *catalog.Table, columns string, rows [][]driver.Value) error {
	var names []string
	for _, c := range strings.Split(columns, ", ") {
		names = append(names, afterDot(c))
	}
	key := catalog.Primary
	for _, k := range t.Keys {
		if k.Unique && strings.EqualFold(strings.Join(k.Columns, ","), strings.Join(names, ",")) {
			key = k.Name
			break
		}
	}
	var entry []string
	if len(rows) > 0 {
		last := rows[len(rows)-1]
		for i, c := range t.Columns {
			for _, name := range names {
				if strings.EqualFold(c.Name, name) && last[i] != nil {
					entry = append(entry, string(rowset.Format(last[i], c.Type)))
				}
			}
		}
	}
	return mysqlerr.New(mysql.ER_DUP_ENTRY, strings.Join(entry, "-"), t.Name+"."+key)
}

// violated is error 1452, if a row would have no parent, or 1451, if a parent
// would leave its children.
func (sc *scope) violated(c *engine.Conn, t *catalog.Table, rows [][]driver.Value) error {
	for _, fk := range t.ForeignKeys {
		for _, row := range rows {
			if sc.orphan(c, t, fk, row) {
				return mysqlerr.New(mysql.ER_NO_REFERENCED_ROW_2, constraintText(t, fk))
			}
		}
	}
	for _, r := range sc.server.catalog.Referencing(t.DB, t.Name) {
		if r.Key.OnDelete == "" || r.Key.OnDelete == "RESTRICT" || r.Key.OnDelete == "NO ACTION" {
			return mysqlerr.New(mysql.ER_ROW_IS_REFERENCED_2, constraintText(r.Table, r.Key))
		}
	}
	return mysqlerr.New(mysql.ER_NO_REFERENCED_ROW_2, "")
}

func constraintText(t *catalog.Table, fk catalog.ForeignKey) string {
	return catalog.Quote(t.DB) + "." + catalog.Quote(t.Name) + ", " + fk.Constraint(t.DB)
}

// orphan reports whether a row refers to a parent that is not there.
func (sc *scope) orphan(c *engine.Conn, t *catalog.Table, fk catalog.ForeignKey, row []driver.Value) bool {
	var conditions []string
	var args []any
	for i, name := range fk.Columns {
		for j, column := range t.Columns {
			if strings.EqualFold(column.Name, name) {
				if row[j] == nil {
					return false
				}
				conditions = append(conditions, quoted(fk.RefColumns[i])+" = ?")
				args = append(args, row[j])
			}
		}
	}
	parent := sc.server.catalog.Physical(fk.RefDB, fk.RefTable)
	found, err := c.Query("SELECT 1 FROM "+quoted(parent)+" WHERE "+strings.Join(conditions, " AND ")+" LIMIT 1", args...)
	return err == nil && len(found.Values) == 0
}
