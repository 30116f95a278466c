package translate

import (
	"math"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// rewriter walks a statement and replaces what SQLite reads otherwise. It
// stops at the first error.
type rewriter struct {
	env Environment
	err error
	// ctes are the names that WITH defines; they stand for themselves.
	ctes map[string]bool
}

func (r *rewriter) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Enter implements ast.Visitor: it sees a node before its children.
func (r *rewriter) Enter(n ast.Node) (ast.Node, bool) {
	if r.err != nil {
		return n, true
	}
	switch n := n.(type) {
	case *ast.SelectStmt:
		r.fail(r.enterSelect(n))
	case *ast.WithClause:
		if n.IsRecursive { // SQLite cannot count the rounds, at whose number MySQL stops
			r.fail(&Beyond{What: "WITH RECURSIVE"})
		}
	case *ast.CommonTableExpression:
		r.addCTE(n)
	case *ast.TableSource:
		r.fail(r.enterTableSource(n))
		_, isTable := n.Source.(*ast.TableName)
		return n, isTable || r.err != nil
	case *ast.Limit:
		limitless(n)
	case *ast.FuncCallExpr:
		return r.enterCall(n)
	case *ast.VariableExpr:
		return r.variable(n), true
	}
	return n, r.err != nil
}

// Leave implements ast.Visitor: it sees a node after its children.
func (r *rewriter) Leave(n ast.Node) (ast.Node, bool) {
	if r.err != nil {
		return n, false
	}
	e, ok := n.(ast.ExprNode)
	if !ok {
		return n, true
	}
	replaced, err := r.expression(e)
	r.fail(err)
	return replaced, r.err == nil
}

// limitless makes SQLite's largest number of the one that asks for all rows.
func limitless(n *ast.Limit) {
	if v, ok := n.Count.(ast.ValueExpr); ok {
		if count, ok := v.GetValue().(uint64); ok && count > math.MaxInt64 {
			n.Count = Literal(int64(math.MaxInt64))
		}
	}
}

func (r *rewriter) addCTE(n *ast.CommonTableExpression) {
	if r.ctes == nil {
		r.ctes = map[string]bool{}
	}
	r.ctes[n.Name.L] = true
}

// enterTableSource gives a table the name that SQLite keeps it under, and the
// name that the statement knows it by.
func (r *rewriter) enterTableSource(n *ast.TableSource) error {
	t, ok := n.Source.(*ast.TableName)
	if !ok {
		return nil
	}
	t.IndexHints, t.PartitionNames, t.TableSample, t.AsOf = nil, nil, nil, nil
	if t.Schema.L == "" && r.ctes[t.Name.L] {
		return nil
	}
	physical, err := r.env.Table(t)
	if err != nil {
		return err
	}
	if n.AsName.L == "" {
		n.AsName = t.Name
	}
	t.Schema, t.Name = ast.CIStr{}, ast.NewCIStr(physical)
	return nil
}

func (r *rewriter) variable(n *ast.VariableExpr) ast.Node {
	if n.Value != nil {
		r.fail(&Beyond{What: "assignment of a variable in an expression"})
		return n
	}
	v, err := r.env.Variable(n)
	if err != nil {
		r.fail(err)
		return n
	}
	return Literal(v)
}
