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
	case name == "count" && len(e.Args) > 1:
		return nil, mysqlerr.Beyond("COUNT() of several values")
	case kindOf(arg) == enum && (name == "min" || name == "max"):
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "() of an ENUM")
	case name == "count", name == "min", name == "max":
		return sequence(e, name+"("+distinct, r.collated(arg), ")"), nil
	case name != "sum" && name != "avg":
		return nil, mysqlerr.Beyond(strings.ToUpper(name) + "()")
	}
	arg, err := asOperand(arg)
	if err != nil {
		return nil, err
	}
	if digits, exact := exactScale(arg); exact && name == "sum" && digits > 0 {
		return sequence(e, "mysql_round(sum("+distinct, arg, "), "+itoa(digits)+")"), nil
	}
	return sequence(e, name+"("+distinct, arg, ")"), nil
}
