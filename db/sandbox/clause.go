package sandbox

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/translate"
)

// clauseOf is the clause, by the name that MySQL's errors use, in which a
// statement names a column.
func (sc *scope) clauseOf(column string) string {
	switch n := sc.node.(type) {
	case *ast.SelectStmt:
		for _, c := range []struct {
			node ast.Node
			name string
		}{
			{n.Fields, "field list"},
			{clause(n.From), "on clause"},
			{clause(n.Where), "where clause"},
			{clause(n.GroupBy), "group statement"},
			{clause(n.Having), "having clause"},
			{clause(n.OrderBy), "order clause"},
		} {
			if names(c.node, column) {
				return c.name
			}
		}
	case *ast.UpdateStmt:
		if names(n.Where, column) {
			return "where clause"
		}
	case *ast.DeleteStmt:
		return "where clause"
	}
	return "field list"
}

// clause keeps a nil pointer from becoming a node.
func clause[N interface {
	comparable
	ast.Node
}](n N) ast.Node {
	var none N
	if n == none {
		return nil
	}
	return n
}

// names reports whether a column is named somewhere in a clause.
func names(n ast.Node, column string) (found bool) {
	if n == nil {
		return false
	}
	translate.Each(n, func(n ast.Node) bool {
		c, ok := n.(*ast.ColumnName)
		found = found || ok && strings.EqualFold(c.Name.O, afterDot(column))
		return !found
	})
	return found
}
