package translate

import (
	"strings"

	"keyturn/db/sandbox/mysqlerr"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// aggregate passes on those that SQLite knows under the same name.
func (r *rewriter) aggregate(e *ast.AggregateFuncExpr) (ast.ExprNode, error) {
	name, distinct := strings.ToLower(e.F), ""
	if e.Distinct {
		distinct = "DISTINCT "
	}
	e.SetType(aggregated(name, e.Args))
	arg := e.Args[0]
	switch {
	case e.Distinct && (name == "group_concat" || len(e.Args) > 1):
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "(DISTINCT ...) of several values")
	case name == "group_concat":
		return concatenation(e), nil
	case name == "count", name == "min", name == "max":
		return sequence(e, name+"("+distinct, r.collated(arg), ")"), nil
	case name != "sum" && name != "avg":
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "()")
	}
	if kindOf(arg).isTemporal() {
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "() of dates and times")
	}
	e.Args[0] = asNumber(arg)
	if digits, exact := exactScale(arg); exact && name == "sum" && digits > 0 {
		return sequence(e, "mysql_round(sum("+distinct, e.Args[0], "), "+itoa(digits)+")"), nil
	}
	return sequence(e, name+"("+distinct, e.Args[0], ")"), nil
}

// concatenation is GROUP_CONCAT, whose last argument is the separator.
func concatenation(e *ast.AggregateFuncExpr) ast.ExprNode {
	last := len(e.Args) - 1
	parts := []any{"group_concat(", call(e, "mysql_concat", texts(e.Args[:last])), ", ", e.Args[last]}
	if e.Order != nil {
		parts = append(parts, " ", e.Order)
	}
	return sequence(e, append(parts, ")")...)
}

func texts(all []ast.ExprNode) []ast.ExprNode {
	out := make([]ast.ExprNode, len(all))
	for i, e := range all {
		out[i] = asText(e)
	}
	return out
}
