package translate

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// aggregate passes on those that SQLite knows under the same name.
func aggregate(e *ast.AggregateFuncExpr) (ast.ExprNode, error) {
	name, distinct := strings.ToLower(e.F), ""
	if e.Distinct {
		distinct = "DISTINCT "
	}
	switch {
	case name == "group_concat" && e.Distinct:
		return nil, &Beyond{What: "GROUP_CONCAT(DISTINCT ...)"}
	case name == "group_concat":
		return concatenation(e), nil
	case e.Distinct && len(e.Args) > 1:
		return nil, &Beyond{What: strings.ToUpper(name) + "(DISTINCT ...) of several columns"}
	}
	switch name {
	case "count", "sum", "avg", "min", "max":
		return sequence(e, name+"("+distinct, list(e, e.Args), ")"), nil
	}
	return nil, &Beyond{What: strings.ToUpper(name) + "()"}
}

// concatenation is GROUP_CONCAT, whose last argument is the separator.
func concatenation(e *ast.AggregateFuncExpr) ast.ExprNode {
	last := len(e.Args) - 1
	parts := []any{"group_concat(", call(e, "mysql_concat", e.Args[:last]), ", ", e.Args[last]}
	if e.Order != nil {
		parts = append(parts, " ", e.Order)
	}
	return sequence(e, append(parts, ")")...)
}
