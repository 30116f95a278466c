package translate

import (
	"strconv"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
)

func itoa(n int) string { return strconv.Itoa(n) }

// renamed are MySQL's functions that SQLite has, or the engine adds, under
// another name.
var renamed = map[string]string{
	"if": "iif", "length": "mysql_length", "octet_length": "mysql_length", "character_length": "char_length",
	"lcase": "mysql_lower", "lower": "mysql_lower", "ucase": "mysql_upper", "upper": "mysql_upper",
	"left": "mysql_left", "right": "mysql_right", "mid": "substr", "substring": "substr", "mod": "mysql_mod",
	"round": "mysql_round", "floor": "mysql_floor", "ceil": "mysql_ceil", "ceiling": "mysql_ceil", "power": "pow",
	"rand": "mysql_rand", "bin": "mysql_bin", "oct": "mysql_oct", "conv": "mysql_conv", "format": "mysql_format",
	"sha": "sha1", "uuid": "mysql_uuid", "date": "mysql_date", "time": "mysql_time", "day": "dayofmonth",
	"greatest": "max", "least": "min", "json_extract": "json_extract",
}

// native are MySQL's functions that SQLite has itself and that mean the same.
var native = map[string]bool{
	"iif": true, "ifnull": true, "coalesce": true, "nullif": true, "abs": true, "sign": true, "sqrt": true, "pow": true,
	"exp": true, "ln": true, "log": true, "log2": true, "log10": true, "sin": true, "cos": true, "tan": true,
	"asin": true, "acos": true, "atan": true, "atan2": true, "pi": true, "radians": true, "degrees": true,
	"substr": true, "replace": true, "trim": true, "ltrim": true, "rtrim": true, "hex": true, "unhex": true,
	"max": true, "min": true, "char": true, "json_extract": true, "json_array": true, "json_object": true,
	"json_valid": true, "json_type": true, "json_array_length": true, "json_set": true, "json_remove": true,
	"json_insert": true, "json_replace": true, "json_quote": true,
}

// enterCall replaces a function that asks about the session by its value.
func (r *rewriter) enterCall(n *ast.FuncCallExpr) (ast.Node, bool) {
	v, ok, err := r.env.Function(n.FnName.L, n.Args)
	switch {
	case err != nil:
		r.fail(err)
		return n, true
	case ok:
		return r.enteredLiteral(n, v), true
	}
	return n, false
}

func (r *rewriter) enteredLiteral(_ *ast.FuncCallExpr, v any) ast.Node { return Literal(v) }

// UnknownFunction is a function that neither MySQL nor a schema knows.
type UnknownFunction struct{ Name string }

func (e *UnknownFunction) Error() string { return "unknown function " + e.Name }

func function(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	name := e.FnName.L
	switch name {
	case "isnull":
		if len(e.Args) == 1 {
			return sequence(e, "((", e.Args[0], ") IS NULL)"), nil
		}
	case "date_add", "adddate":
		return shift(e, "")
	case "date_sub", "subdate":
		return shift(e, "-")
	case "timestampdiff":
		return sequence(e, "mysql_between('"+unitOf(e.Args[0])+"', ", e.Args[1], ", ", e.Args[2], ")"), nil
	case "timestampadd":
		return sequence(e, "mysql_shift(", e.Args[2], ", ", e.Args[1], ", '"+unitOf(e.Args[0])+"')"), nil
	case "extract":
		return extract(e)
	case "trim":
		return trim(e)
	case "position", "instr":
		if name == "instr" && len(e.Args) == 2 {
			return call(e, "locate", []ast.ExprNode{e.Args[1], e.Args[0]}), nil
		}
		return call(e, "locate", e.Args), nil
	case "json_unquote":
		return call(e, "json_extract", append(e.Args, Literal("$"))), nil
	}
	if other, ok := renamed[name]; ok {
		name = other
	}
	switch {
	case engine.Has(name):
		if err := engine.Check(name, len(e.Args)); err != nil {
			return nil, &engine.ArgumentError{Function: e.FnName.O}
		}
	case !native[name]:
		if known[e.FnName.L] {
			return nil, &Beyond{What: strings.ToUpper(e.FnName.L) + "()"}
		}
		return nil, &UnknownFunction{Name: e.FnName.O}
	}
	return call(e, name, e.Args), nil
}

// shift is DATE_ADD and DATE_SUB; the parser gives their unit as an argument.
func shift(e *ast.FuncCallExpr, sign string) (ast.ExprNode, error) {
	if len(e.Args) == 2 {
		return sequence(e, "mysql_shift(", e.Args[0], ", "+sign+"(", e.Args[1], "), 'DAY')"), nil
	}
	unit := unitOf(e.Args[2])
	if strings.Contains(unit, "_") {
		return nil, &Beyond{What: "INTERVAL ... " + unit}
	}
	return sequence(e, "mysql_shift(", e.Args[0], ", "+sign+"(", e.Args[1], "), '"+unit+"')"), nil
}

