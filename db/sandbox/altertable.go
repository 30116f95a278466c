package sandbox

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/mysqlerr"
)

// redefine changes a copy of a table's definition and then builds the table anew
// with its rows: what MySQL does for ALGORITHM=COPY.
func (se *session) redefine(
	name *ast.TableName, command string, options []*ast.TableOption, change func(*catalog.Table) error,
) (*outcome, error) {
	db, err := se.needOnTable(name, command)
	if err != nil {
		return nil, err
	}
	t, err := se.userTable(db, name.Name.O, command)
	if err != nil {
		return nil, err
	}
	changed := t.Clone()
	if err := change(changed); err != nil {
		return nil, err
	}
	return &outcome{}, se.rebuild(t, changed, options)
}

func (se *session) alterTable(n *ast.AlterTableStmt) (*outcome, error) {
	var options []*ast.TableOption
	for _, spec := range n.Specs {
		options = append(options, spec.Options...)
	}
	return se.redefine(n.Table, "ALTER", options, func(t *catalog.Table) error {
		for _, spec := range n.Specs {
			if err := alter(t, spec); err != nil {
				return err
			}
		}
		return nil
	})
}

func (se *session) createIndex(n *ast.CreateIndexStmt) (*outcome, error) {
	return se.redefine(n.Table, "INDEX", nil, func(t *catalog.Table) error { return t.AddIndex(n) })
}

func (se *session) dropIndex(n *ast.DropIndexStmt) (*outcome, error) {
	return se.redefine(n.Table, "INDEX", nil, func(t *catalog.Table) error { return t.DropKey(n.IndexName) })
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
