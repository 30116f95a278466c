package catalog

import (
	"slices"
	"strings"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
)

// Column finds a column, whatever the case of its name.
func (t *Table) Column(name string) (Column, bool) {
	i := t.index(name)
	if i < 0 {
		return Column{}, false
	}
	return t.Columns[i], true
}

func (t *Table) index(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return strings.EqualFold(c.Name, name) })
}

// PrimaryKey is the primary key's columns; none if there is no such key.
func (t *Table) PrimaryKey() []string {
	for _, k := range t.Keys {
		if k.Name == Primary {
			return k.Columns
		}
	}
	return nil
}

// AutoColumn is the AUTO_INCREMENT column.
func (t *Table) AutoColumn() (Column, bool) {
	for _, c := range t.Columns {
		if c.AutoIncrement {
			return c, true
		}
	}
	return Column{}, false
}

// KeyOf is what DESCRIBE says of a column's keys: PRI, UNI, MUL or nothing.
func (t *Table) KeyOf(column string) string {
	best := ""
	for _, k := range t.Keys {
		switch {
		case k.Name == Primary && containsFold(k.Columns, column):
			return "PRI"
		case !strings.EqualFold(k.Columns[0], column):
		case k.Unique && len(k.Columns) == 1:
			best = "UNI"
		case best == "":
			best = "MUL"
		}
	}
	return best
}

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// Clone copies a definition, to change the copy.
func (t *Table) Clone() *Table {
	c := *t
	c.Columns = slices.Clone(t.Columns)
	c.Keys = slices.Clone(t.Keys)
	c.ForeignKeys = slices.Clone(t.ForeignKeys)
	return &c
}

// UniqueOn reports whether a unique key is on exactly these columns, so that a
// foreign key may refer to them.
func (t *Table) UniqueOn(columns []string) bool {
	return slices.ContainsFunc(t.Keys, func(k Key) bool {
		return k.Unique && slices.EqualFunc(k.Columns, columns, strings.EqualFold)
	})
}

// Names lists the columns' names.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// HasTimestamp reports whether a column is a TIMESTAMP.
func (t *Table) HasTimestamp() bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Type.GetType() == pm.TypeTimestamp })
}
