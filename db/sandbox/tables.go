package sandbox

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

func (se *session) createTable(n *ast.CreateTableStmt) (*outcome, error) {
	db, err := se.needOnTable(n.Table, "CREATE")
	if err != nil {
		return nil, err
	}
	if _, exists := se.server.catalog.Table(db, n.Table.Name.O); exists {
		return se.tolerated(n.IfNotExists, mysqlerr.New(mysql.ER_TABLE_EXISTS_ERROR, n.Table.Name.O))
	}
	if n.ReferTable != nil {
		return nil, mysqlerr.Beyond("CREATE TABLE ... LIKE")
	}
	t, err := catalog.Define(n, db, se.server.catalog.Collation(db))
	if err != nil {
		return nil, err
	}
	t.Physical = se.server.catalog.Physical(t.DB, t.Name)
	t.Created = se.server.now().UTC()
	err = se.define(func(c *engine.Conn) error {
		if err := se.build(c, t, t.Physical); err != nil {
			return err
		}
		return startNumbering(c, t, n.Options)
	})
	if err != nil {
		return nil, err
	}
	se.server.catalog.Put(t)
	return &outcome{}, nil
}

// startNumbering makes AUTO_INCREMENT begin where a table option says.
func startNumbering(c *engine.Conn, t *catalog.Table, options []*ast.TableOption) error {
	if _, ok := t.AutoColumn(); !ok {
		return nil
	}
	for _, o := range options {
		if o.Tp == ast.TableOptionAutoIncrement && o.UintValue > 1 {
			if _, err := c.Exec("DELETE FROM sqlite_sequence WHERE name = ?", t.Physical); err != nil {
				return err
			}
			_, err := c.Exec("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", t.Physical, int64(o.UintValue)-1)
			return err
		}
	}
	return nil
}

// build makes SQLite keep a table under a name.
func (se *session) build(c *engine.Conn, t *catalog.Table, physical string) error {
	for _, fk := range t.ForeignKeys {
		if err := se.checkReference(t, fk); err != nil {
			return err
		}
	}
	if _, err := c.Exec(t.CreateSQL(physical, se.server.catalog.Physical)); err != nil {
		return se.newScope(nil).explain(err)
	}
	built := *t
	built.Physical = physical
	for _, statement := range built.IndexSQL(se.server.catalog.NextID) {
		if _, err := c.Exec(statement); err != nil {
			return se.newScope(nil).explainChange(c, t, err, "")
		}
	}
	return nil
}

// checksReferences is foreign_key_checks.
func (se *session) checksReferences() bool {
	checks, _ := se.systemValue("foreign_key_checks")
	return checks == "ON"
}

// checkReference checks that what a foreign key refers to is there.
func (se *session) checkReference(t *catalog.Table, fk catalog.ForeignKey) error {
	parent := t
	if fk.RefDB != t.DB || fk.RefTable != t.Name {
		var ok bool
		if parent, ok = se.server.catalog.Table(fk.RefDB, fk.RefTable); !ok && !se.checksReferences() {
			return nil // the parent may come later, as in a dump
		} else if !ok {
			const cannotOpenParent = 1824
			return mysql.NewError(cannotOpenParent, "Failed to open the referenced table '"+fk.RefTable+"'")
		}
	}
	if len(fk.RefColumns) != len(fk.Columns) || !parent.UniqueOn(fk.RefColumns) {
		return mysqlerr.New(mysqlerr.ForeignKeyMissing, fk.Name, fk.RefTable)
	}
	return nil
}

// needOnTable is the database of a table that a statement defines, for those
// who may.
func (se *session) needOnTable(n *ast.TableName, command string) (string, error) {
	db, err := se.dbOf(n)
	if err != nil {
		return "", err
	}
	if !se.holds(command, db, n.Name.O) {
		return "", se.deniedTable(command, n.Name.O)
	}
	if !se.server.catalog.HasDatabase(db) {
		if se.server.hasDatabase(db) {
			return "", se.deniedDB(db)
		}
		return "", mysqlerr.New(mysql.ER_BAD_DB_ERROR, db)
	}
	return db, nil
}

func (se *session) dropTable(n *ast.DropTableStmt) (*outcome, error) {
	if n.IsView {
		return nil, mysqlerr.Beyond("DROP VIEW")
	}
	var tables []*catalog.Table
	for _, name := range n.Tables {
		db, err := se.needOnTable(name, "DROP")
		if err != nil {
			return nil, err
		}
		t, ok := se.server.catalog.Table(db, name.Name.O)
		if !ok {
			if _, err := se.tolerated(n.IfExists, mysqlerr.New(mysql.ER_BAD_TABLE_ERROR, db+"."+name.Name.O)); err != nil {
				return nil, err
			}
			continue
		}
		tables = append(tables, t)
	}
	dropped := map[string]bool{}
	for _, t := range tables {
		dropped[t.Physical] = true
	}
	for _, t := range tables {
		for _, r := range se.server.catalog.Referencing(t.DB, t.Name) {
			if !dropped[r.Table.Physical] && se.checksReferences() {
				return nil, mysqlerr.New(mysqlerr.CannotDropReferenced, t.Name, r.Key.Name, r.Table.Name)
			}
		}
	}
	if err := se.dropRows(tables); err != nil {
		return nil, err
	}
	for _, t := range tables {
		se.server.catalog.Remove(t.DB, t.Name)
	}
	return &outcome{}, nil
}

// dropRows removes what SQLite holds of tables; the catalog still knows them.
func (se *session) dropRows(tables []*catalog.Table) error {
	return se.define(func(c *engine.Conn) error {
		for _, t := range tables {
			if _, err := c.Exec("DROP TABLE " + engine.Name(t.Physical)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (se *session) truncateTable(n *ast.TruncateTableStmt) (*outcome, error) {
	db, err := se.dbOf(n.Table)
	if err != nil {
		return nil, err
	}
	t, err := se.userTable(db, n.Table.Name.O, "DROP")
	if err != nil {
		return nil, err
	}
	for _, r := range se.server.catalog.Referencing(db, t.Name) {
		if r.Table.Physical != t.Physical {
			const cannotTruncate = 1701
			return nil, mysql.NewError(cannotTruncate, fmt.Sprintf(
				"Cannot truncate a table referenced in a foreign key constraint (`%s`.`%s`, CONSTRAINT `%s`)", r.Table.DB, r.Table.Name, r.Key.Name))
		}
	}
	err = se.define(func(c *engine.Conn) error {
		if _, err := c.Exec("DELETE FROM " + engine.Name(t.Physical)); err != nil {
			return err
		}
		if _, ok := t.AutoColumn(); !ok {
			return nil
		}
		_, err := c.Exec("DELETE FROM sqlite_sequence WHERE name = ?", t.Physical)
		return err
	})
	return &outcome{}, err
}
