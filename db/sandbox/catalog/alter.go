package catalog

import (
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
