package catalog

import (
	"fmt"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

func (t *Table) addForeignKey(c *ast.Constraint) error {
	names, err := t.keyColumns(c.Keys)
	if err != nil {
		return err
	}
	references, err := t.keyColumns(c.Refer.IndexPartSpecifications)
	if err != nil {
		return err
	}
	fk := ForeignKey{Name: c.Name, Columns: names, RefDB: c.Refer.Table.Schema.O, RefTable: c.Refer.Table.Name.O, RefColumns: references}
	if fk.RefDB == "" {
		fk.RefDB = t.DB
	}
	if fk.Name == "" {
		fk.Name = fmt.Sprintf("%s_ibfk_%d", t.Name, len(t.ForeignKeys)+1)
	}
	if c.Refer.OnDelete != nil {
		fk.OnDelete = c.Refer.OnDelete.ReferOpt.String()
	}
	if c.Refer.OnUpdate != nil {
		fk.OnUpdate = c.Refer.OnUpdate.ReferOpt.String()
	}
	t.ForeignKeys = append(t.ForeignKeys, fk)
	if !t.hasIndexOn(names) {
		name := c.Name
		if name == "" {
			name = t.freeKeyName(names[0])
		}
		return t.addKey(Key{Name: name, Columns: names})
	}
	return nil
}

// hasIndexOn reports whether an index begins with the columns, as a foreign
// key needs one to.
func (t *Table) hasIndexOn(names []string) bool {
	for _, k := range t.Keys {
		if len(k.Columns) >= len(names) {
			begins := true
			for i, name := range names {
				begins = begins && containsFold(k.Columns[i:i+1], name)
			}
			if begins {
				return true
			}
		}
	}
	return false
}

// Constraint is the foreign key as SHOW CREATE TABLE and MySQL's errors write
// it.
func (fk ForeignKey) Constraint(db string) string {
	target := Quote(fk.RefTable)
	if fk.RefDB != db {
		target = Quote(fk.RefDB) + "." + target
	}
	text := fmt.Sprintf("CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)", Quote(fk.Name), QuoteAll(fk.Columns), target, QuoteAll(fk.RefColumns))
	if fk.OnDelete != "" && fk.OnDelete != "NO ACTION" {
		text += " ON DELETE " + fk.OnDelete
	}
	if fk.OnUpdate != "" && fk.OnUpdate != "NO ACTION" {
		text += " ON UPDATE " + fk.OnUpdate
	}
	return text
}
