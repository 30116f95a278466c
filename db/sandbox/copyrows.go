package sandbox

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/translate"
)

// copySQL fills a table being built from the one it replaces. New columns get
// their default, or, where they must have a value and have none, MySQL's
// implicit one.
func (se *session) copySQL(old, changed *catalog.Table, source map[string]string, into string) (string, error) {
	var names, values []string
	for _, c := range changed.Columns {
		value := ""
		if from, ok := source[c.Name]; ok {
			value = translate.Stored(c, quoted(from), 1)
		} else {
			var err error
			if value, err = translate.DefaultOf(c, se.newScope(nil)); err != nil {
				value = translate.ImplicitDefault(c)
			}
		}
		names, values = append(names, quoted(c.Name)), append(values, value)
	}
	return "INSERT INTO " + quoted(into) + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") +
		" FROM " + quoted(old.Physical), nil
}

func (se *session) createIndex(n *ast.CreateIndexStmt) (*outcome, error) {
	t, err := se.tableFor(n.Table, "INDEX")
	if err != nil {
		return nil, err
	}
	changed := t.Clone()
	if err := changed.AddIndex(n); err != nil {
		return nil, err
	}
	return &outcome{}, se.reindex(t, changed)
}

func (se *session) dropIndex(n *ast.DropIndexStmt) (*outcome, error) {
	t, err := se.tableFor(n.Table, "INDEX")
	if err != nil {
		return nil, err
	}
	changed := t.Clone()
	if strings.EqualFold(n.IndexName, catalog.Primary) {
		return nil, mysqlerr.Beyond("DROP INDEX `PRIMARY`")
	}
	if err := changed.DropKey(n.IndexName); err != nil {
		return nil, err
	}
	return &outcome{}, se.reindex(t, changed)
}

// reindex builds a table again with other indexes.
func (se *session) reindex(old, changed *catalog.Table) error {
	source := map[string]string{}
	for _, c := range old.Columns {
		source[c.Name] = c.Name
	}
	return se.rebuild(old, changed, source, nil)
}

// renameTables is RENAME TABLE: only the catalog knows names.
func (se *session) renameTables(n *ast.RenameTableStmt) (*outcome, error) {
	for _, pair := range n.TableToTables {
		t, err := se.tableFor(pair.OldTable, "ALTER")
		if err != nil {
			return nil, err
		}
		changed := t.Clone()
		if err := se.renamed(changed, pair.NewTable); err != nil {
			return nil, err
		}
		// Waiting for the write lock keeps the name from changing under another
		// session's transaction.
		if err := se.define(func(*engine.Conn) error { return nil }); err != nil {
			return nil, err
		}
		se.server.catalog.Replace(t, changed)
	}
	return &outcome{}, nil
}
