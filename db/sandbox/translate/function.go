package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
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
	pattern, hasPattern := patterns[name]
	translated, fits := engine.Function(name, len(args))
	switch name {
	case "date_add", "adddate":
		return shift(e, "")
	case "date_sub", "subdate":
		return shift(e, "-")
	case "coalesce":
		translated, fits = name, len(args) > 1 // SQLite wants two
	case "instr":
		translated, fits = engine.Function("locate", len(args))
		fits = fits && len(args) == 2
		slices.Reverse(args)
	case "unix_timestamp", "from_unixtime":
		zone, err := r.env.Variable(&ast.VariableExpr{Name: "time_zone", IsSystem: true})
		if err != nil {
			return nil, err
		}
		args = append(args, Literal(zone))
		translated, fits = engine.Function(name, len(args))
	}
	if hasPattern {
		fits = strings.Count(pattern, "?") == len(args)
	}
	switch {
	case translated == "" && !hasPattern:
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "()")
	case !fits:
		return nil, mysqlerr.Beyond(fmt.Sprintf("%s() with %d argument(s)", strings.ToUpper(name), len(e.Args)))
	}
	args, err := r.arguments(e, name, args)
	switch {
	case err != nil:
		return nil, err
	case hasPattern:
		return filled(e, pattern, args), nil
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

// filled writes arguments into their places in a pattern.
func filled(e ast.ExprNode, pattern string, args []ast.ExprNode) ast.ExprNode {
	parts := strings.Split(pattern, "?")
	text := []any{parts[0]}
	for i, a := range args {
		text = append(text, a, parts[i+1])
	}
	return sequence(e, text...)
}

// shift is DATE_ADD and DATE_SUB; the parser gives their unit as an argument.
// What they return depends on the date: a DATE stays one unless the unit is
// smaller than a day, and a text stays a text.
// https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_date-add
func shift(e *ast.FuncCallExpr, sign string) (ast.ExprNode, error) {
	unit := "DAY"
	if len(e.Args) == 3 {
		if u, ok := e.Args[2].(*ast.TimeUnitExpr); ok {
			unit = u.Unit.String()
		}
	}
	day, amount := e.Args[0], e.Args[1]
	switch {
	case !engine.HasUnit(unit):
		return nil, mysqlerr.Beyond("INTERVAL ... " + unit)
	case kindOf(day) == clock:
		return nil, mysqlerr.Beyond("INTERVAL after a TIME")
	}
	decimals := "-1" // as many as there are: none or six
	switch {
	case kindOf(day) != date:
		e.SetType(rowset.Text)
	case isDateOnly(day) && !engine.IsTimeUnit(unit):
		e.SetType(rowset.Date)
	default:
		t := rowset.Datetime.Clone()
		if t.SetDecimal(scale(day)); unit == "SECOND" {
			t.SetDecimal(min(max(scale(day), scale(asNumber(amount))), 6))
		}
		e.SetType(t)
		decimals = itoa(t.GetDecimal())
	}
	if unit == "SECOND" {
		amount = asNumber(amount)
	} else { // of a text what it begins with, of a number the nearest
		amount = sequence(amount, "mysql_integer(", amount, ", 0)")
	}
	return sequence(e, "mysql_date_add(", day, ", "+sign+"(", amount, "), '"+unit+"', "+decimals+")"), nil
}

// cast is CAST, CONVERT and BINARY.
func cast(e *ast.FuncCastExpr) (ast.ExprNode, error) {
	isBinary, unlimited := e.Tp.GetCharset() == "binary", e.Tp.GetFlen() < 0
	value, of := asText(e.Expr), kindOf(e.Expr)
	switch kind := e.Tp.EvalType(); {
	case of.isTemporal() && (kind == types.ETInt || kind == types.ETDecimal || kind == types.ETReal):
		return nil, mysqlerr.Beyond("CAST of a date or a time to a number")
	case kind == types.ETInt && pm.HasUnsignedFlag(e.Tp.GetFlag()):
		e.SetType(rowset.Int)
		return sequence(e, "mysql_integer(", asValue(e.Expr), ", 1)"), nil
	case kind == types.ETInt:
		e.SetType(rowset.Int)
		return sequence(e, "mysql_integer(", asValue(e.Expr), ", 0)"), nil
	case kind == types.ETDecimal:
		if e.Tp.GetFlen() > catalog.ExactDigits {
			return nil, mysqlerr.Beyond(fmt.Sprintf("DECIMAL of more than %d digits", catalog.ExactDigits))
		}
		e.SetType(e.Tp)
		return sequence(e, "mysql_decimal(", asNumber(e.Expr), fmt.Sprintf(", %d, %d)", e.Tp.GetFlen(), max(e.Tp.GetDecimal(), 0))), nil
	case kind == types.ETReal:
		e.SetType(rowset.Double)
		return sequence(e, "CAST(", asNumber(e.Expr), " AS REAL)"), nil
	case of == clock && kind != types.ETString:
		return nil, mysqlerr.Beyond("CAST of a TIME to a date")
	case e.Tp.GetType() == pm.TypeDate:
		e.SetType(rowset.Date)
		return sequence(e, "mysql_date(", value, ")"), nil
	case e.Tp.GetType() == pm.TypeDatetime && e.Tp.GetDecimal() <= 0:
		e.SetType(rowset.Datetime)
		return sequence(e, "mysql_datetime(", value, ")"), nil
	case kind == types.ETString && isBinary && unlimited:
		e.SetType(rowset.Blob)
		return sequence(e, "(mysql_concat(", value, ") COLLATE BINARY)"), nil
	case kind == types.ETString && !isBinary:
		e.SetType(rowset.Text)
		if unlimited {
			return sequence(e, "mysql_concat(", value, ")"), nil
		}
		return sequence(e, "mysql_left(", value, ", "+itoa(e.Tp.GetFlen())+")"), nil
	}
	return nil, mysqlerr.Beyond("CAST(... AS " + strings.ToUpper(e.Tp.String()) + ")")
}

// asValue is an ENUM's number, and any other value itself.
func asValue(e ast.ExprNode) ast.ExprNode {
	if kindOf(e) == enum {
		return position(e)
	}
	return e
}
