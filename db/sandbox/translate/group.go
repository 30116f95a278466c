package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/opcode"

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// checkGroups refuses a field that has no one value in a group. Equalities in
// WHERE or ON may decide one; to find that out is beyond this server.
// https://dev.mysql.com/doc/refman/8.4/en/group-by-handling.html
func (r *rewriter) checkGroups(n *ast.SelectStmt) error {
	mode, err := r.env.Variable(&ast.VariableExpr{Name: "sql_mode", IsSystem: true})
	if err != nil || !strings.Contains(fmt.Sprint(mode), "ONLY_FULL_GROUP_BY") || n.GroupBy == nil && !aggregates(n.Fields) {
		return err
	}
	grouped, expressions := r.grouped(n)
	for i, f := range n.Fields.Fields {
		if slices.Contains(expressions, textOf(f.Expr)) {
			continue
		}
		c, found := r.ungrouped(f, grouped)
		switch name := strings.Trim(c.Schema+"."+c.Table+"."+c.Name, "."); {
		case !found:
		case r.block.equates || equates(n.Where):
			return mysqlerr.Beyond("a column outside GROUP BY that an equality decides")
		case n.GroupBy == nil:
			return mysql.NewError(mysql.ER_MIX_OF_GROUP_FUNC_AND_FIELDS, fmt.Sprintf("In aggregated query without GROUP BY, expression #%d of "+
				"SELECT list contains nonaggregated column '%s'; this is incompatible with sql_mode=only_full_group_by", i+1, name))
		default:
			return mysql.NewError(mysql.ER_WRONG_FIELD_WITH_GROUP, fmt.Sprintf("Expression #%d of SELECT list is not in GROUP BY clause and contains "+
				"nonaggregated column '%s' which is not functionally dependent on columns in GROUP BY clause; this is incompatible with "+
				"sql_mode=only_full_group_by", i+1, name))
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

// ungrouped finds a column in a field that is not grouped, and whose row is not
// decided by a primary key that is.
func (r *rewriter) ungrouped(f *ast.SelectField, grouped []rowset.Column) (c rowset.Column, found bool) {
	Each(f.Expr, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AggregateFuncExpr, *ast.SubqueryExpr, *ast.WindowFuncExpr:
			return false
		case *ast.ColumnName:
			for _, column := range r.block.find(n) {
				if !found && !slices.Contains(grouped, column) && !r.block.decided(column, grouped) {
					c, found = column, true
				}
			}
		}
		return !found
	})
	return c, found
}

// decided reports whether the primary key of a column's table is grouped.
func (b *block) decided(c rowset.Column, grouped []rowset.Column) bool {
	hasKey := false
	for _, s := range b.sources {
		if !slices.Contains(s.columns, c) {
			continue
		}
		for _, other := range s.columns {
			if pm.HasPriKeyFlag(other.Type.GetFlag()) {
				hasKey = true
				if !slices.Contains(grouped, other) {
					return false
				}
			}
		}
	}
	return hasKey
}

// equates reports whether a condition holds an equality.
func equates(n ast.Node) (found bool) {
	if n == nil {
		return false
	}
	Each(n, func(n ast.Node) bool {
		e, ok := n.(*ast.BinaryOperationExpr)
		found = found || ok && e.Op == opcode.EQ
		return !found
	})
	return found
}

func textOf(e ast.ExprNode) string {
	text, _ := restore(e) // what cannot be written equals nothing
	return text
}
