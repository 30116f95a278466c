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

// patterns are the calls that SQLite writes otherwise, with the places of their
// arguments.
var patterns = map[string]string{
	"if": "iif(?, ?, ?)", "ifnull": "ifnull(?, ?)", "nullif": "nullif(?, ?)", "isnull": "((?) IS NULL)",
	"datediff": "CAST(julianday(mysql_date(?)) - julianday(mysql_date(?)) AS INTEGER)",
}

// function translates a call: by a pattern, or to a function of the engine's.
// Any other is beyond this server.
func (r *rewriter) function(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	name, args := e.FnName.L, slices.Clone(e.Args)
	switch name {
	case "date_add", "adddate":
		return shift(e, 1)
	case "date_sub", "subdate":
		return shift(e, -1)
	case "coalesce":
		if len(args) > 1 { // SQLite wants two
			return call(e, name, args), nil
		}
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
	pattern, hasPattern := patterns[name]
	if hasPattern && strings.Count(pattern, "?") == len(args) {
		return filled(e, pattern, args), nil
	}
	translated, fits := engine.Function(name, len(args))
	switch {
	case fits:
		return call(e, translated, args), nil
	case translated == "" && !hasPattern:
		return nil, &Beyond{What: strings.ToUpper(name) + "()"}
	}
	return nil, &Beyond{What: fmt.Sprintf("%s() with %d argument(s)", strings.ToUpper(e.FnName.L), len(e.Args))}
}

// filled writes arguments into their places in a pattern.
func filled(e ast.ExprNode, pattern string, args []ast.ExprNode) ast.ExprNode {
	parts := strings.Split(pattern, "?")
	text := []any{parts[0]}
	for i, a := range args {
		text = append(text, a, parts[i+1])
	}
	return sequence(e, text...)
}

// units are those of INTERVAL, in SQLite's words.
var units = map[string]struct {
	count int
	name  string
}{
	"SECOND": {1, "seconds"}, "MINUTE": {1, "minutes"}, "HOUR": {1, "hours"}, "DAY": {1, "days"}, "WEEK": {7, "days"},
	"MONTH": {1, "months"}, "QUARTER": {3, "months"}, "YEAR": {1, "years"},
}

// shift is DATE_ADD and DATE_SUB; the parser gives their unit as an argument. A
// date stays one unless the unit is smaller than a day. SQLite's floor keeps a
// month after 31 January in February.
func shift(e *ast.FuncCallExpr, sign int) (ast.ExprNode, error) {
	unit := "DAY"
	if len(e.Args) == 3 {
		if u, ok := e.Args[2].(*ast.TimeUnitExpr); ok {
			unit = u.Unit.String()
		}
	}
	u, ok := units[unit]
	if !ok {
		return nil, &Beyond{What: "INTERVAL ... " + unit}
	}
	date := e.Args[0]
	by := sequence(e, "mysql_datetime(", date, "), (mysql_round(", e.Args[1], fmt.Sprintf(") * %d) || ' %s', 'floor')", sign*u.count, u.name))
	if slices.Contains([]string{"SECOND", "MINUTE", "HOUR"}, unit) {
		return sequence(e, "datetime(", by), nil
	}
	return sequence(e, "iif(length(", date, ") <= 10, date(", by, ", datetime(", by, ")"), nil
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
