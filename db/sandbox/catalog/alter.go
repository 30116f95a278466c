package catalog

import (
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

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

// DropKey removes an index that is no primary key.
func (t *Table) DropKey(name string) error {
	if strings.EqualFold(name, Primary) {
		return mysqlerr.Beyond("dropping a primary key")
	}
	i := slices.IndexFunc(t.Keys, func(k Key) bool { return strings.EqualFold(k.Name, name) })
	if i < 0 {
		return mysqlerr.New(mysql.ER_CANT_DROP_FIELD_OR_KEY, name)
	}
	t.Keys = slices.Delete(slices.Clone(t.Keys), i, i+1)
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
