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

// renamed are MySQL's functions that go by another name in SQLite: its own
// where that means the same, else the engine's.
var renamed = map[string]string{
	"if": "iif", "ifnull": "ifnull", "coalesce": "coalesce", "nullif": "nullif",
	"length": "mysql_length", "octet_length": "mysql_length", "character_length": "char_length",
	"lcase": "mysql_lower", "lower": "mysql_lower", "ucase": "mysql_upper", "upper": "mysql_upper",
	"left": "mysql_left", "right": "mysql_right", "mid": "mysql_substr", "substr": "mysql_substr", "substring": "mysql_substr",
	"replace": "mysql_replace", "hex": "mysql_hex", "unhex": "mysql_unhex", "sha": "sha1", "uuid": "mysql_uuid",
	"mod": "mysql_mod", "round": "mysql_round", "floor": "mysql_floor", "ceil": "mysql_ceil", "ceiling": "mysql_ceil",
	"abs": "mysql_abs", "sign": "mysql_sign", "sqrt": "mysql_sqrt", "pow": "mysql_pow", "power": "mysql_pow", "rand": "mysql_rand",
	"date": "mysql_date", "time": "mysql_time", "day": "dayofmonth",
}

// native are those of SQLite's own.
var native = map[string]int{"iif": 3, "ifnull": 2, "nullif": 2, "coalesce": -1}

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
	case "trim", "ltrim", "rtrim":
		return trim(e)
	case "position", "instr":
		if name == "instr" && len(e.Args) == 2 {
			return call(e, "locate", []ast.ExprNode{e.Args[1], e.Args[0]}), nil
		}
		return call(e, "locate", e.Args), nil
	}
	if other, ok := renamed[name]; ok {
		name = other
	}
	arguments, isNative := native[name]
	switch {
	case known(e.FnName.L):
		return nil, &Beyond{What: strings.ToUpper(e.FnName.L) + "()"}
	case !isNative && !engine.Has(name):
		return nil, &UnknownFunction{Name: e.FnName.O}
	case isNative && arguments >= 0 && arguments != len(e.Args), engine.Check(name, len(e.Args)) != nil:
		return nil, &engine.ArgumentError{Function: e.FnName.O}
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

// trim is TRIM, LTRIM and RTRIM.
func trim(e *ast.FuncCallExpr) (ast.ExprNode, error) {
	ends := map[string]string{"trim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}[e.FnName.L]
	remove := Literal(" ")
	if len(e.Args) > 1 {
		remove = e.Args[1]
	}
	if len(e.Args) > 2 {
		if d, ok := e.Args[2].(*ast.TrimDirectionExpr); ok && d.Direction != ast.TrimBothDefault {
			ends = map[ast.TrimDirectionType]string{ast.TrimLeading: "LEADING", ast.TrimTrailing: "TRAILING"}[d.Direction]
		}
	}
	return sequence(e, "mysql_trim(", e.Args[0], ", ", remove, ", '"+ends+"')"), nil
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
		return nil, &Beyond{What: "CAST(... AS JSON)"}
	}
	if e.Tp.GetCharset() == "binary" {
		return sequence(e, "(", e.Expr, " COLLATE BINARY)"), nil
	}
	return sequence(e, "CAST(", e.Expr, " AS TEXT)"), nil
}

// aggregates that SQLite knows under the same name.
var sqliteAggregates = map[string]string{
	"count": "count", "sum": "sum", "avg": "avg", "min": "min", "max": "max", "group_concat": "group_concat",
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
	if name == "group_concat" {
		return concatenation(e, parts)
	}
	return sequence(e, append(parts, list(e, e.Args), ")")...), nil
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
