package catalog

import (
	"fmt"
	"strings"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
	"github.com/pingcap/tidb/pkg/parser/types"

	"keyturn/db/sandbox/engine"
)

// CreateSQL is what makes SQLite keep the table, under the name given. The
// types are only SQLite's affinities: what may be stored is checked when it is
// (engine.Store). references finds the name under which SQLite keeps another
// table.
func (t *Table) CreateSQL(physical string, references func(db, name string) string) string {
	var parts []string
	auto, hasAuto := t.AutoColumn()
	for _, c := range t.Columns {
		part := engine.Name(c.Name) + " " + affinity(c.Type)
		if hasAuto && c.Name == auto.Name {
			part = engine.Name(c.Name) + " INTEGER PRIMARY KEY AUTOINCREMENT"
		}
		if c.NotNull {
			part += " NOT NULL"
		}
		if IsText(c.Type) {
			part += " COLLATE " + c.Type.GetCollate()
		}
		parts = append(parts, part)
	}
	if pk := t.PrimaryKey(); len(pk) > 0 && !hasAuto {
		parts = append(parts, "PRIMARY KEY ("+engine.Names(pk)+")")
	}
	for _, fk := range t.ForeignKeys {
		target := physical
		if fk.RefDB != t.DB || fk.RefTable != t.Name {
			target = references(fk.RefDB, fk.RefTable)
		}
		part := fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s)", engine.Names(fk.Columns), engine.Name(target), engine.Names(fk.RefColumns))
		if fk.OnDelete != "" {
			part += " ON DELETE " + fk.OnDelete
		}
		if fk.OnUpdate != "" {
			part += " ON UPDATE " + fk.OnUpdate
		}
		parts = append(parts, part)
	}
	return "CREATE TABLE " + engine.Name(physical) + " (" + strings.Join(parts, ", ") + ")"
}

// IndexSQL makes the indexes that are no primary keys. number gives each a
// name of its own.
func (t *Table) IndexSQL(number func() int) []string {
	var statements []string
	for _, k := range t.Keys {
		if k.Name == Primary {
			continue
		}
		unique := ""
		if k.Unique {
			unique = "UNIQUE "
		}
		statements = append(statements, fmt.Sprintf("CREATE %sINDEX i%d ON %s (%s)", unique, number(), engine.Name(t.Physical), engine.Names(k.Columns)))
	}
	return statements
}

// affinity is how SQLite stores a type. A plain INTEGER PRIMARY KEY would
// number rows by itself, so integers are INT.
func affinity(t *types.FieldType) string {
	switch t.GetType() {
	case pm.TypeTiny, pm.TypeShort, pm.TypeInt24, pm.TypeLong, pm.TypeLonglong:
		return "INT"
	case pm.TypeFloat, pm.TypeDouble:
		return "REAL"
	case pm.TypeNewDecimal:
		return "NUMERIC"
	}
	if t.GetCharset() == "binary" && !isTemporal(t) {
		return "BLOB"
	}
	return "TEXT"
}

func isTemporal(t *types.FieldType) bool {
	switch t.GetType() {
	case pm.TypeDate, pm.TypeDatetime, pm.TypeTimestamp, pm.TypeDuration:
		return true
	}
	return false
}
