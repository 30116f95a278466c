package translate

import (
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// Insertion is INSERT or REPLACE for SQLite.
type Insertion struct {
	SQL string
	// Numbers reports whether rows are given their AUTO_INCREMENT number.
	Numbers bool
}

// Insert translates INSERT and REPLACE. Every column of every row is written
// out, with its default where the statement gives none.
func Insert(n *ast.InsertStmt, t Target, env Environment) (Insertion, error) {
	c := newChanger(t, env)
	given, err := c.givenColumns(n)
	if err != nil {
		return Insertion{}, err
	}
	out := Insertion{Numbers: c.numbers(n, given)}
	var with, rows string
	if n.Select != nil {
		with, rows, err = c.selected(n, given)
	} else {
		rows, err = c.lists(n, given)
	}
	if err != nil {
		return out, err
	}
	verb := "INSERT INTO "
	switch {
	case n.IsReplace:
		verb = "INSERT OR REPLACE INTO "
	case n.IgnoreErr:
		verb = "INSERT OR IGNORE INTO "
	}
	c.b.WriteString(with + verb + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " (" + c.columnList() + ") " + rows)
	if len(n.OnDuplicate) > 0 {
		if err := c.onDuplicate(n); err != nil {
			return out, err
		}
	}
	out.SQL = c.b.String()
	return out, nil
}

func (c *changer) columnList() string {
	names := make([]string, len(c.t.Columns))
	for i, column := range c.t.Columns {
		names[i] = engine.Name(column.Name)
	}
	return strings.Join(names, ", ")
}

// givenColumns are the columns for which the statement has values, in its
// order.
func (c *changer) givenColumns(n *ast.InsertStmt) ([]catalog.Column, error) {
	if len(n.Columns) == 0 {
		if len(n.Lists) > 0 && len(n.Lists[0]) == 0 {
			return nil, nil // VALUES ()
		}
		return c.t.Columns, nil
	}
	seen := map[string]bool{}
	var columns []catalog.Column
	for _, cn := range n.Columns {
		column, err := c.column(cn)
		if err != nil {
			return nil, err
		}
		if seen[column.Name] {
			return nil, mysqlerr.New(mysql.ER_FIELD_SPECIFIED_TWICE, column.Name)
		}
		seen[column.Name] = true
		columns = append(columns, column)
	}
	return columns, nil
}

// numbers reports whether the table numbers rows and the statement leaves it
// to.
func (c *changer) numbers(n *ast.InsertStmt, given []catalog.Column) bool {
	if _, ok := c.t.AutoColumn(); !ok {
		return false
	}
	for i, column := range given {
		if !column.AutoIncrement {
			continue
		}
		for _, row := range n.Lists {
			v, isValue := row[min(i, len(row)-1)].(ast.ValueExpr)
			_, isDefault := row[min(i, len(row)-1)].(*ast.DefaultExpr)
			if isDefault || isValue && (v.GetValue() == nil || v.GetValue() == int64(0)) {
				return true
			}
		}
		return false
	}
	return true
}

func (c *changer) lists(n *ast.InsertStmt, given []catalog.Column) (string, error) {
	rows := make([]string, 0, len(n.Lists))
	for i, list := range n.Lists {
		if len(list) != len(given) {
			return "", mysqlerr.New(mysql.ER_WRONG_VALUE_COUNT_ON_ROW, i+1)
		}
		values := map[string]string{}
		for j, e := range list {
			value, err := c.assigned(given[j], e, i+1)
			if err != nil {
				return "", err
			}
			values[given[j].Name] = value
		}
		row, err := c.row(values, i+1)
		if err != nil {
			return "", err
		}
		rows = append(rows, "("+row+")")
	}
	return "VALUES " + strings.Join(rows, ", "), nil
}

// row lists a row's values in the table's order.
func (c *changer) row(values map[string]string, number int) (string, error) {
	row := make([]string, len(c.t.Columns))
	for i, column := range c.t.Columns {
		value, ok := values[column.Name]
		if !ok {
			var err error
			if value, err = c.defaultOf(column, number); err != nil {
				return "", err
			}
		}
		row[i] = value
	}
	return strings.Join(row, ", "), nil
}

// selected is INSERT ... SELECT: the query under a name, and the rows made of
// what it finds.
func (c *changer) selected(n *ast.InsertStmt, given []catalog.Column) (with, rows string, err error) {
	target := c.r.block
	c.r.block = nil // the query does not see it
	query, _, err := c.expression(n.Select)
	if err != nil {
		return "", "", err
	}
	c.r.block = target
	found := c.r.take()
	if len(found) != len(given) {
		return "", "", mysqlerr.New(mysql.ER_WRONG_VALUE_COUNT_ON_ROW, 1)
	}
	names, values := make([]string, len(given)), map[string]string{}
	for i, column := range given {
		names[i] = "given" + strconv.Itoa(i)
		value, err := storable(column, ofType(names[i], found[i].Type))
		if err != nil {
			return "", "", err
		}
		text, err := restore(value)
		if err != nil {
			return "", "", err
		}
		values[column.Name] = Stored(column, text, 1)
	}
	row, err := c.row(values, 1)
	if err != nil {
		return "", "", err
	}
	with = "WITH given(" + strings.Join(names, ", ") + ") AS (" + query + ") "
	return with, "SELECT " + row + " FROM given WHERE TRUE", nil
}

// onDuplicate is ON DUPLICATE KEY UPDATE. A row that would stay as it is is
// left alone, so that it does not count.
func (c *changer) onDuplicate(n *ast.InsertStmt) error {
	sets, changed, err := c.assignments(n.OnDuplicate)
	if err != nil {
		return err
	}
	c.b.WriteString(" ON CONFLICT DO UPDATE SET " + sets + " WHERE " + changed)
	return nil
}
