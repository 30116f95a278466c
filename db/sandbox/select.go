package sandbox

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/translate"
)

// selectRows carries out a SELECT or a union of several.
func (se *session) selectRows(st *statement) (*outcome, error) {
	scope := se.newScope(st.node)
	types := se.inferred(st.node)
	q, err := translate.Query(st.node, scope)
	if err != nil {
		return nil, err
	}
	var rows *engine.Rows
	err = se.tables.Read(se.ctx, func(c *engine.Conn) error {
		drop, err := scope.fill(c)
		if err != nil {
			return err
		}
		defer drop()
		rows, err = c.Query(q.SQL, st.args...)
		return err
	})
	if err != nil {
		return nil, scope.explain(err)
	}
	return &outcome{rows: scope.shape(rows, types)}, nil
}

// evaluate computes an expression that stands alone.
func (se *session) evaluate(e ast.ExprNode) (any, error) {
	scope := se.newScope(nil)
	q, err := translate.Expression(e, scope)
	if err != nil {
		return nil, err
	}
	var rows *engine.Rows
	err = se.tables.Read(se.ctx, func(c *engine.Conn) error {
		drop, err := scope.fill(c)
		if err != nil {
			return err
		}
		defer drop()
		rows, err = c.Query("SELECT " + q.SQL)
		return err
	})
	if err != nil {
		return nil, scope.explain(err)
	}
	return rows.Values[0][0], nil
}

// do is DO: it computes and answers nothing.
func (se *session) do(n *ast.DoStmt) (*outcome, error) {
	for _, e := range n.Exprs {
		if _, err := se.evaluate(e); err != nil {
			return nil, err
		}
	}
	return &outcome{}, nil
}
