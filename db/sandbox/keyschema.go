package sandbox

import (
	"database/sql/driver"

	"keyturn/db/sandbox/catalog"
)

func statisticsRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.visibleTables() {
		for _, k := range t.Keys {
			notUnique := int64(1)
			if k.Unique {
				notUnique = 0
			}
			for i, name := range k.Columns {
				nullable := "YES"
				if c, ok := t.Column(name); ok && c.NotNull {
					nullable = ""
				}
				rows = append(rows, row("def", t.DB, t.Name, notUnique, t.DB, k.Name, int64(i+1), name, "A", int64(0), nil,
					nil, nullable, "BTREE", "", "", "YES", nil))
			}
		}
	}
	return rows
}

func keyColumnRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.visibleTables() {
		for _, k := range t.Keys {
			if !k.Unique {
				continue
			}
			for i, name := range k.Columns {
				rows = append(rows, row("def", t.DB, k.Name, "def", t.DB, t.Name, name, int64(i+1), nil, nil, nil, nil))
			}
		}
		for _, fk := range t.ForeignKeys {
			for i, name := range fk.Columns {
				rows = append(rows, row("def", t.DB, fk.Name, "def", t.DB, t.Name, name, int64(i+1), int64(i+1),
					fk.RefDB, fk.RefTable, fk.RefColumns[i]))
			}
		}
	}
	return rows
}

func constraintRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, t := range se.visibleTables() {
		add := func(name, kind string) { rows = append(rows, row("def", t.DB, name, t.DB, t.Name, kind, "YES")) }
		for _, k := range t.Keys {
			switch {
			case k.Name == catalog.Primary:
				add(k.Name, "PRIMARY KEY")
			case k.Unique:
				add(k.Name, "UNIQUE")
			}
		}
		for _, fk := range t.ForeignKeys {
			add(fk.Name, "FOREIGN KEY")
		}
	}
	return rows
}

func referentialRows(se *session) [][]driver.Value {
	rule := func(s string) string {
		if s == "" {
			return "NO ACTION"
		}
		return s
	}
	var rows [][]driver.Value
	for _, t := range se.visibleTables() {
		for _, fk := range t.ForeignKeys {
			rows = append(rows, row("def", t.DB, fk.Name, "def", fk.RefDB, catalog.Primary, "NONE", rule(fk.OnUpdate),
				rule(fk.OnDelete), t.Name, fk.RefTable))
		}
	}
	return rows
}
