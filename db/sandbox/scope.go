package sandbox

import (
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/rowset"
)

// scope is what one statement may name. It implements translate.Environment.
type scope struct {
	*session
	node   ast.StmtNode
	system map[string]systemTable // that the statement reads, by SQLite's name
}

func (se *session) newScope(n ast.StmtNode) *scope {
	return &scope{session: se, node: n, system: map[string]systemTable{}}
}

// Table implements translate.Environment.
func (sc *scope) Table(n *ast.TableName) (string, []rowset.Column, error) {
	db, err := sc.dbOf(n)
	if err != nil {
		return "", nil, err
	}
	if t, ok := findSystemTable(db, n.Name.O); ok {
		if !sc.reads(t) {
			return "", nil, sc.deniedTable("SELECT", t.name)
		}
		t.found = t.rows(sc.session)
		sc.system[t.physical()] = t
		return t.physical(), t.columns, nil
	}
	t, err := sc.userTable(db, n.Name.O, "SELECT")
	if err != nil {
		return "", nil, err
	}
	return t.Physical, rowset.OfTable(t, n.Name.O), sc.checkZone(t)
}

// checkZone keeps a session in another time zone from a table with a TIMESTAMP,
// whose values are kept, and shown, in UTC.
func (se *session) checkZone(t *catalog.Table) error {
	zone, _ := se.systemValue("time_zone")
	location, _ := engine.Location(zone)
	if location.String() != "UTC" && zone != "+00:00" && t.HasTimestamp() {
		return mysqlerr.Beyond("TIMESTAMP in a time_zone other than UTC")
	}
	return nil
}

// dbOf is the database that a table's name is in.
func (se *session) dbOf(n *ast.TableName) (string, error) {
	switch {
	case n.Schema.O != "":
		return canonicalDB(n.Schema.O), nil
	case se.db != "":
		return se.db, nil
	}
	return "", mysqlerr.New(mysql.ER_NO_DB_ERROR)
}

// userTable finds a table, for those who may do that with it.
func (se *session) userTable(db, name, command string) (*catalog.Table, error) {
	if !se.holds(command, db, name) {
		return nil, se.deniedTable(command, name)
	}
	if !se.server.hasDatabase(db) {
		return nil, mysqlerr.New(mysql.ER_BAD_DB_ERROR, db)
	}
	t, ok := se.server.catalog.Table(db, name)
	if !ok {
		if db == "information_schema" {
			return nil, mysql.NewError(mysql.ER_UNKNOWN_TABLE, "Unknown table '"+strings.ToUpper(name)+"' in information_schema")
		}
		return nil, mysqlerr.New(mysql.ER_NO_SUCH_TABLE, db, name)
	}
	return t, nil
}
