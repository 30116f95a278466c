package translate

import (
	"strings"

	"keyturn/db/sandbox/mysqlerr"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// enterSelect names the columns as MySQL does and drops what only guides
// MySQL's optimizer and locks. It reads WITH and FROM first, which say what the
// names in the field list mean.
func (r *rewriter) enterSelect(n *ast.SelectStmt) error {
	switch {
	case n.Lists != nil:
		return mysqlerr.Beyond("VALUES ROW()")
	case n.SelectIntoOpt != nil:
		return mysqlerr.Beyond("SELECT ... INTO")
	case n.Having != nil && n.GroupBy == nil && !aggregates(n.Fields):
		return mysqlerr.Beyond("HAVING without GROUP BY")
	case n.GroupBy != nil && n.GroupBy.Rollup:
		return mysqlerr.Beyond("GROUP BY ... WITH ROLLUP")
	}
	n.LockInfo, n.TableHints = nil, nil
	if n.SelectStmtOpts != nil {
		*n.SelectStmtOpts = ast.SelectStmtOpts{SQLCache: true}
	}
	if n.From == nil && n.Where != nil {
		n.From = dual()
	}
	r.block = &block{outer: r.block, clause: "where clause"}
	if n.With != nil {
		n.With.Accept(r)
		r.done[n.With] = true
	}
	if n.From != nil {
		n.From.Accept(r)
		r.done[n.From] = true
	}
	if r.err != nil {
		return nil
	}
	for _, f := range n.Fields.Fields {
		if f.WildCard == nil && f.AsName.L == "" {
			f.AsName = ast.NewCIStr(columnName(f))
		}
	}
	var err error
	if n.Fields.Fields, err = r.block.expand(n.Fields.Fields); err != nil {
		return err
	}
	return r.checkGroups(n)
}

// dual is a source of one row. The parser drops FROM DUAL and writes it again
// where there is a WHERE.
func dual() *ast.TableRefsClause {
	one := &ast.SelectField{Expr: Literal(int64(1)), AsName: ast.NewCIStr("dummy")}
	query := &ast.SelectStmt{
		Kind:   ast.SelectStmtKindSelect,
		Fields: &ast.FieldList{Fields: []*ast.SelectField{one}}, SelectStmtOpts: &ast.SelectStmtOpts{SQLCache: true},
	}
	return &ast.TableRefsClause{TableRefs: &ast.Join{Left: &ast.TableSource{Source: query, AsName: ast.NewCIStr("dual")}}}
}

// columnName is what MySQL calls a column that has no alias: the column's own
// name, the string itself, or the expression as it was written.
func columnName(f *ast.SelectField) string {
	switch e := f.Expr.(type) {
	case *ast.ColumnNameExpr:
		return e.Name.Name.O
	case ast.ValueExpr:
		if s, ok := e.GetValue().(string); ok {
			return s
		}
	}
	return strings.TrimSpace(f.Text())
}

func aggregates(fields *ast.FieldList) (found bool) {
	Each(fields, func(n ast.Node) bool {
		_, aggregate := n.(*ast.AggregateFuncExpr)
		_, subquery := n.(*ast.SubqueryExpr)
		found = found || aggregate
		return !found && !subquery
	})
	return found
}
