package translate

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	"github.com/pingcap/tidb/pkg/parser/test_driver"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// expression replaces an expression whose parts have been replaced already, and
// notes its type.
func (r *rewriter) expression(e ast.ExprNode) (ast.ExprNode, error) {
	switch e := e.(type) {
	case *written:
		return e, nil
	case *test_driver.ParamMarkerExpr:
		return literal(&e.ValueExpr)
	case *test_driver.ValueExpr:
		return literal(e)
	case *ast.ColumnNameExpr:
		return r.columnExpression(e)
	case *ast.ParenthesesExpr:
		e.SetType(e.Expr.GetType())
		return e, nil
	case *ast.SubqueryExpr:
		r.subquery = r.take()
		e.SetType(r.subquery[0].Type)
		return e, nil
	case *ast.BinaryOperationExpr:
		return r.binary(e)
	case *ast.UnaryOperationExpr:
		return r.unary(e)
	case *ast.FuncCallExpr:
		return r.function(e)
	case *ast.FuncCastExpr:
		return cast(e)
	case *ast.AggregateFuncExpr:
		return r.aggregate(e)
	case *ast.WindowFuncExpr:
		e.SetType(aggregated(e.Name, e.Args))
		return e, nil
	case *ast.CaseExpr:
		return r.choice(e)
	case *ast.ValuesExpr:
		e.SetType(e.Column.GetType())
		return sequence(e, "excluded.", e.Column), nil
	case *ast.SetCollationExpr:
		return collated(e)
	case *ast.TrimDirectionExpr, *ast.TimeUnitExpr:
		return e, nil
	case *ast.RowExpr:
		return call(e, "", e.Values), nil
	}
	e.SetType(rowset.Int) // the rest are conditions
	switch e := e.(type) {
	case *ast.PatternLikeOrIlikeExpr:
		return r.like(e)
	case *ast.PatternRegexpExpr:
		return nil, mysqlerr.Beyond("REGEXP")
	case *ast.IsTruthExpr:
		word := "FALSE"
		if e.True != 0 {
			word = "TRUE"
		}
		return sequence(e, "((", e.Expr, ") IS"+not(e.Not)+" "+word+")"), nil
	case *ast.IsNullExpr:
		return sequence(e, "((", e.Expr, ") IS"+not(e.Not)+" NULL)"), nil
	case *ast.PatternInExpr:
		return r.in(e)
	case *ast.BetweenExpr:
		all, err := r.alike(e.Expr, e.Left, e.Right)
		if err != nil {
			return nil, err
		}
		e.Expr, e.Left, e.Right = all[0], all[1], all[2]
		return e, nil
	case *ast.MatchAgainst:
		return nil, mysqlerr.Beyond("MATCH ... AGAINST")
	case *ast.CompareSubqueryExpr:
		return nil, mysqlerr.Beyond("ANY and ALL before a subquery")
	}
	return e, nil
}

// columnExpression finds the type of a column.
func (r *rewriter) columnExpression(e *ast.ColumnNameExpr) (ast.ExprNode, error) {
	c, err := r.column(e.Name)
	if err != nil {
		return nil, err
	}
	e.SetType(c.Type)
	e.Name.Schema = ast.CIStr{}
	return e, nil
}

// choice is CASE.
func (r *rewriter) choice(e *ast.CaseExpr) (ast.ExprNode, error) {
	var results, values []ast.ExprNode
	for _, w := range e.WhenClauses {
		results, values = append(results, w.Result), append(values, w.Expr)
	}
	if e.ElseClause != nil {
		results = append(results, e.ElseClause)
	}
	t := merged(results)
	e.SetType(t)
	if e.Value != nil {
		all, err := r.alike(append([]ast.ExprNode{e.Value}, values...)...)
		if err != nil {
			return nil, err
		}
		e.Value = all[0]
		values = all[1:]
	}
	for i, w := range e.WhenClauses {
		w.Expr, w.Result = values[i], asType(w.Result, kindOfType(t))
	}
	if e.ElseClause != nil {
		e.ElseClause = asType(e.ElseClause, kindOfType(t))
	}
	return e, nil
}

