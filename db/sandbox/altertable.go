package sandbox

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/go-mysql-org/go-mysql/mysql"

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
	// source tells, for each column of the new table, the old one it is filled
	// from.
	source := map[string]string{}
	for _, c := range t.Columns {
		source[c.Name] = c.Name
	}
	var options []*ast.TableOption
	for _, spec := range n.Specs {
		if err := se.alter(changed, spec, source); err != nil {
			return nil, err
		}
		options = append(options, spec.Options...)
	}
	return &outcome{}, se.rebuild(t, changed, source, options)
}

// tableFor finds a table whose definition a statement changes.
func (se *session) tableFor(n *ast.TableName, command string) (*catalog.Table, error) {
	db, err := se.needOnTable(n, command)
	if err != nil {
		return nil, err
	}
	return se.userTable(db, n.Name.O, command)
}

// alter carries out one part of ALTER TABLE on a definition.
func (se *session) alter(t *catalog.Table, spec *ast.AlterTableSpec, source map[string]string) error {
	switch spec.Tp {
	case ast.AlterTableAddColumns:
		for _, d := range spec.NewColumns {
			if err := t.AddColumn(d, spec.Position); err != nil {
				return err
			}
		}
		for _, c := range spec.NewConstraints {
			if err := t.AddConstraint(c); err != nil {
				return err
			}
		}
		return nil
	case ast.AlterTableDropColumn:
		delete(source, spec.OldColumnName.Name.O)
		return t.DropColumn(spec.OldColumnName.Name.O)
	case ast.AlterTableModifyColumn:
		d := spec.NewColumns[0]
		return t.ReplaceColumn(d.Name.Name.O, d, spec.Position)
	case ast.AlterTableChangeColumn:
		d := spec.NewColumns[0]
		rename(source, spec.OldColumnName.Name.O, d.Name.Name.O)
		return t.ReplaceColumn(spec.OldColumnName.Name.O, d, spec.Position)
	case ast.AlterTableRenameColumn:
		rename(source, spec.OldColumnName.Name.O, spec.NewColumnName.Name.O)
		return t.RenameColumn(spec.OldColumnName.Name.O, spec.NewColumnName.Name.O)
	case ast.AlterTableAlterColumn:
		return t.SetDefault(spec.NewColumns[0])
	case ast.AlterTableAddConstraint:
		return t.AddConstraint(spec.Constraint)
	case ast.AlterTableDropPrimaryKey:
		return t.DropKey(catalog.Primary)
	case ast.AlterTableDropIndex:
		return t.DropKey(spec.Name)
	case ast.AlterTableRenameIndex:
		return t.RenameKey(spec.FromKey.O, spec.ToKey.O)
	case ast.AlterTableDropForeignKey:
		return t.DropForeignKey(spec.Name)
	case ast.AlterTableRenameTable:
		return se.renamed(t, spec.NewTable)
	case ast.AlterTableOption:
		for _, o := range spec.Options {
			if o.Tp == ast.TableOptionComment {
				t.Comment = o.StrValue
			}
		}
		return nil
	case ast.AlterTableLock, ast.AlterTableAlgorithm, ast.AlterTableForce, ast.AlterTableEnableKeys, ast.AlterTableDisableKeys:
		return nil
	}
	return mysqlerr.Beyond("this kind of ALTER TABLE")
}

// rename notes that a column will be filled from one of another name.
func rename(source map[string]string, from, to string) {
	for column, old := range source {
		if strings.EqualFold(column, from) {
			delete(source, column)
			source[to] = old
			return
		}
	}
}

// renamed gives a definition another name, for those who may create it.
func (se *session) renamed(t *catalog.Table, to *ast.TableName) error {
	db, err := se.needOnTable(to, "CREATE")
	if err != nil {
		return err
	}
	if _, exists := se.server.catalog.Table(db, to.Name.O); exists {
		return mysqlerr.New(mysql.ER_TABLE_EXISTS_ERROR, to.Name.O)
	}
	t.DB, t.Name = db, to.Name.O
	return nil
}

// rebuild puts a table with another definition, and the same rows, in the old
// one's place.
func (se *session) rebuild(old, changed *catalog.Table, source map[string]string, options []*ast.TableOption) error {
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
		fill, err := se.copySQL(old, changed, source, building)
		if err != nil {
			return err
		}
		if _, err := c.Exec(fill); err != nil {
			return se.newScope(nil).explainChange(c, changed, err, "", nil)
		}
		for _, statement := range []string{
			"DROP TABLE " + quoted(old.Physical),
			"ALTER TABLE " + quoted(building) + " RENAME TO " + quoted(old.Physical),
		} {
			if _, err := c.Exec(statement); err != nil {
				return err
			}
		}
		for _, statement := range changed.IndexSQL(se.server.catalog.NextID) {
			if _, err := c.Exec(statement); err != nil {
				return se.newScope(nil).explainIndex(c, changed, err)
			}
		}
		return startNumbering(c, changed, options)
	})
	if err != nil {
		return err
	}
	se.server.catalog.Replace(old, changed)
	return nil
}
