package sandbox

import (
	"database/sql/driver"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/rowset"
	"keyturn/db/sandbox/translate"
)

// selectRows carries out a SELECT or a union of several.
func (se *session) selectRows(n ast.StmtNode) (*outcome, error) {
	scope := se.newScope(n)
	query, columns, err := translate.Query(n, scope)
	if err != nil {
		return nil, err
	}
	rows, err := scope.read(query)
	if err != nil {
		return nil, err
	}
	return &outcome{rows: &rowset.Rowset{Columns: columns, Rows: rows}}, nil
}

// read asks SQLite, with the system tables that the statement names.
func (sc *scope) read(query string) ([][]driver.Value, error) {
	var rows [][]driver.Value
	err := sc.tables.Read(sc.ctx, func(c *engine.Conn) error {
		drop, err := sc.fill(c)
		if err != nil {
			return err
		}
		defer drop()
		rows, err = c.Query(query)
		return err
	})
	if err != nil {
		return nil, sc.explain(err)
	}
	return rows, nil
}

// evaluate computes an expression that stands alone.
func (se *session) evaluate(e ast.ExprNode) (any, error) {
	fields := &ast.FieldList{Fields: []*ast.SelectField{{Expr: e, AsName: ast.NewCIStr("value")}}}
	o, err := se.selectRows(&ast.SelectStmt{Kind: ast.SelectStmtKindSelect, Fields: fields, SelectStmtOpts: &ast.SelectStmtOpts{SQLCache: true}})
	if err != nil {
		return nil, err
	}
	return o.rows.Rows[0][0], nil
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
