package sandbox

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// collationOf is a column's collation, NULL for columns that hold no text.
func collationOf(c catalog.Column) driver.Value {
	if !catalog.IsText(c.Type) {
		return nil
	}
	return c.Type.GetCollate()
}

// defaultOf is a column's default as DESCRIBE shows it.
func defaultOf(c catalog.Column) driver.Value {
	switch {
	case c.DefaultIsNow:
		return c.Now()
	case !c.HasDefault || c.DefaultIsNull:
		return nil
	}
	return c.Default
}

func extraOf(c catalog.Column) string {
	var extra []string
	if c.AutoIncrement {
		extra = append(extra, "auto_increment")
	}
	if c.DefaultIsNow {
		extra = append(extra, "DEFAULT_GENERATED")
	}
	if c.OnUpdateNow {
		extra = append(extra, "on update "+c.Now())
	}
	return strings.Join(extra, " ")
}

func (se *session) showCreateTable(n *ast.ShowStmt) (*rowset.Rowset, error) {
	db, err := se.shownTable(n)
	if err != nil {
		return nil, err
	}
	t, ok := se.server.catalog.Table(db, n.Table.Name.O)
	if !ok {
		return nil, mysqlerr.Beyond("SHOW CREATE TABLE of a system table")
	}
	return rowset.Strings([]string{"Table", "Create Table"}, row(t.Name, createTableText(t, se.sizeOf(t).next))), nil
}

// createTableText is what SHOW CREATE TABLE prints.
func createTableText(t *catalog.Table, next driver.Value) string {
	var lines []string
	for _, c := range t.Columns {
		lines = append(lines, columnText(t, c))
	}
	for _, k := range t.Keys {
		list := "(" + catalog.QuoteAll(k.Columns) + ")"
		switch {
		case k.Name == catalog.Primary:
			lines = append(lines, "PRIMARY KEY "+list)
		case k.Unique:
			lines = append(lines, "UNIQUE KEY "+catalog.Quote(k.Name)+" "+list)
		default:
			lines = append(lines, "KEY "+catalog.Quote(k.Name)+" "+list)
		}
	}
	for _, fk := range t.ForeignKeys {
		lines = append(lines, fk.Constraint(t.DB))
	}
	options := ") ENGINE=InnoDB"
	if i, ok := next.(int64); ok && i > 1 {
		options += fmt.Sprintf(" AUTO_INCREMENT=%d", i)
	}
	options += " DEFAULT CHARSET=utf8mb4 COLLATE=" + t.Collation
	if t.Comment != "" {
		options += " COMMENT=" + engine.QuoteText(t.Comment)
	}
	return "CREATE TABLE " + catalog.Quote(t.Name) + " (\n  " + strings.Join(lines, ",\n  ") + "\n" + options
}

func columnText(t *catalog.Table, c catalog.Column) string {
	text := catalog.Quote(c.Name) + " " + catalog.TypeText(c.Type)
	if collation := c.Type.GetCollate(); catalog.IsText(c.Type) && collation != t.Collation {
		text += " CHARACTER SET utf8mb4 COLLATE " + collation
	}
	if c.NotNull {
		text += " NOT NULL"
	}
	switch {
	case c.AutoIncrement:
		text += " AUTO_INCREMENT"
	case c.DefaultIsNow:
		text += " DEFAULT " + c.Now()
	case c.HasDefault && !c.DefaultIsNull:
		text += " DEFAULT " + engine.QuoteText(c.Default)
	case !c.NotNull && !strings.HasSuffix(catalog.DataType(c.Type), "text") && !strings.HasSuffix(catalog.DataType(c.Type), "blob"):
		text += " DEFAULT NULL"
	}
	if c.OnUpdateNow {
		text += " ON UPDATE " + c.Now()
	}
	if c.Comment != "" {
		text += " COMMENT " + engine.QuoteText(c.Comment)
	}
	return text
}

func (se *session) showCreateDatabase(n *ast.ShowStmt) (*rowset.Rowset, error) {
	db, err := se.shownDB(n.DBName)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("CREATE DATABASE %s /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE %s */ /*!80016 DEFAULT ENCRYPTION='N' */",
		catalog.Quote(db), se.server.catalog.Collation(db))
	return rowset.Strings([]string{"Database", "Create Database"}, row(db, text)), nil
}
