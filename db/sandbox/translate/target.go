package translate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// Target is the table that a statement changes, under the name by which the
// statement knows it.
type Target struct {
	*catalog.Table
	Alias string
}

// changer writes a statement that changes a table.
type changer struct {
	r *rewriter
	t Target
	b strings.Builder
}

// TargetOf is the one table that INSERT, UPDATE or DELETE changes, and the
// name that the statement gives it.
func TargetOf(refs *ast.TableRefsClause) (*ast.TableName, string, error) {
	join := refs.TableRefs
	source, ok := join.Left.(*ast.TableSource)
	if !ok || join.Right != nil {
		return nil, "", mysqlerr.Beyond("changing several tables in one statement")
	}
	name, ok := source.Source.(*ast.TableName)
	if !ok {
		return nil, "", mysqlerr.Beyond("changing a derived table")
	}
	alias := source.AsName.O
	if alias == "" {
		alias = name.Name.O
	}
	return name, alias, nil
}

// newChanger makes the writer of a statement whose expressions may name the
// table's columns.
func newChanger(t Target, env Environment) *changer {
	c := &changer{r: newRewriter(env), t: t}
	c.r.block = &block{clause: "field list", sources: []source{{t.Alias, rowset.OfTable(t.Table, t.Alias)}}}
	return c
}

// expression writes an expression, or a clause, for SQLite.
func (c *changer) expression(n ast.Node) (string, ast.Node, error) {
	node, _ := n.Accept(c.r)
	if c.r.err != nil {
		return "", nil, c.r.err
	}
	s, err := restore(node)
	return s, node, err
}

// Stored is a value as the column keeps it: mysql_store converts and checks.
func Stored(column catalog.Column, value string, row int) string {
	if value == "NULL" {
		return value
	}
	t := column.Type
	kept, _ := json.Marshal(engine.Column{ // texts and numbers alone, which never fail
		Name: column.Name, Row: row, Type: t.GetType(), Unsigned: pm.HasUnsignedFlag(t.GetFlag()), Elements: t.GetElems(),
		Length: t.GetFlen(), Bytes: t.GetCharset() == "binary" || types.IsTypeBlob(t.GetType()), Decimals: max(t.GetDecimal(), 0),
	})
	s := "mysql_store(" + value + ", " + engine.QuoteText(string(kept)) + ")"
	if column.AutoIncrement {
		return "nullif(" + s + ", 0)" // 0 asks for the next number, as NULL does
	}
	return s
}

// column finds a column that the statement assigns.
func (c *changer) column(n *ast.ColumnName) (catalog.Column, error) {
	column, ok := c.t.Column(n.Name.O)
	if !ok {
		return column, mysqlerr.New(mysql.ER_BAD_FIELD_ERROR, n.Name.O, "field list")
	}
	return column, nil
}

// assigned is the value of an assignment; DEFAULT is the column's own.
func (c *changer) assigned(column catalog.Column, e ast.ExprNode, row int) (string, error) {
	if d, ok := e.(*ast.DefaultExpr); ok {
		if d.Name != nil {
			return "", mysqlerr.Beyond("DEFAULT(column)")
		}
		return c.defaultOf(column, row)
	}
	node, _ := e.Accept(c.r)
	if c.r.err != nil {
		return "", c.r.err
	}
	value, err := storable(column, node.(ast.ExprNode))
	if err != nil {
		return "", err
	}
	s, err := restore(value)
	return Stored(column, s, row), err
}

// storable is a value that a column of its type keeps as MySQL does.
func storable(column catalog.Column, e ast.ExprNode) (ast.ExprNode, error) {
	to := kindOfType(column.Type)
	switch from := kindOf(e); {
	case to.isNumber() && from.isTemporal():
		return nil, mysqlerr.Beyond("a date or a time in a column of numbers")
	case to == date && from == clock, to == clock && from == date:
		return nil, mysqlerr.Beyond("a TIME in a column of dates, and a date in one of TIME")
	case to.isNumber() && from == enum:
		return position(e), nil
	}
	return asType(e, to), nil
}

// defaultOf is the value of a column that a row does not give.
func (c *changer) defaultOf(column catalog.Column, row int) (string, error) {
	switch {
	case column.AutoIncrement, column.DefaultIsNull, !column.HasDefault && !column.NotNull:
		return "NULL", nil
	case !column.HasDefault:
		return "", mysqlerr.New(mysql.ER_NO_DEFAULT_FOR_FIELD, column.Name)
	case column.DefaultIsNow:
		now, err := c.now(column)
		return Stored(column, now, row), err
	}
	return Stored(column, engine.QuoteText(column.Default), row), nil
}

// now is the session's time, as exact as the column keeps it.
func (c *changer) now(column catalog.Column) (string, error) {
	value, _, err := c.r.env.Function("now", []ast.ExprNode{Literal(int64(column.Type.GetDecimal()))})
	return engine.QuoteText(fmt.Sprint(value)), err
}

// DefaultOf is the value of a column that a row does not give.
func DefaultOf(column catalog.Column, env Environment) (string, error) {
	return (&changer{r: newRewriter(env)}).defaultOf(column, 1)
}

// ImplicitDefault is what a new column holds in the rows that are there, if it
// must hold something and names no default: zero, or an empty text.
func ImplicitDefault(column catalog.Column) string {
	switch column.Type.EvalType() {
	case types.ETInt, types.ETReal, types.ETDecimal:
		return "0"
	case types.ETDatetime, types.ETTimestamp:
		return "'0000-00-00 00:00:00'"
	}
	if elems := column.Type.GetElems(); len(elems) > 0 {
		return engine.QuoteText(elems[0])
	}
	return "''"
}