func unitOf(e ast.ExprNode) string {
	if u, ok := e.(*ast.TimeUnitExpr); ok {
		return u.Unit.String()
	}
	return ""
}

func extract(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	unit := strings.ToLower(unitOf(e.Args[0]))
	if unit == "day" {
		unit = "dayofmonth"
	}
	if !engine.Has(unit) {
		return nil, &Beyond{What: "EXTRACT(" + strings.ToUpper(unit) + " ...)"}
	}
	return call(e, unit, e.Args[1:]), nil
}

func trim(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	name, args := "trim", e.Args
	if len(args) == 3 {
		if d, ok := args[2].(*ast.TrimDirectionExpr); ok {
			switch d.Direction {
			case ast.TrimLeading:
				name = "ltrim"
			case ast.TrimTrailing:
				name = "rtrim"
			}
		}
		args = args[:2]
	}
	return call(e, name, args), nil
}

// cast is CAST, CONVERT and BINARY.
func cast(e *ast.FuncCastExpr) (ast.ExprNode, error) {
	if e.Tp == nil {
		return e.Expr, nil
	}
	switch e.Tp.EvalType() {
	case types.ETInt:
		return sequence(e, "CAST(", e.Expr, " AS INTEGER)"), nil
	case types.ETReal:
		return sequence(e, "CAST(", e.Expr, " AS REAL)"), nil
	case types.ETDecimal:
		return sequence(e, "mysql_round(", e.Expr, ", "+itoa(max(e.Tp.GetDecimal(), 0))+")"), nil
	case types.ETDatetime, types.ETTimestamp:
		if e.Tp.GetType() == pm.TypeDate {
			return sequence(e, "mysql_date(", e.Expr, ")"), nil
		}
		return sequence(e, "mysql_shift(", e.Expr, ", 0, 'SECOND')"), nil
	case types.ETDuration:
		return sequence(e, "mysql_time(", e.Expr, ")"), nil
	case types.ETJson:
		return sequence(e, "json(", e.Expr, ")"), nil
	}
	if e.Tp.GetCharset() == "binary" {
		return sequence(e, "(", e.Expr, " COLLATE BINARY)"), nil
	}
	return sequence(e, "CAST(", e.Expr, " AS TEXT)"), nil
}

// aggregates that SQLite knows under the same name.
var sqliteAggregates = map[string]string{
	"count": "count", "sum": "sum", "avg": "avg", "min": "min", "max": "max", "group_concat": "group_concat",
	"json_arrayagg": "json_group_array", "json_objectagg": "json_group_object",
}

func aggregate(e *ast.AggregateFuncExpr) (ast.ExprNode, error) {
	name, ok := sqliteAggregates[strings.ToLower(e.F)]
	if !ok {
		return nil, &Beyond{What: strings.ToUpper(e.F) + "()"}
	}
	if e.Distinct && len(e.Args) > 1 && name != "group_concat" {
		return nil, &Beyond{What: strings.ToUpper(e.F) + "(DISTINCT ...) of several columns"}
	}
	parts := []any{name + "("}
	if e.Distinct {
		parts = append(parts, "DISTINCT ")
	}
	args := e.Args
	if name == "group_concat" {
		return concatenation(e, parts)
	}
	for i, a := range args {
		if i > 0 {
			parts = append(parts, ", ")
		}
		parts = append(parts, a)
	}
	return sequence(e, append(parts, ")")...), nil
}

// concatenation is GROUP_CONCAT, whose last argument is the separator. SQLite
// takes no separator together with DISTINCT, unless it is its own.
func concatenation(e *ast.AggregateFuncExpr, parts []any) (ast.ExprNode, error) {
	args, separator := e.Args[:len(e.Args)-1], e.Args[len(e.Args)-1]
	var value any = args[0]
	if len(args) > 1 {
		value = call(e, "concat", args)
	}
	parts = append(parts, value)
	if s, ok := separator.(*written); !e.Distinct {
		parts = append(parts, ", ", separator)
	} else if v, isValue := s.ExprNode.(ast.ValueExpr); !ok || !isValue || v.GetString() != "," {
		return nil, &Beyond{What: "GROUP_CONCAT(DISTINCT ... SEPARATOR)"}
	}
	if e.Order != nil {
		parts = append(parts, " ", e.Order)
	}
	return sequence(e, append(parts, ")")...), nil
}
