package sandbox

import (
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/mysqlerr"
)

// visibleDatabases are those that the session's account has something on.
func (se *session) visibleDatabases() []string {
	all := append(se.server.catalog.Databases(), systemDatabases...)
	slices.Sort(all)
	showAll := se.holds("SHOW DATABASES", "", "")
	return slices.DeleteFunc(all, func(db string) bool { return !showAll && !se.sees(db, "") })
}

// visibleTables are all tables that the account has something on.
func (se *session) visibleTables() []*catalog.Table {
	var tables []*catalog.Table
	for _, db := range se.server.catalog.Databases() {
		for _, t := range se.server.catalog.Tables(db) {
			if se.sees(db, t.Name) {
				tables = append(tables, t)
			}
		}
	}
	return tables
}

// visibleSystemTables are those of the server's own tables that the account may
// read.
func (se *session) visibleSystemTables() []systemTable {
	return slices.DeleteFunc(systemTables(), func(t systemTable) bool { return !se.reads(t) })
}

// reads reports whether the account may read a system table: MySQL's own takes
// a privilege.
func (se *session) reads(t systemTable) bool {
	return t.db != "mysql" || se.holds("SELECT", t.db, t.name)
}

// shownDB is the database that SHOW or USE names, for those who see it.
func (se *session) shownDB(name string) (string, error) {
	if name == "" {
		name = se.db
	}
	name = canonicalDB(name)
	switch {
	case name == "":
		return "", mysqlerr.New(mysql.ER_NO_DB_ERROR)
	case !se.sees(name, ""):
		return "", se.deniedDB(name)
	case !se.server.hasDatabase(name):
		return "", mysqlerr.New(mysql.ER_BAD_DB_ERROR, name)
	}
	return name, nil
}

// shownTable is the database of the table that a SHOW is about, for those who
// see the table.
func (se *session) shownTable(n *ast.ShowStmt) (db string, err error) {
	if n.DBName != "" {
		n.Table.Schema = ast.NewCIStr(n.DBName)
	}
	if db, err = se.dbOf(n.Table); err != nil {
		return "", err
	}
	if t, ok := findSystemTable(db, n.Table.Name.O); ok && se.reads(t) {
		return db, nil
	}
	switch {
	case !se.sees(db, n.Table.Name.O):
		return "", se.deniedTable("SELECT", n.Table.Name.O)
	case !se.server.hasDatabase(db):
		return "", mysqlerr.New(mysql.ER_BAD_DB_ERROR, db)
	}
	if _, ok := se.server.catalog.Table(db, n.Table.Name.O); !ok {
		return "", mysqlerr.New(mysql.ER_NO_SUCH_TABLE, db, n.Table.Name.O)
	}
	return db, nil
}
