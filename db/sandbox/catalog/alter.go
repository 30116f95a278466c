package catalog

import (
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

// Validate checks what only the whole definition shows.
func (t *Table) Validate() error {
	autos := 0
	for _, c := range t.Columns {
		if !c.AutoIncrement {
			continue
		}
		autos++
		if autos > 1 || t.KeyOf(c.Name) == "" {
			return mysql.NewError(mysql.ER_WRONG_AUTO_KEY,
				"Incorrect table definition; there can be only one auto column and it must be defined as a key")
		}
		if pk := t.PrimaryKey(); len(pk) != 1 || !strings.EqualFold(pk[0], c.Name) {
			return mysqlerr.Beyond("AUTO_INCREMENT on a column that is not the primary key")
		}
	}
	for _, k := range t.Keys {
		for _, name := range k.Columns {
			if t.index(name) < 0 {
				return mysql.NewError(mysql.ER_KEY_COLUMN_DOES_NOT_EXITS, "Key column '"+name+"' doesn't exist in table")
			}
		}
	}
	return nil
}

// DropColumn removes a column, and the keys that are left without any.
func (t *Table) DropColumn(name string) error {
	i := t.index(name)
	if i < 0 {
		return mysqlerr.New(mysql.ER_CANT_DROP_FIELD_OR_KEY, name)
	}
	if len(t.Columns) == 1 {
		return mysql.NewError(mysql.ER_CANT_REMOVE_ALL_FIELDS, "You can't delete all columns with ALTER TABLE; use DROP TABLE instead")
	}
	t.Columns = slices.Delete(slices.Clone(t.Columns), i, i+1)
	var keys []Key
	for _, k := range t.Keys {
		k.Columns = slices.DeleteFunc(slices.Clone(k.Columns), func(c string) bool { return strings.EqualFold(c, name) })
		if len(k.Columns) > 0 {
			keys = append(keys, k)
		}
	}
	t.Keys = keys
	return nil
}

// RenameColumn gives a column another name.
func (t *Table) RenameColumn(from, to string) error {
	i := t.index(from)
	if i < 0 {
		return mysqlerr.New(mysql.ER_BAD_FIELD_ERROR, from, t.Name)
	}
	if at := t.index(to); at >= 0 && at != i {
		return mysqlerr.New(mysql.ER_DUP_FIELDNAME, to)
	}
	t.Columns[i].Name = to
	t.RenameInKeys(from, to)
	return nil
}

// RenameInKeys follows a column's new name.
func (t *Table) RenameInKeys(from, to string) {
	rename := func(names []string) []string {
		names = slices.Clone(names)
		for i := range names {
			if strings.EqualFold(names[i], from) {
				names[i] = to
			}
		}
		return names
	}
	for i := range t.Keys {
		t.Keys[i].Columns = rename(t.Keys[i].Columns)
	}
	for i := range t.ForeignKeys {
		t.ForeignKeys[i].Columns = rename(t.ForeignKeys[i].Columns)
	}
}

// SetDefault is ALTER COLUMN SET DEFAULT and DROP DEFAULT.
func (t *Table) SetDefault(d *ast.ColumnDef) error {
	i := t.index(d.Name.Name.O)
	if i < 0 {
		return mysqlerr.New(mysql.ER_BAD_FIELD_ERROR, d.Name.Name.O, t.Name)
	}
	c := &t.Columns[i]
	c.HasDefault, c.Default, c.DefaultIsExpr, c.DefaultIsNull = false, "", false, false
	for _, o := range d.Options {
		if err := c.setDefault(o.Expr); err != nil {
			return err
		}
	}
	return nil
}

// DropKey removes an index.
func (t *Table) DropKey(name string) error {
	i := slices.IndexFunc(t.Keys, func(k Key) bool { return strings.EqualFold(k.Name, name) })
	if i < 0 {
		return mysqlerr.New(mysql.ER_CANT_DROP_FIELD_OR_KEY, name)
	}
	t.Keys = slices.Delete(slices.Clone(t.Keys), i, i+1)
	return nil
}

// RenameKey gives an index another name.
func (t *Table) RenameKey(from, to string) error {
	i := slices.IndexFunc(t.Keys, func(k Key) bool { return strings.EqualFold(k.Name, from) })
	if i < 0 {
		return mysqlerr.New(mysql.ER_KEY_DOES_NOT_EXITS, from, t.Name)
	}
	t.Keys[i].Name = to
	return nil
}

// DropForeignKey removes a foreign key.
func (t *Table) DropForeignKey(name string) error {
	i := slices.IndexFunc(t.ForeignKeys, func(fk ForeignKey) bool { return strings.EqualFold(fk.Name, name) })
	if i < 0 {
		return mysqlerr.New(mysql.ER_CANT_DROP_FIELD_OR_KEY, name)
	}
	t.ForeignKeys = slices.Delete(slices.Clone(t.ForeignKeys), i, i+1)
	return nil
}
