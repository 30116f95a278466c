package translate

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// aggregate passes on those that SQLite knows under the same name.
func aggregate(e *ast.AggregateFuncExpr) (ast.ExprNode, error) {
	name := strings.ToLower(e.F)
	distinct := ""
	if e.Distinct {
		distinct = "DISTINCT "
	}
	switch name {
	case "group_concat":
		return concatenation(e, distinct)
	case "count", "sum", "avg", "min", "max":
		if e.Distinct && len(e.Args) > 1 {
			return nil, &Beyond{What: strings.ToUpper(name) + "(DISTINCT ...) of several columns"}
		}
		return sequence(e, name+"("+distinct, list(e, e.Args), ")"), nil
	}
	return nil, &Beyond{What: strings.ToUpper(name) + "()"}
}

// concatenation is GROUP_CONCAT, whose last argument is the separator. SQLite
// takes no separator together with DISTINCT, unless it is its own.
func concatenation(e *ast.AggregateFuncExpr, distinct string) (ast.ExprNode, error) {
	args, separator := e.Args[:len(e.Args)-1], e.Args[len(e.Args)-1]
	value := args[0]
	if len(args) > 1 {
		value = call(e, "mysql_concat", args)
	}
	parts := []any{"group_concat(" + distinct, value}
	switch {
	case !e.Distinct:
		parts = append(parts, ", ", separator)
	case !isComma(separator):
		return nil, &Beyond{What: "GROUP_CONCAT(DISTINCT ... SEPARATOR)"}
	}
	if e.Order != nil {
		parts = append(parts, " ", e.Order)
	}
	return sequence(e, append(parts, ")")...), nil
}

func isComma(e ast.ExprNode) bool {
	w, ok := e.(*written)
	if !ok {
		return false
	}
	v, ok := w.ExprNode.(ast.ValueExpr)
	return ok && v.GetString() == ","
}
