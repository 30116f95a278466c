package translate

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// Update translates UPDATE. Unless foundRows is set, rows that would stay as
// they are are left alone, so that SQLite counts as MySQL does.
func Update(n *ast.UpdateStmt, t Target, env Environment, foundRows bool) (string, error) {
	switch {
	case n.With != nil:
		return "", mysqlerr.Beyond("WITH before UPDATE")
	case n.Order != nil || n.Limit != nil:
		return "", mysqlerr.Beyond("UPDATE ... ORDER BY and LIMIT")
	case n.IgnoreErr:
		return "", mysqlerr.Beyond("UPDATE IGNORE")
	}
	c := newChanger(t, env)
	sets, changed, err := c.assignments(n.List)
	if err != nil {
		return "", err
	}
	which, err := c.which(n.Where)
	if err != nil {
		return "", err
	}
	sql := "UPDATE " + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " SET " + sets + " WHERE " + which
	if !foundRows {
		// CASE keeps a value that does not fit from being seen on other rows.
		sql += " AND CASE WHEN " + which + " THEN " + changed + " END"
	}
	return sql, nil
}

// Delete translates DELETE.
func Delete(n *ast.DeleteStmt, t Target, env Environment) (string, error) {
	switch {
	case n.With != nil:
		return "", mysqlerr.Beyond("WITH before DELETE")
	case n.Order != nil || n.Limit != nil:
		return "", mysqlerr.Beyond("DELETE ... ORDER BY and LIMIT")
	case n.IgnoreErr:
		return "", mysqlerr.Beyond("DELETE IGNORE")
	}
	c := newChanger(t, env)
	which, err := c.which(n.Where)
	return "DELETE FROM " + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " WHERE " + which, err
}

// assignments writes SET's list, and the condition that one of them changes
// something. Columns that follow the clock are set too.
func (c *changer) assignments(list []*ast.Assignment) (sets, changed string, err error) {
	var parts, differ []string
	set := map[string]bool{}
	for _, a := range list {
		column, err := c.column(a.Column)
		if err != nil {
			return "", "", err
		}
		if name := namesOne(a.Expr, set); name != "" { // MySQL takes the new value, SQLite the old
			return "", "", mysqlerr.Beyond("a column that the same statement has set before")
		}
		value, err := c.assigned(column, a.Expr, 1)
		if err != nil {
			return "", "", err
		}
		set[column.Name] = true
		parts = append(parts, engine.Name(column.Name)+" = "+value)
		differ = append(differ, "("+engine.Name(c.t.Alias)+"."+engine.Name(column.Name)+" COLLATE BINARY) IS NOT ("+value+")")
	}
	for _, column := range c.t.Columns {
		if column.OnUpdateNow && !set[column.Name] {
			now, err := c.now(column)
			if err != nil {
				return "", "", err
			}
			parts = append(parts, engine.Name(column.Name)+" = "+Stored(column, now, 1))
		}
	}
	return strings.Join(parts, ", "), "(" + strings.Join(differ, " OR ") + ")", nil
}

// which says which rows are meant.
func (c *changer) which(where ast.ExprNode) (string, error) {
	if where == nil {
		return "TRUE", nil
	}
	c.r.block.clause = "where clause"
	e, err := c.expression(where)
	return "(" + e + ")", err
}

// namesOne is one of the columns, if an expression names it.
func namesOne(e ast.ExprNode, columns map[string]bool) (found string) {
	Each(e, func(n ast.Node) bool {
		if name, ok := n.(*ast.ColumnName); ok {
			for column := range columns {
				if strings.EqualFold(column, name.Name.O) {
					found = column
				}
			}
		}
		_, isOld := n.(*ast.ValuesExpr)
		return !isOld
	})
	return found
}
