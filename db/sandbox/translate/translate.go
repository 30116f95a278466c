// Package translate turns MySQL's data statements into SQLite's. It changes
// the parsed tree where the two differ and lets the parser's Restore write the
// text; what SQLite cannot do is an error, never a guess.
package translate

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/format"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/rowset"
)

// Environment is what a statement means by its names.
type Environment interface {
	// Table is the name under which SQLite keeps a table, and its columns.
	Table(*ast.TableName) (physical string, columns []rowset.Column, err error)
	// Function is the value of a function that asks about the session, the
	// clock or the server, like USER() or NOW().
	Function(name string, args []ast.ExprNode) (value any, ok bool, err error)
	// Variable is the value of @name and @@name.
	Variable(*ast.VariableExpr) (any, error)
}

// flags write SQL that SQLite reads. The brackets keep MySQL's precedence.
const flags = format.RestoreStringSingleQuotes | format.RestoreNameDoubleQuotes | format.RestoreKeyWordUppercase |
	format.RestoreStringWithoutCharset | format.RestoreBracketAroundBinaryOperation | format.RestoreBracketAroundBetweenExpr

// Query translates a SELECT or a union of several, and tells the columns of its
// result.
func Query(n ast.StmtNode, env Environment) (sql string, columns []rowset.Column, err error) {
	r := newRewriter(env)
	if n.Accept(r); r.err != nil {
		return "", nil, r.err
	}
	sql, err = restore(n)
	return sql, r.take(), err
}

func restore(n ast.Node) (string, error) {
	var b strings.Builder
	if err := n.Restore(format.NewRestoreCtx(flags, &b)); err != nil {
		return "", fmt.Errorf("write the statement for SQLite: %w", err)
	}
	return b.String(), nil
}

// written is an expression that writes itself otherwise than MySQL would.
type written struct {
	ast.ExprNode
	write func(*format.RestoreCtx) error
}

// Restore implements ast.Node.
func (w *written) Restore(ctx *format.RestoreCtx) error { return w.write(ctx) }

// Accept implements ast.Node. The rewriter has been here already.
func (w *written) Accept(ast.Visitor) (ast.Node, bool) { return w, true }

// sequence writes keywords and nodes one after the other.
func sequence(original ast.ExprNode, parts ...any) *written {
	return &written{ExprNode: original, write: func(ctx *format.RestoreCtx) error {
		for _, part := range parts {
			switch part := part.(type) {
			case string:
				ctx.WritePlain(part)
			case ast.Node:
				if err := part.Restore(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

// call writes a call of one of SQLite's functions, or without a name a row.
func call(original ast.ExprNode, name string, args []ast.ExprNode) *written {
	return sequence(original, name+"(", list(original, args), ")")
}

// list writes expressions with commas between them.
func list(original ast.ExprNode, args []ast.ExprNode) *written {
	var parts []any
	for i, a := range args {
		if i > 0 {
			parts = append(parts, ", ")
		}
		parts = append(parts, a)
	}
	return sequence(original, parts...)
}

// Literal is a value as an expression.
func Literal(v any) ast.ExprNode { return ast.NewValueExpr(v, "", "") }

// ofType is an expression of a type, written as text says. The rewriter does not
// look at it again.
func ofType(text string, t *types.FieldType) ast.ExprNode {
	e := sequence(Literal(text), text)
	e.SetType(t)
	return e
}
