package translate

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
)

// Update translates UPDATE. Unless foundRows is set, rows that would stay as
// they are are left alone, so that SQLite counts as MySQL does.
func Update(n *ast.UpdateStmt, t Target, env Environment, foundRows bool) (Statement, error) {
	if n.With != nil {
		return Statement{}, &Beyond{What: "WITH before UPDATE"}
	}
	c := &changer{r: &rewriter{env: env}, t: t}
	sets, changed, err := c.assignments(n.List)
	if err != nil {
		return Statement{}, err
	}
	which, err := c.which(n.Where, n.Order, n.Limit)
	if err != nil {
		return Statement{}, err
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
	return Statement{SQL: sql}, nil
}

// Delete translates DELETE.
func Delete(n *ast.DeleteStmt, t Target, env Environment) (Statement, error) {
	if n.With != nil {
		return Statement{}, &Beyond{What: "WITH before DELETE"}
	}
	c := &changer{r: &rewriter{env: env}, t: t}
	which, err := c.which(n.Where, n.Order, n.Limit)
	if err != nil {
		return Statement{}, err
	}
	return Statement{SQL: "DELETE FROM " + engine.Name(t.Physical) + " AS " + engine.Name(t.Alias) + " WHERE " + which}, nil
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
	condition := "TRUE"
	if where != nil {
		e, err := c.expression(where)
		if err != nil {
			return "", err
		}
		condition = "(" + e + ")"
	}
	if order == nil && limit == nil {
		return condition, nil
	}
	query := "SELECT " + engine.Name(c.t.Alias) + "._rowid_ FROM " + engine.Name(c.t.Physical) + " AS " + engine.Name(c.t.Alias) + " WHERE " + condition
	for _, clause := range []ast.Node{order, limit} {
		text, err := c.clause(clause)
		if err != nil {
			return "", err
		}
		query += text
	}
	return engine.Name(c.t.Alias) + "._rowid_ IN (" + query + ")", nil
}

func (c *changer) clause(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.OrderByClause:
		if n == nil {
			return "", nil
		}
	case *ast.Limit:
		if n == nil {
			return "", nil
		}
	}
	node, _ := n.Accept(c.r)
	if c.r.err != nil {
		return "", c.r.err
	}
	s, err := restore(node)
	return " " + s.SQL, err
}
