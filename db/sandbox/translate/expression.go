package translate

import (
	"encoding/hex"
	"math"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	"github.com/pingcap/tidb/pkg/parser/test_driver"

	"keyturn/db/sandbox/engine"
)

// expression replaces an expression whose parts have been replaced already.
func (r *rewriter) expression(e ast.ExprNode) (ast.ExprNode, error) {
	switch e := e.(type) {
	case *test_driver.ParamMarkerExpr:
		return sequence(e, "?"+itoa(e.Order+1)), nil
	case *test_driver.ValueExpr:
		return literal(e)
	case *ast.ColumnNameExpr:
		e.Name.Schema = ast.CIStr{}
	case *ast.BinaryOperationExpr:
		return binary(e)
	case *ast.UnaryOperationExpr:
		return unary(e)
	case *ast.PatternLikeOrIlikeExpr:
		return like(e), nil
	case *ast.PatternRegexpExpr:
		return nil, &Beyond{What: "REGEXP"}
	case *ast.IsTruthExpr:
		word := "FALSE"
		if e.True != 0 {
			word = "TRUE"
		}
		return sequence(e, "((", e.Expr, ") IS"+not(e.Not)+" "+word+")"), nil
	case *ast.IsNullExpr:
		return sequence(e, "((", e.Expr, ") IS"+not(e.Not)+" NULL)"), nil
	case *ast.RowExpr:
		return call(e, "", e.Values), nil
	case *ast.PatternInExpr:
		return in(e), nil
	case *ast.FuncCallExpr:
		return r.function(e)
	case *ast.FuncCastExpr:
		return cast(e)
	case *ast.AggregateFuncExpr:
		return aggregate(e)
	case *ast.TrimDirectionExpr, *ast.TimeUnitExpr:
		return e, nil
	case *ast.ValuesExpr:
		return sequence(e, "excluded.", e.Column), nil
	case *ast.SetCollationExpr:
		return collated(e), nil
	case *ast.MatchAgainst:
		return nil, &Beyond{What: "MATCH ... AGAINST"}
	case *ast.CompareSubqueryExpr:
		return nil, &Beyond{What: "ANY and ALL before a subquery"}
	}
	return e, nil
}

// in writes a list of rows as SQLite reads one; a list of single values stays.
func in(e *ast.PatternInExpr) ast.ExprNode {
	w, ok := e.Expr.(*written)
	if !ok || e.Sel != nil {
		return e
	}
	if _, isRow := w.ExprNode.(*ast.RowExpr); !isRow {
		return e
	}
	return sequence(e, "(", e.Expr, not(e.Not)+" IN (VALUES ", list(e, e.List), "))")
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
	case uint64:
		if v > math.MaxInt64 {
			return nil, &Beyond{What: "integers above 9223372036854775807"}
		}
		return e, nil
	case string:
		s = v
	case []byte:
		s = string(v)
	case ast.BinaryLiteral:
		s = v.ToString()
	default:
		return e, nil
	}
	if b, ok := engine.Kept(s).([]byte); ok {
		return sequence(e, "x'"+hex.EncodeToString(b)+"'"), nil
	}
	return sequence(e, engine.QuoteText(s)), nil
}

func binary(e *ast.BinaryOperationExpr) (ast.ExprNode, error) {
	switch e.Op {
	case opcode.NullEQ:
		return sequence(e, "(", e.L, " IS ", e.R, ")"), nil
	case opcode.Div:
		return sequence(e, "(CAST(", e.L, " AS REAL) / ", e.R, ")"), nil
	case opcode.Mod:
		return call(e, "mysql_mod", []ast.ExprNode{e.L, e.R}), nil
	case opcode.IntDiv, opcode.LogicXor, opcode.And, opcode.Or, opcode.Xor, opcode.LeftShift, opcode.RightShift:
		return nil, beyondOperator(e.Op)
	}
	return e, nil
}

func unary(e *ast.UnaryOperationExpr) (ast.ExprNode, error) {
	switch e.Op {
	case opcode.Not, opcode.Not2:
		return sequence(e, "(NOT ", e.V, ")"), nil
	case opcode.BitNeg:
		return nil, beyondOperator(e.Op)
	}
	return e, nil
}

func beyondOperator(op opcode.Op) error {
	var sign strings.Builder
	op.Format(&sign)
	return &Beyond{What: "the operator " + sign.String()}
}

// like names the escape character that MySQL has by default and SQLite lacks.
func like(e *ast.PatternLikeOrIlikeExpr) ast.ExprNode {
	escape := `\`
	if e.Escape != 0 {
		escape = string(e.Escape)
	}
	return sequence(e, "(", e.Expr, not(e.Not)+" LIKE ", e.Pattern, " ESCAPE '"+strings.ReplaceAll(escape, "'", "''")+"')")
}

func collated(e *ast.SetCollationExpr) ast.ExprNode {
	if strings.HasSuffix(strings.ToLower(e.Collate), "_bin") || strings.Contains(e.Collate, "_as_cs") {
		return sequence(e, "(", e.Expr, " COLLATE BINARY)")
	}
	return sequence(e, "(", e.Expr, " COLLATE utf8mb4_0900_ai_ci)")
}
