package sandbox

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/translate"
)

// rebuild puts a table with another definition, and the same rows, in the old
// one's place.
func (se *session) rebuild(old, changed *catalog.Table, options []*ast.TableOption) error {
	if err := changed.Validate(); err != nil {
		return err
	}
	const building = "table being built"
	err := se.define(func(c *engine.Conn) error {
		shell := changed.Clone()
		shell.Keys = nil
		for _, k := range changed.Keys {
			if k.Name == catalog.Primary {
				shell.Keys = []catalog.Key{k}
			}
		}
		if err := se.build(c, shell, building); err != nil {
			return err
		}
		fill, err := se.copySQL(old, changed, building)
		if err != nil {
			return err
		}
		if _, err := c.Exec(fill); err != nil {
			return se.newScope(nil).explainChange(c, changed, err, "")
		}
		if err := se.checkRows(c, changed, building); err != nil {
			return err
		}
		for _, statement := range []string{
			"DROP TABLE " + engine.Name(old.Physical),
			"ALTER TABLE " + engine.Name(building) + " RENAME TO " + engine.Name(old.Physical),
		} {
			if _, err := c.Exec(statement); err != nil {
				return err
			}
		}
		for _, statement := range changed.IndexSQL(se.server.catalog.NextID) {
			if _, err := c.Exec(statement); err != nil {
				return se.newScope(nil).explainChange(c, changed, err, "")
			}
		}
		return startNumbering(c, changed, options)
	})
	if err != nil {
		return err
	}
	se.server.catalog.Put(changed)
	return nil
}

// copySQL fills a table being built from the one it replaces. New columns get
// their default, or, where they must have a value and have none, MySQL's
// implicit one.
func (se *session) copySQL(old, changed *catalog.Table, into string) (string, error) {
	var names, values []string
	for _, c := range changed.Columns {
		value := ""
		if _, ok := old.Column(c.Name); ok {
			value = translate.Stored(c, engine.Name(c.Name), 1)
		} else {
			var err error
			if value, err = translate.DefaultOf(c, se.newScope(nil)); err != nil {
				value = translate.ImplicitDefault(c)
			}
		}
		names, values = append(names, engine.Name(c.Name)), append(values, value)
	}
	return "INSERT INTO " + engine.Name(into) + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") +
		" FROM " + engine.Name(old.Physical), nil
}
