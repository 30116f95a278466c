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

func (se *session) createIndex(n *ast.CreateIndexStmt) (*outcome, error) {
	t, err := se.tableFor(n.Table, "INDEX")
	if err != nil {
		return nil, err
	}
	changed := t.Clone()
	if err := changed.AddIndex(n); err != nil {
		return nil, err
	}
	return &outcome{}, se.rebuild(t, changed, nil)
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
	return &outcome{}, se.rebuild(t, changed, nil)
}
