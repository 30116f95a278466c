package translate

import (
	"slices"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// checkGroups refuses a field that has no one value in a group: MySQL finds out
// by more than is known here whether it has.
// https://dev.mysql.com/doc/refman/8.4/en/group-by-handling.html
func (r *rewriter) checkGroups(n *ast.SelectStmt) error {
	if n.GroupBy == nil && !aggregates(n.Fields) {
		return nil
	}
	columns, expressions := r.grouped(n)
	for _, f := range n.Fields.Fields {
		if !slices.Contains(expressions, textOf(f.Expr)) && r.ungrouped(f, columns) {
			return mysqlerr.Beyond("a column outside GROUP BY")
		}
	}
	return nil
}

// grouped lists what GROUP BY names: columns, and expressions as they restore.
func (r *rewriter) grouped(n *ast.SelectStmt) (columns []rowset.Column, expressions []string) {
	if n.GroupBy == nil {
		return nil, nil
	}
	for _, item := range n.GroupBy.Items {
		e := item.Expr
		if p, ok := e.(*ast.PositionExpr); ok && p.N >= 1 && p.N <= len(n.Fields.Fields) {
			e = n.Fields.Fields[p.N-1].Expr
		}
		if name, ok := e.(*ast.ColumnNameExpr); ok {
			columns = append(columns, r.block.find(name.Name)...)
			for _, f := range n.Fields.Fields {
				if f.AsName.L == name.Name.Name.L {
					expressions = append(expressions, textOf(f.Expr))
				}
			}
		}
		expressions = append(expressions, textOf(e))
	}
	return columns, expressions
}

// ungrouped reports whether a field names a column that is not grouped, and
// whose row is not decided by a primary key that is.
func (r *rewriter) ungrouped(f *ast.SelectField, grouped []rowset.Column) (found bool) {
	Each(f.Expr, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AggregateFuncExpr, *ast.SubqueryExpr:
			return false
		case *ast.ColumnName:
			for _, c := range r.block.find(n) {
				found = found || !slices.Contains(grouped, c) && !r.block.decided(c, grouped)
			}
		}
		return !found
	})
	return found
}

// decided reports whether the primary key of a column's table is grouped.
func (b *block) decided(c rowset.Column, grouped []rowset.Column) bool {
	for _, s := range b.sources {
		if !slices.Contains(s.columns, c) {
			continue
		}
		isKey := func(c rowset.Column) bool { return pm.HasPriKeyFlag(c.Type.GetFlag()) }
		missing := func(c rowset.Column) bool { return isKey(c) && !slices.Contains(grouped, c) }
		return slices.ContainsFunc(s.columns, isKey) && !slices.ContainsFunc(s.columns, missing)
	}
	return false
}

func textOf(e ast.ExprNode) string {
	text, _ := restore(e) // what cannot be written equals nothing
	return text
}
