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
	if n.With != nil {
		return "", mysqlerr.Beyond("WITH before UPDATE")
	}
	c := newChanger(t, env)
	sets, changed, err := c.assignments(n.List)
	if err != nil {
		return "", err
	}
	which, err := c.which(n.Where, n.Order, n.Limit)
	if err != nil {
		return "", err
	}
	verb := "UPDATE "
	if n.IgnoreErr {
		verb = "UPDATE OR IGNORE "
	}
	sql := verb + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " SET " + sets + " WHERE " + which
	if !foundRows {
		// CASE keeps a value that does not fit from being seen on other rows.
		sql += " AND CASE WHEN " + which + " THEN " + changed + " END"
	}
	return sql, nil
}

// Delete translates DELETE.
func Delete(n *ast.DeleteStmt, t Target, env Environment) (string, error) {
	if n.With != nil {
		return "", mysqlerr.Beyond("WITH before DELETE")
	}
	c := newChanger(t, env)
	which, err := c.which(n.Where, n.Order, n.Limit)
	if err != nil {
		return "", err
	}
	return "DELETE FROM " + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " WHERE " + which, nil
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

// which says which rows are meant. SQLite has no ORDER BY and LIMIT here, so
// those choose the rows in a query of their own.
func (c *changer) which(where ast.ExprNode, order *ast.OrderByClause, limit *ast.Limit) (string, error) {
	c.r.block.clause = "where clause"
	condition := "TRUE"
	if where != nil {
		e, _, err := c.expression(where)
		if err != nil {
			return "", err
		}
		condition = "(" + e + ")"
	}
	if order == nil && limit == nil {
		return condition, nil
	}
	query := "SELECT " + engine.Name(c.t.Alias) + "._rowid_ FROM " + engine.Name(c.t.Physical) + " AS " + engine.Name(c.t.Alias) + " WHERE " + condition
	if order != nil {
		text, _, err := c.expression(order)
		if err != nil {
			return "", err
		}
		query += " " + text
	}
	if limit != nil {
		text, _, err := c.expression(limit)
		if err != nil {
			return "", err
		}
		query += " " + text
	}
	return engine.Name(c.t.Alias) + "._rowid_ IN (" + query + ")", nil
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
