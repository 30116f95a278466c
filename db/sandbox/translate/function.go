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
)

func itoa(n int) string { return strconv.Itoa(n) }

// enterCall replaces a function that asks about the session by its value.
func (r *rewriter) enterCall(n *ast.FuncCallExpr) (ast.Node, bool) {
	v, ok, err := r.env.Function(n.FnName.L, n.Args)
	switch {
	case err != nil:
		r.fail(err)
		return n, true
	case ok:
		return Literal(v), true
	}
	return n, false
}

// function translates a call: the few that SQLite writes otherwise, and those
// that the engine knows.
func (r *rewriter) function(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	name, args := e.FnName.L, slices.Clone(e.Args)
	switch name {
	case "isnull":
		return sequence(e, "((", e.Args[0], ") IS NULL)"), nil
	case "date_add", "adddate":
		return shift(e, "")
	case "date_sub", "subdate":
		return shift(e, "-")
	case "instr":
		name = "locate"
		slices.Reverse(args)
	case "unix_timestamp", "from_unixtime":
		zone, err := r.env.Variable(&ast.VariableExpr{Name: "time_zone", IsSystem: true})
		if err != nil {
			return nil, err
		}
		args = append(args, Literal(zone))
	}
	translated, fits := engine.Function(name, len(args))
	switch {
	case translated == "":
		return nil, &Beyond{What: strings.ToUpper(name) + "()"}
	case !fits:
		return nil, &Beyond{What: fmt.Sprintf("%s() with %d argument(s)", strings.ToUpper(e.FnName.L), len(e.Args))}
	}
	return call(e, translated, args), nil
}

// shift is DATE_ADD and DATE_SUB; the parser gives their unit as an argument.
func shift(e *ast.FuncCallExpr, sign string) (ast.ExprNode, error) {
	unit := "DAY"
	if len(e.Args) == 3 {
		if u, ok := e.Args[2].(*ast.TimeUnitExpr); ok {
			unit = u.Unit.String()
		}
	}
	if !engine.IsUnit(unit) {
		return nil, &Beyond{What: "INTERVAL ... " + unit}
	}
	return sequence(e, "mysql_shift(", e.Args[0], ", "+sign+"(", e.Args[1], "), '"+unit+"')"), nil
}

// cast is CAST, CONVERT and BINARY.
func cast(e *ast.FuncCastExpr) (ast.ExprNode, error) {
	isBinary, unlimited := e.Tp.GetCharset() == "binary", e.Tp.GetFlen() < 0
	switch kind := e.Tp.EvalType(); {
	case kind == types.ETInt && pm.HasUnsignedFlag(e.Tp.GetFlag()):
		return sequence(e, "mysql_integer(", e.Expr, ", 1)"), nil
	case kind == types.ETInt:
		return sequence(e, "mysql_integer(", e.Expr, ", 0)"), nil
	case kind == types.ETDecimal:
		return sequence(e, "mysql_round(", e.Expr, ", "+itoa(max(e.Tp.GetDecimal(), 0))+")"), nil
	case kind == types.ETReal:
		return sequence(e, "CAST(", e.Expr, " AS REAL)"), nil
	case e.Tp.GetType() == pm.TypeDate:
		return sequence(e, "mysql_date(", e.Expr, ")"), nil
	case e.Tp.GetType() == pm.TypeDatetime && e.Tp.GetDecimal() <= 0:
		return sequence(e, "mysql_datetime(", e.Expr, ")"), nil
	case kind == types.ETString && isBinary && unlimited:
		return sequence(e, "(", e.Expr, " COLLATE BINARY)"), nil
	case kind == types.ETString && !isBinary && unlimited:
		return sequence(e, "mysql_concat(", e.Expr, ")"), nil
	case kind == types.ETString && !isBinary:
		return sequence(e, "mysql_left(", e.Expr, ", "+itoa(e.Tp.GetFlen())+")"), nil
	}
	return nil, &Beyond{What: "CAST(... AS " + strings.ToUpper(e.Tp.String()) + ")"}
}
