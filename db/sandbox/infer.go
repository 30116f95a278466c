package sandbox

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/rowset"
	"keyturn/db/sandbox/translate"
)

// inferred tells the types of the columns that a query computes, by the names
// they will have, as far as its text alone decides them.
func (se *session) inferred(n ast.Node) map[string]*types.FieldType {
	s, ok := n.(*ast.SelectStmt)
	if !ok {
		return nil
	}
	in := inference{tables: se.tablesOf(s)}
	found := map[string]*types.FieldType{}
	for _, f := range s.Fields.Fields {
		if f.WildCard != nil {
			continue
		}
		name := f.AsName.O
		if name == "" {
			name = translate.ColumnName(f)
		}
		if t := in.typeOf(f.Expr); t != nil {
			found[name] = t
		}
	}
	return found
}

// tablesOf lists the tables that a SELECT reads, as far as they exist.
func (se *session) tablesOf(s *ast.SelectStmt) []*catalog.Table {
	if s.From == nil {
		return nil
	}
	var tables []*catalog.Table
	translate.Each(s.From, func(n ast.Node) bool {
		if name, ok := n.(*ast.TableName); ok {
			if db, err := se.dbOf(name); err == nil {
				if t, ok := se.server.catalog.Table(db, name.Name.O); ok {
					tables = append(tables, t)
				}
			}
		}
		return true
	})
	return tables
}

type inference struct{ tables []*catalog.Table }

// functionTypes are what functions return; those of text and of their
// arguments' type need no entry.
var functionTypes = map[string]*types.FieldType{
	"now": rowset.Datetime, "current_timestamp": rowset.Datetime, "localtime": rowset.Datetime,
	"localtimestamp": rowset.Datetime, "sysdate": rowset.Datetime, "utc_timestamp": rowset.Datetime,
	"from_unixtime": rowset.Datetime, "curdate": rowset.Date, "current_date": rowset.Date, "utc_date": rowset.Date,
	"date": rowset.Date, "curtime": rowset.Time, "current_time": rowset.Time,
	"utc_time": rowset.Time, "connection_id": rowset.Int, "length": rowset.Int,
	"char_length": rowset.Int, "year": rowset.Int, "month": rowset.Int, "day": rowset.Int,
}

// typeOf is nil where only the values tell.
func (in inference) typeOf(e ast.ExprNode) *types.FieldType {
	switch e := e.(type) {
	case *ast.ParenthesesExpr:
		return in.typeOf(e.Expr)
	case ast.ValueExpr:
		if e.GetType().GetType() == pm.TypeNewDecimal {
			return e.GetType()
		}
	case *ast.ColumnNameExpr:
		return in.column(e)
	case *ast.FuncCallExpr:
		name := e.FnName.L
		if name == "now" && len(e.Args) > 0 {
			return nil
		}
		if (name == "ifnull" || name == "coalesce") && len(e.Args) > 0 {
			return in.typeOf(e.Args[0])
		}
		if name == "round" && len(e.Args) == 2 {
			return in.round(e.Args[0], e.Args[1])
		}
		return functionTypes[name]
	case *ast.AggregateFuncExpr:
		return in.aggregate(e)
	case *ast.BinaryOperationExpr:
		return in.arithmetic(e)
	case *ast.FuncCastExpr:
		if e.Tp != nil && (e.Tp.EvalType() == types.ETDecimal || e.Tp.EvalType() == types.ETDatetime) {
			return e.Tp
		}
	}
	return nil
}

// round is of an exact number, to a number of decimals that it has.
func (in inference) round(e, places ast.ExprNode) *types.FieldType {
	scale, exact := exactScale(in.typeOf(e))
	if v, ok := places.(ast.ValueExpr); ok && exact {
		if n, ok := v.GetValue().(int64); ok && n > 0 && n <= int64(scale) {
			return rowset.Decimal(41, int(n))
		}
	}
	return nil
}

func (in inference) column(e *ast.ColumnNameExpr) *types.FieldType {
	for _, t := range in.tables {
		if c, ok := t.Column(e.Name.Name.O); ok {
			return c.Type
		}
	}
	return nil
}

func (in inference) aggregate(e *ast.AggregateFuncExpr) *types.FieldType {
	name := strings.ToLower(e.F)
	if name == "count" {
		return rowset.Int
	}
	arg := in.typeOf(e.Args[0])
	switch name {
	case "min", "max":
		return arg
	case "sum":
		if scale, exact := exactScale(arg); exact {
			return rowset.Decimal(41, scale)
		}
	case "avg":
		if scale, exact := exactScale(arg); exact {
			return rowset.Decimal(41, scale+divPrecisionIncrement)
		}
	}
	return nil
}

// divPrecisionIncrement is how many digits MySQL adds when it divides: the
// default of div_precision_increment.
const divPrecisionIncrement = 4

// arithmetic on exact numbers is exact: DECIMAL, unless all are integers.
func (in inference) arithmetic(e *ast.BinaryOperationExpr) *types.FieldType {
	left, leftExact := exactScale(in.operand(e.L))
	right, rightExact := exactScale(in.operand(e.R))
	if !leftExact || !rightExact {
		return nil
	}
	switch e.Op {
	case opcode.Div:
		return rowset.Decimal(41, left+divPrecisionIncrement)
	case opcode.Plus, opcode.Minus:
		if max(left, right) > 0 {
			return rowset.Decimal(41, max(left, right))
		}
	case opcode.Mul:
		if left+right > 0 {
			return rowset.Decimal(41, left+right)
		}
	}
	return nil
}

func (in inference) operand(e ast.ExprNode) *types.FieldType {
	if v, ok := e.(ast.ValueExpr); ok {
		if _, isInt := v.GetValue().(int64); isInt {
			return rowset.Int
		}
	}
	return in.typeOf(e)
}

// exactScale is the number of digits after the point of an exact number.
func exactScale(t *types.FieldType) (int, bool) {
	if t == nil {
		return 0, false
	}
	switch t.GetType() {
	case pm.TypeNewDecimal:
		return max(t.GetDecimal(), 0), true
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong, pm.TypeYear:
		return 0, true
	}
	return 0, false
}
