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
	rows, err := scope.read(q.SQL, st.args...)
	if err != nil {
		return nil, err
	}
	return &outcome{rows: scope.shape(rows, types)}, nil
}

// read asks SQLite, with the system tables that the statement names.
func (sc *scope) read(query string, args ...any) (*engine.Rows, error) {
	var rows *engine.Rows
	err := sc.session.tables.Read(sc.ctx, func(c *engine.Conn) error {
		drop, err := sc.fill(c)
		if err != nil {
			return err
		}
		defer drop()
		rows, err = c.Query(query, args...)
		return err
	})
	if err != nil {
		return nil, sc.explain(err)
	}
	return rows, nil
}

// evaluate computes an expression that stands alone.
func (se *session) evaluate(e ast.ExprNode) (any, error) {
	scope := se.newScope(nil)
	q, err := translate.Expression(e, scope)
	if err != nil {
		return nil, err
	}
	rows, err := scope.read("SELECT " + q.SQL)
	if err != nil {
		return nil, err
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
