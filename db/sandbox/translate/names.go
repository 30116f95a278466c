package translate

import (
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// block is one SELECT, or the table that a statement changes, and the names
// that its expressions may use.
type block struct {
	outer   *block // the SELECT around a subquery
	sources []source
	common  []string        // the columns of JOIN ... USING
	fields  []rowset.Column // of the field list, as far as it has been read
	clause  string          // what is being read, as MySQL's errors name it
	equates bool            // a join is on an equality
}

// source is a table by the name that the statement knows it by.
type source struct {
	name    string
	columns []rowset.Column
}

func (s source) column(name string) (rowset.Column, bool) {
	i := slices.IndexFunc(s.columns, func(c rowset.Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return rowset.Column{}, false
	}
	return s.columns[i], true
}

// column finds the column that an expression names: in this SELECT, or in one
// around it.
func (r *rewriter) column(n *ast.ColumnName) (rowset.Column, error) {
	shown := n.Name.O
	if n.Table.O != "" {
		shown = n.Table.O + "." + shown
	}
	for b := r.block; b != nil; b = b.outer {
		found := b.find(n)
		switch {
		case len(found) == 1, len(found) > 1 && b.isCommon(n.Name.O):
			return found[0], nil
		case len(found) > 1:
			return rowset.Column{}, mysqlerr.New(mysql.ER_NON_UNIQ_ERROR, shown, r.block.clause)
		}
	}
	clause := "field list"
	if r.block != nil {
		clause = r.block.clause
	}
	return rowset.Column{}, mysqlerr.New(mysql.ER_BAD_FIELD_ERROR, shown, clause)
}

// find lists the columns of that name. ORDER BY and HAVING mean a column of the
// field list first, GROUP BY one of a table.
func (b *block) find(n *ast.ColumnName) []rowset.Column {
	listed := func() []rowset.Column {
		if c, ok := (source{columns: b.fields}).column(n.Name.O); ok && n.Table.O == "" {
			return []rowset.Column{c}
		}
		return nil
	}
	if b.clause == "order clause" || b.clause == "having clause" {
		if found := listed(); found != nil {
			return found
		}
	}
	var found []rowset.Column
	for _, s := range b.sources {
		if n.Table.O != "" && !strings.EqualFold(n.Table.O, s.name) {
			continue
		}
		if c, ok := s.column(n.Name.O); ok {
			found = append(found, c)
		}
	}
	if found == nil && b.clause == "group statement" {
		return listed()
	}
	return found
}

func (b *block) isCommon(name string) bool {
	return slices.ContainsFunc(b.common, func(c string) bool { return strings.EqualFold(c, name) })
}

// expand puts the columns that a * stands for in its place. The columns that a
// join has in common come once, and first.
func (b *block) expand(fields []*ast.SelectField) ([]*ast.SelectField, error) {
	var all []*ast.SelectField
	add := func(table string, c rowset.Column) {
		name := &ast.ColumnName{Table: ast.NewCIStr(table), Name: ast.NewCIStr(c.Name)}
		all = append(all, &ast.SelectField{Expr: &ast.ColumnNameExpr{Name: name}, AsName: name.Name})
	}
	for _, f := range fields {
		if f.WildCard == nil {
			all = append(all, f)
			continue
		}
		table, found := f.WildCard.Table.O, false
		if table == "" {
			for _, name := range b.common {
				add("", rowset.Column{Name: name})
			}
		}
		for _, s := range b.sources {
			if table != "" && !strings.EqualFold(table, s.name) {
				continue
			}
			found = true
			for _, c := range s.columns {
				if table != "" || !b.isCommon(c.Name) {
					add(s.name, c)
				}
			}
		}
		switch {
		case !found && table != "":
			return nil, mysqlerr.New(mysql.ER_BAD_TABLE_ERROR, table)
		case !found:
			return nil, mysqlerr.New(mysql.ER_NO_TABLES_USED)
		}
	}
	return all, nil
}

// join notes the columns that a join has in common.
func (b *block) join(n *ast.Join) error {
	b.equates = b.equates || len(n.Using) > 0
	for _, c := range n.Using {
		if !b.isCommon(c.Name.O) {
			b.common = append(b.common, c.Name.O)
		}
	}
	if n.NaturalJoin {
		return mysqlerr.Beyond("NATURAL JOIN")
	}
	return nil
}
