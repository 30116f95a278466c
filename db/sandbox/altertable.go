package sandbox

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// alterTable changes a copy of the definition and then builds the table anew
// with its rows: what MySQL does for ALGORITHM=COPY.
func (se *session) alterTable(n *ast.AlterTableStmt) (*outcome, error) {
	t, err := se.tableFor(n.Table, "ALTER")
	if err != nil {
		return nil, err
	}
	changed := t.Clone()
	var options []*ast.TableOption
	for _, spec := range n.Specs {
		if err := alter(changed, spec); err != nil {
			return nil, err
		}
		options = append(options, spec.Options...)
	}
	return &outcome{}, se.rebuild(t, changed, options)
}

// tableFor finds a table whose definition a statement changes.
func (se *session) tableFor(n *ast.TableName, command string) (*catalog.Table, error) {
	db, err := se.needOnTable(n, command)
	if err != nil {
		return nil, err
	}
	return se.userTable(db, n.Name.O, command)
}

// alter carries out one part of ALTER TABLE on a definition: what adds to a
// table or takes from it.
func alter(t *catalog.Table, spec *ast.AlterTableSpec) error {
	switch spec.Tp {
	case ast.AlterTableAddColumns:
		for _, d := range spec.NewColumns {
			if spec.Position != nil && spec.Position.Tp != ast.ColumnPositionNone {
				return mysqlerr.Beyond("ADD COLUMN ... FIRST and AFTER")
			}
			if err := t.AddColumn(d); err != nil {
				return err
			}
		}
		for _, c := range spec.NewConstraints {
			if err := t.AddConstraint(c); err != nil {
				return err
			}
		}
		return nil
	case ast.AlterTableAddConstraint:
		return t.AddConstraint(spec.Constraint)
	case ast.AlterTableDropIndex:
		return t.DropKey(spec.Name)
	case ast.AlterTableDropForeignKey:
		return t.DropForeignKey(spec.Name)
	case ast.AlterTableLock, ast.AlterTableAlgorithm, ast.AlterTableForce, ast.AlterTableEnableKeys, ast.AlterTableDisableKeys:
		return nil
	}
	return mysqlerr.Beyond("this kind of ALTER TABLE")
}

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
			return se.newScope(nil).explainChange(c, changed, err, "", nil)
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
				return se.newScope(nil).explainChange(c, changed, err, "", nil)
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