// sortable is what ORDER BY and GROUP BY sort by.
func (r *rewriter) sortable(e ast.ExprNode) (ast.ExprNode, error) {
	if p, ok := e.(*ast.PositionExpr); ok && p.N >= 1 && p.N <= len(r.block.fields) && kindOfType(r.block.fields[p.N-1].Type) == enum {
		return nil, mysqlerr.Beyond("ORDER BY of an ENUM by its place")
	}
	if kindOf(e) == enum && isColumn(e) && r.block.clause == "order clause" {
		return position(e), nil
	}
	return r.collated(e), nil
}

func not(negated bool) string {
	if negated {
		return " NOT"
	}
	return ""
}

// literal writes strings as SQLite keeps them.
func literal(e *test_driver.ValueExpr) (ast.ExprNode, error) {
	var s string
	switch v := e.GetValue().(type) {
	case nil:
		e.SetType(rowset.Null)
		return e, nil
	case int64:
		e.SetType(rowset.Int)
		return e, nil
	case float64:
		e.SetType(rowset.Double)
		return e, nil
	case uint64:
		if v > math.MaxInt64 {
			return nil, mysqlerr.Beyond("integers above 9223372036854775807")
		}
		e.SetType(rowset.Int)
		return e, nil
	case string:
		s = v
	case []byte:
		s = string(v)
	case ast.BinaryLiteral:
		s = v.ToString()
	default: // a decimal
		digits := strings.TrimLeft(fmt.Sprint(v), "-0.")
		if len(strings.Replace(digits, ".", "", 1)) > catalog.ExactDigits {
			return nil, mysqlerr.Beyond(fmt.Sprintf("a number of more than %d digits", catalog.ExactDigits))
		}
		e.SetType(rowset.Decimal(precision, scale(e)))
		return e, nil
	}
	if t := e.GetType(); t.GetCharset() != "binary" {
		e.SetType(rowset.Text)
	} else {
		e.SetType(rowset.Blob)
	}
	if b, ok := engine.Kept(s).([]byte); ok {
		return sequence(e, "x'"+hex.EncodeToString(b)+"'"), nil
	}
	return sequence(e, engine.QuoteText(s)), nil
}

// literalOf is the value of an expression that is one; nil of any other.
func literalOf(e ast.ExprNode) any {
	if w, ok := e.(*written); ok {
		e = w.ExprNode
	}
	if v, ok := e.(ast.ValueExpr); ok {
		return v.GetValue()
	}
	return nil
}

func (r *rewriter) binary(e *ast.BinaryOperationExpr) (ast.ExprNode, error) {
	e.SetType(rowset.Int)
	switch e.Op {
	case opcode.EQ, opcode.NE, opcode.LT, opcode.LE, opcode.GT, opcode.GE, opcode.NullEQ:
		pair, err := r.rows(e.L, e.R)
		if err != nil {
			return nil, err
		}
		e.L, e.R = pair[0], pair[1]
		if e.Op == opcode.NullEQ {
			return sequence(e, "(", e.L, " IS ", e.R, ")"), nil
		}
		return e, nil
	case opcode.Plus, opcode.Minus, opcode.Mul, opcode.Div, opcode.Mod:
		return arithmetic(e)
	case opcode.IntDiv, opcode.LogicXor, opcode.And, opcode.Or, opcode.Xor, opcode.LeftShift, opcode.RightShift:
		return nil, beyondOperator(e.Op)
	}
	return e, nil
}

