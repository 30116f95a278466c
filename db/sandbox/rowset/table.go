package rowset

import (
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/catalog"
)

// OfTable are the columns of a table, by the name that a statement gives it, as
// results carry them.
func OfTable(t *catalog.Table, alias string) []Column {
	columns := make([]Column, len(t.Columns))
	for i, c := range t.Columns {
		kind := *c.Type
		if c.NotNull {
			kind.AddFlag(pm.NotNullFlag)
		}
		if c.AutoIncrement {
			kind.AddFlag(pm.AutoIncrementFlag)
		}
		switch t.KeyOf(c.Name) {
		case "PRI":
			kind.AddFlag(pm.PriKeyFlag)
		case "UNI":
			kind.AddFlag(pm.UniqueKeyFlag)
		case "MUL":
			kind.AddFlag(pm.MultipleKeyFlag)
		}
		columns[i] = Column{Name: c.Name, Schema: t.DB, Table: alias, OrgTable: t.Name, OrgName: c.Name, Type: &kind}
	}
	return columns
}
