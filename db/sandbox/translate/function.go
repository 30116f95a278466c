package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

func itoa(n int) string { return strconv.Itoa(n) }

// enterCall replaces a function that asks about the session by its value.
func (r *rewriter) enterCall(n *ast.FuncCallExpr) (ast.Node, bool) {
	v, ok, err := r.env.Function(n.FnName.L, n.Args)
	switch {
	case err != nil:
		r.fail(err)
		return n, true
	case !ok:
		return n, false
	}
	e := Literal(v)
	t, isFixed := fixedTypes[n.FnName.L]
	if s, isText := v.(string); isFixed && isText {
		t = t.Clone()
		if _, fraction, found := strings.Cut(s, "."); found { // NOW(3)
			t.SetDecimal(len(fraction))
		}
		return ofType(engine.QuoteText(s), t), true
	}
	return e, true
}

// function translates a call: to one of SQLite's own functions, or to one of the
// engine's. Any other is beyond this server.
func (r *rewriter) function(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	name, args := e.FnName.L, slices.Clone(e.Args)
	translated, fits := engine.Function(name, len(args))
	switch name {
	case "if":
		translated, fits = "iif", len(args) == 3
	case "ifnull", "nullif":
		translated, fits = name, len(args) == 2
	case "coalesce":
		translated, fits = name, len(args) > 1 // SQLite wants two
	}
	switch {
	case translated == "":
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "()")
	case !fits:
		return nil, mysqlerr.Beyond(fmt.Sprintf("%s() with %d argument(s)", strings.ToUpper(name), len(e.Args)))
	}
	args, err := r.arguments(e, name, args)
	if err != nil {
		return nil, err
	}
	return call(e, translated, args), nil
}

// arguments are a call's, as the types of the function's parameters want them.
// They decide the type of its value.
func (r *rewriter) arguments(e *ast.FuncCallExpr, name string, args []ast.ExprNode) ([]ast.ExprNode, error) {
	if name == "nullif" {
		e.SetType(args[0].GetType())
		return r.alike(args...)
	}
	t := returned(name, e.Args)
	e.SetType(t)
	switch {
	case name == "if":
		return append(args[:1], asType(args[1], kindOfType(t)), asType(args[2], kindOfType(t))), nil
	case engine.TakesText(name), fixedTypes[name] == nil && !kindOfType(t).isNumber():
		return texts(args), nil
	}
	return args, nil
}

// cast is CAST and CONVERT, to a text or an integer.
func cast(e *ast.FuncCastExpr) (ast.ExprNode, error) {
	switch kind := e.Tp.EvalType(); {
	case kind == types.ETInt:
		number, err := asOperand(e.Expr)
		if err != nil {
			return nil, err
		}
		if kindOf(e.Expr).isText() {
			number = e.Expr
		}
		e.SetType(rowset.Int)
		isUnsigned := 0
		if pm.HasUnsignedFlag(e.Tp.GetFlag()) {
			isUnsigned = 1
		}
		return sequence(e, "mysql_integer(", number, ", "+itoa(isUnsigned)+")"), nil
	case kind == types.ETString && e.Tp.GetCharset() != "binary":
		e.SetType(rowset.Text)
		if e.Tp.GetFlen() < 0 {
			return sequence(e, "mysql_concat(", asText(e.Expr), ")"), nil
		}
		return sequence(e, "mysql_left(", asText(e.Expr), ", "+itoa(e.Tp.GetFlen())+")"), nil
	}
	return nil, mysqlerr.Beyond("CAST(... AS " + strings.ToUpper(e.Tp.String()) + ")")
}
