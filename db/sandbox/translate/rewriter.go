package translate

import (
	"math"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// rewriter walks a statement and replaces what SQLite reads otherwise. It finds
// the type of every expression on the way up. It stops at the first error.
type rewriter struct {
	env   Environment
	err   error
	block *block
	// done are the parts of a SELECT that were visited before their turn.
	done map[ast.Node]bool
	// results are the columns of the queries that no part of the statement around
	// them has taken yet; the last one read is the last.
	results  [][]rowset.Column
	subquery []rowset.Column // the columns of the subquery that was read last
	// ctes are the columns of the queries that WITH defines, by their names.
	ctes map[string][]rowset.Column
}

func newRewriter(env Environment) *rewriter {
	return &rewriter{env: env, done: map[ast.Node]bool{}, ctes: map[string][]rowset.Column{}}
}

func (r *rewriter) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Enter implements ast.Visitor: it sees a node before its children.
func (r *rewriter) Enter(n ast.Node) (ast.Node, bool) {
	if r.err != nil || r.done[n] {
		return n, true
	}
	switch n := n.(type) {
	case *ast.SelectStmt:
		r.fail(r.enterSelect(n))
	case *ast.WithClause:
		if n.IsRecursive { // SQLite cannot count the rounds, at whose number MySQL stops
			r.fail(mysqlerr.Beyond("WITH RECURSIVE"))
		}
	case *ast.TableSource:
		r.fail(r.enterTable(n))
		_, isTable := n.Source.(*ast.TableName)
		return n, isTable || r.err != nil
	case *ast.SetOprStmt:
		r.block = &block{outer: r.block}
	case *ast.FieldList:
		r.reading("field list")
	case *ast.OnCondition:
		r.reading("on clause")
		r.block.equates = r.block.equates || equates(n.Expr)
	case *ast.GroupByClause:
		r.reading("group statement")
	case *ast.HavingClause:
		r.reading("having clause")
	case *ast.OrderByClause:
		r.reading("order clause")
	case *ast.Limit:
		limitless(n)
	case *ast.FuncCallExpr:
		return r.enterCall(n)
	case *ast.VariableExpr:
		return r.variable(n), true
	}
	return n, r.err != nil
}

// reading notes which clause is being read.
func (r *rewriter) reading(clause string) {
	if r.block != nil {
		r.block.clause = clause
	}
}

// Leave implements ast.Visitor: it sees a node after its children.
func (r *rewriter) Leave(n ast.Node) (ast.Node, bool) {
	if r.err != nil {
		return n, false
	}
	if r.done[n] {
		return n, true
	}
	switch n := n.(type) {
	case *ast.SelectStmt:
		r.results = append(r.results, r.block.fields)
		r.block = r.block.outer
	case *ast.SetOprSelectList:
		r.fail(r.union(len(n.Selects)))
	case *ast.SetOprStmt:
		r.block = r.block.outer
	case *ast.CommonTableExpression:
		r.ctes[n.Name.L] = renamed(r.subquery, n.ColNameList)
	case *ast.TableSource:
		switch n.Source.(type) {
		case *ast.SelectStmt, *ast.SetOprStmt:
			r.block.sources = append(r.block.sources, source{n.AsName.O, renamed(r.take(), n.ColumnNames)})
		}
	case *ast.Join:
		r.fail(r.block.join(n))
	case *ast.FieldList, *ast.OnCondition, *ast.HavingClause, *ast.TableRefsClause:
		r.reading("where clause")
	case *ast.OrderByClause: // of a window, or in an aggregate
		r.reading("field list")
	case *ast.SelectField:
		r.leaveField(n)
	case *ast.ByItem:
		n.Expr, r.err = r.sortable(n.Expr)
	case ast.ExprNode:
		replaced, err := r.expression(n)
		r.fail(err)
		return replaced, r.err == nil
	}
	return n, r.err == nil
}

// leaveField notes a column of the result.
func (r *rewriter) leaveField(n *ast.SelectField) {
	c := rowset.Column{}
	if e, ok := bare(n.Expr).(*ast.ColumnNameExpr); ok {
		c, _ = r.column(e.Name)
	} else {
		n.Expr = r.collated(n.Expr)
	}
	c.Type = n.Expr.GetType().Clone()
	c.Name = n.AsName.O
	r.block.fields = append(r.block.fields, c)
}

// take is the columns of the query that has been read last.
func (r *rewriter) take() []rowset.Column {
	last := len(r.results) - 1
	columns := r.results[last]
	r.results = r.results[:last]
	return columns
}

// renamed are columns without the table that they came from, under the names
// that the statement gives them, if it does.
func renamed(columns []rowset.Column, names []ast.CIStr) []rowset.Column {
	out := make([]rowset.Column, len(columns))
	for i, c := range columns {
		out[i] = rowset.Column{Name: c.Name, Type: c.Type}
		if i < len(names) {
			out[i].Name = names[i].O
		}
	}
	return out
}

// union makes one result of those of several SELECTs.
func (r *rewriter) union(selects int) error {
	parts := r.results[len(r.results)-selects:]
	r.results = r.results[:len(r.results)-selects]
	result := renamed(parts[0], nil)
	for _, part := range parts[1:] {
		if len(part) != len(result) {
			return mysqlerr.New(mysql.ER_WRONG_NUMBER_OF_COLUMNS_IN_SELECT)
		}
		for i, c := range part {
			if !comparable(result[i].Type, c.Type) {
				return mysqlerr.Beyond("UNION of columns of different types")
			}
			result[i].Type = mergedTypes(result[i].Type, c.Type)
		}
	}
	r.results = append(r.results, result)
	r.block.fields = result // which ORDER BY may name
	return nil
}

// limitless makes SQLite's largest number of the one that asks for all rows.
func limitless(n *ast.Limit) {
	if v, ok := n.Count.(ast.ValueExpr); ok {
		if count, ok := v.GetValue().(uint64); ok && count > math.MaxInt64 {
			n.Count = Literal(int64(math.MaxInt64))
		}
	}
}

// enterTable gives a table the name that SQLite keeps it under, and the name
// that the statement knows it by.
func (r *rewriter) enterTable(n *ast.TableSource) error {
	t, ok := n.Source.(*ast.TableName)
	if !ok {
		return nil
	}
	t.IndexHints, t.PartitionNames, t.TableSample, t.AsOf = nil, nil, nil, nil
	if n.AsName.L == "" {
		n.AsName = t.Name
	}
	columns, isCTE := r.ctes[t.Name.L]
	if !isCTE || t.Schema.L != "" {
		physical, own, err := r.env.Table(t)
		if err != nil {
			return err
		}
		columns = own
		t.Schema, t.Name = ast.CIStr{}, ast.NewCIStr(physical)
	}
	r.block.sources = append(r.block.sources, source{n.AsName.O, columns})
	return nil
}

func (r *rewriter) variable(n *ast.VariableExpr) ast.Node {
	if n.Value != nil {
		r.fail(mysqlerr.Beyond("assignment of a variable in an expression"))
		return n
	}
	v, err := r.env.Variable(n)
	if err != nil {
		r.fail(err)
		return n
	}
	return Literal(v)
}