// arithmetic on exact numbers is exact: what SQLite computes is rounded to the
// digits that MySQL keeps.
// https://dev.mysql.com/doc/refman/8.4/en/arithmetic-functions.html
func arithmetic(e *ast.BinaryOperationExpr) (ast.ExprNode, error) {
	for _, operand := range []ast.ExprNode{e.L, e.R} {
		if kindOf(operand).isTemporal() {
			return nil, mysqlerr.Beyond("arithmetic with dates and times, but for INTERVAL")
		}
	}
	e.L, e.R = asNumber(e.L), asNumber(e.R)
	left, leftExact := exactScale(e.L)
	right, rightExact := exactScale(e.R)
	exact := leftExact && rightExact
	isUnsigned := "0"
	if pm.HasUnsignedFlag(e.L.GetType().GetFlag()) || pm.HasUnsignedFlag(e.R.GetType().GetFlag()) {
		isUnsigned = "1"
	}
	digits := max(left, right)
	switch e.Op {
	case opcode.Div:
		e.SetType(rowset.Double)
		if exact {
			e.SetType(rowset.Decimal(precision, left+divPrecisionIncrement))
		}
		return sequence(e, "(CAST(", e.L, " AS REAL) / ", e.R, ")"), nil
	case opcode.Mod:
		e.SetType(calculated([]ast.ExprNode{e.L, e.R}))
		return call(e, "mysql_mod", []ast.ExprNode{e.L, e.R}), nil
	case opcode.Mul:
		digits = left + right
	}
	switch {
	case !exact:
		e.SetType(rowset.Double)
	case digits > 0:
		e.SetType(rowset.Decimal(precision, digits))
		return sequence(e, "mysql_round(", &written{ExprNode: e, write: e.Restore}, ", "+itoa(digits)+")"), nil
	default:
		return sequence(e, "mysql_bigint(", &written{ExprNode: e, write: e.Restore}, ", "+isUnsigned+")"), nil
	}
	return e, nil
}

func (r *rewriter) unary(e *ast.UnaryOperationExpr) (ast.ExprNode, error) {
	switch e.Op {
	case opcode.Not, opcode.Not2:
		e.SetType(rowset.Int)
		return sequence(e, "(NOT ", e.V, ")"), nil
	case opcode.BitNeg:
		return nil, beyondOperator(e.Op)
	}
	if kindOf(e.V).isTemporal() {
		return nil, mysqlerr.Beyond("arithmetic with dates and times, but for INTERVAL")
	}
	e.V = asNumber(e.V)
	e.SetType(calculated([]ast.ExprNode{e.V}))
	return e, nil
}

func beyondOperator(op opcode.Op) error {
	var sign strings.Builder
	op.Format(&sign)
	return mysqlerr.Beyond("the operator " + sign.String())
}

// like compares by the collation of its operands, character by character.
func (r *rewriter) like(e *ast.PatternLikeOrIlikeExpr) (ast.ExprNode, error) {
	escape := `\`
	if e.Escape != 0 {
		escape = string(e.Escape)
	}
	collation := engine.Collation
	for _, operand := range []ast.ExprNode{e.Pattern, e.Expr} {
		switch c := operand.GetType().GetCollate(); {
		case kindOf(operand) == bytes:
			collation = "binary"
		case engine.HasCollation(c) && kindOf(operand).isText():
			collation = c
		}
	}
	return sequence(e, "("+not(e.Not)+" mysql_like(", asText(e.Expr), ", ", asText(e.Pattern),
		", "+engine.QuoteText(escape)+", '"+collation+"'))"), nil
}

// collated is COLLATE after an expression.
func collated(e *ast.SetCollationExpr) (ast.ExprNode, error) {
	name := strings.ToLower(e.Collate)
	if name != "binary" && !engine.HasCollation(name) {
		return nil, mysqlerr.Beyond("COLLATE " + e.Collate)
	}
	t := rowset.Text.Clone()
	t.SetCollate(name)
	e.SetType(t)
	return sequence(e, "(", asText(e.Expr), " COLLATE "+name+")"), nil
}
