package translate

import (
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// Insert translates INSERT, and tells whether rows are given their
// AUTO_INCREMENT number. Every column of every row is written out, with its
// default where the statement gives none.
func Insert(n *ast.InsertStmt, t Target, env Environment) (sql string, numbers bool, err error) {
	switch {
	case n.IsReplace:
		return "", false, mysqlerr.Beyond("REPLACE")
	case n.IgnoreErr:
		return "", false, mysqlerr.Beyond("INSERT IGNORE")
	case n.Select != nil:
		return "", false, mysqlerr.Beyond("INSERT ... SELECT")
	}
	c := newChanger(t, env)
	given, err := c.givenColumns(n)
	if err != nil {
		return "", false, err
	}
	numbers = c.numbers(n, given)
	rows, err := c.lists(n, given)
	if err != nil {
		return "", false, err
	}
	sql = "INSERT INTO " + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " (" + engine.Names(t.Names()) + ") " + rows
	if len(n.OnDuplicate) == 0 {
		return sql, numbers, nil
	}
	// A row that would stay as it is is left alone, so that it does not count.
	sets, changed, err := c.assignments(n.OnDuplicate)
	return sql + " ON CONFLICT DO UPDATE SET " + sets + " WHERE " + changed, numbers, err
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
		row := make([]string, len(c.t.Columns))
		for j, column := range c.t.Columns {
			value, ok := values[column.Name]
			if !ok {
				var err error
				if value, err = c.defaultOf(column, i+1); err != nil {
					return "", err
				}
			}
			row[j] = value
		}
		rows = append(rows, "("+strings.Join(row, ", ")+")")
	}
	return "VALUES " + strings.Join(rows, ", "), nil
}
