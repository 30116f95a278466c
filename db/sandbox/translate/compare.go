package translate

import (
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// alike writes expressions so that SQLite compares them as MySQL does: as
// dates, numbers, bytes or text, by the types that they have.
// https://dev.mysql.com/doc/refman/8.4/en/type-conversion.html
func (r *rewriter) alike(all ...ast.ExprNode) ([]ast.ExprNode, error) {
	has := func(is func(kind) bool) bool {
		return slices.ContainsFunc(all, func(e ast.ExprNode) bool { return is(kindOf(e)) })
	}
	be := func(k kind) func(kind) bool { return func(other kind) bool { return other == k } }
	out := slices.Clone(all)
	switch {
	case has(be(clock)):
		if has(kind.isNumber) || has(be(date)) {
			return nil, mysqlerr.Beyond("comparison of TIME with another type")
		}
		for i, e := range out {
			if kindOf(e) != clock {
				out[i] = sequence(e, "mysql_time(", e, ")")
			}
		}
	case has(be(date)):
		if !slices.ContainsFunc(all, func(e ast.ExprNode) bool { return !isDateOnly(e) && kindOf(e) != null }) {
			return out, nil
		}
		for i, e := range out {
			if t := e.GetType(); kindOf(e) != date || t.GetType() == pm.TypeDate || t.GetDecimal() > 0 {
				out[i] = sequence(e, "mysql_moment(", e, ")")
			}
		}
	case has(kind.isNumber):
		for i, e := range out {
			out[i] = asNumber(e)
		}
	case has(be(bytes)):
		out[0] = sequence(out[0], "(", out[0], " COLLATE BINARY)")
	case has(kind.isText):
		out[0] = r.collatedAs(out)
	}
	return out, nil
}

// collatedAs is the first of several texts, with the collation by which all of
// them are compared: one that is named, or that of a column.
func (r *rewriter) collatedAs(all []ast.ExprNode) ast.ExprNode {
	if slices.ContainsFunc(all, isCollated) || isColumn(all[0]) {
		return all[0]
	}
	for _, e := range all {
		if collation := e.GetType().GetCollate(); kindOf(e).isText() && isColumn(e) {
			return collate(all[0], collation)
		}
	}
	return r.collated(all[0])
}

// collated gives a text that is computed the collation by which it is sorted
// and grouped. A column brings its own.
func (r *rewriter) collated(e ast.ExprNode) ast.ExprNode {
	if !kindOf(e).isText() || isColumn(e) || isCollated(e) {
		return e
	}
	return collate(e, e.GetType().GetCollate())
}

func collate(e ast.ExprNode, collation string) ast.ExprNode {
	if !engine.HasCollation(collation) { // that of a literal
		collation = engine.Collation
	}
	return sequence(e, "(", e, " COLLATE "+collation+")")
}

func isColumn(e ast.ExprNode) bool {
	_, ok := bare(e).(*ast.ColumnNameExpr)
	return ok
}

// isCollated reports whether an expression names its collation.
func isCollated(e ast.ExprNode) bool {
	w, ok := bare(e).(*written)
	if !ok {
		return false
	}
	_, ok = w.ExprNode.(*ast.SetCollationExpr)
	return ok
}

// bare is an expression without brackets around it.
func bare(e ast.ExprNode) ast.ExprNode {
	for {
		p, ok := e.(*ast.ParenthesesExpr)
		if !ok {
			return e
		}
		e = p.Expr
	}
}

// asNumber is a value where MySQL wants a number: of a text what it begins
// with, of an ENUM the position.
func asNumber(e ast.ExprNode) ast.ExprNode {
	switch kindOf(e) {
	case text, bytes:
		return sequence(e, "mysql_number(", e, ")")
	case enum:
		return position(e)
	}
	return e
}

// position is the number of an ENUM's value, by which it is sorted.
func position(e ast.ExprNode) ast.ExprNode {
	parts := []any{"(CASE ", e}
	for i, element := range e.GetType().GetElems() {
		parts = append(parts, " WHEN "+engine.QuoteText(element)+" THEN "+itoa(i+1))
	}
	return sequence(e, append(parts, " END)")...)
}

// asText is a value where MySQL wants a text: a DECIMAL keeps its zeros.
func asText(e ast.ExprNode) ast.ExprNode {
	if kindOf(e) == decimal {
		return sequence(e, "mysql_fixed(", e, ", "+itoa(scale(e))+")")
	}
	return e
}

// asType is a value where several become one type.
func asType(e ast.ExprNode, k kind) ast.ExprNode {
	if k.isText() || k == bytes {
		return asText(e)
	}
	return e
}

// rows writes two rows so that they compare value by value, and values that are
// no rows as alike does.
func (r *rewriter) rows(left, right ast.ExprNode) ([]ast.ExprNode, error) {
	lefts, rights := rowOf(left), rowOf(right)
	if len(lefts) != len(rights) {
		return nil, mysqlerr.New(mysql.ER_OPERAND_COLUMNS, max(len(lefts), 1))
	}
	if lefts == nil {
		return r.alike(left, right)
	}
	var both [2][]ast.ExprNode
	for i := range lefts {
		pair, err := r.alike(lefts[i], rights[i])
		if err != nil {
			return nil, err
		}
		both[0], both[1] = append(both[0], pair[0]), append(both[1], pair[1])
	}
	return []ast.ExprNode{call(left, "", both[0]), call(right, "", both[1])}, nil
}

// rowOf is the values of a row; nil if an expression is none.
func rowOf(e ast.ExprNode) []ast.ExprNode {
	if w, ok := bare(e).(*written); ok {
		if row, ok := w.ExprNode.(*ast.RowExpr); ok {
			return row.Values
		}
	}
	return nil
}

// in is IN, whose list or subquery is compared with the value before it.
func (r *rewriter) in(e *ast.PatternInExpr) (ast.ExprNode, error) {
	verb := not(e.Not) + " IN "
	switch {
	case rowOf(e.Expr) != nil && e.Sel != nil:
		return nil, mysqlerr.Beyond("a row of several values before IN (SELECT ...)")
	case rowOf(e.Expr) != nil:
		parts := []any{"(" + not(e.Not) + " ("}
		for i, item := range e.List {
			pair, err := r.rows(e.Expr, item)
			if err != nil {
				return nil, err
			}
			if i > 0 {
				parts = append(parts, " OR ")
			}
			parts = append(parts, pair[0], " = ", pair[1])
		}
		return sequence(e, append(parts, "))")...), nil
	case e.Sel == nil:
		all, err := r.alike(append([]ast.ExprNode{e.Expr}, e.List...)...)
		if err != nil {
			return nil, err
		}
		return sequence(e, "(", all[0], verb+"(", list(e, all[1:]), "))"), nil
	}
	if !comparable(e.Expr.GetType(), e.Sel.GetType()) {
		return nil, mysqlerr.Beyond("IN (SELECT ...) of another type")
	}
	return sequence(e, "(", r.collated(e.Expr), verb, e.Sel, ")"), nil
}

// comparable reports whether SQLite compares values of two types as MySQL does,
// without help.
func comparable(a, b *types.FieldType) bool {
	ka, kb := kindOfType(a), kindOfType(b)
	switch {
	case ka == null, kb == null, ka.isNumber() && kb.isNumber(), ka.isText() && kb.isText():
		return true
	case ka == date && kb == date:
		return (a.GetType() == pm.TypeDate) == (b.GetType() == pm.TypeDate)
	}
	return ka == kb
}
