package sandbox

import (
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

func (se *session) createDatabase(n *ast.CreateDatabaseStmt) (*outcome, error) {
	name := n.Name.O
	if err := se.needOnDB(name, pm.CreatePriv); err != nil {
		return nil, err
	}
	charset, collation := databaseOptions(n.Options)
	if slices.Contains(systemDatabases, canonicalDB(name)) || !se.server.catalog.CreateDatabase(name, charset, collation) {
		if _, err := se.tolerated(n.IfNotExists, mysqlerr.New(mysql.ER_DB_CREATE_EXISTS, name)); err != nil {
			return nil, err
		}
	}
	return &outcome{affected: 1}, nil
}

func databaseOptions(options []*ast.DatabaseOption) (charset, collation string) {
	charset, collation = "utf8mb4", "utf8mb4_0900_ai_ci"
	for _, o := range options {
		switch o.Tp {
		case ast.DatabaseOptionCharset:
			charset, collation = o.Value, o.Value+"_general_ci"
			if o.Value == "utf8mb4" {
				collation = "utf8mb4_0900_ai_ci"
			}
		case ast.DatabaseOptionCollate:
			collation = o.Value
			charset, _, _ = strings.Cut(collation, "_")
		}
	}
	return charset, collation
}

func (se *session) dropDatabase(n *ast.DropDatabaseStmt) (*outcome, error) {
	name := n.Name.O
	if err := se.needOnDB(name, pm.DropPriv); err != nil {
		return nil, err
	}
	if slices.Contains(systemDatabases, canonicalDB(name)) {
		return nil, se.deniedDB(name)
	}
	if !se.server.catalog.HasDatabase(name) {
		return se.tolerated(n.IfExists, mysqlerr.New(mysql.ER_DB_DROP_EXISTS, name))
	}
	tables := se.server.catalog.Tables(name)
	for _, t := range tables {
		for _, r := range se.server.catalog.Referencing(name, t.Name) {
			if r.Table.DB != name {
				return nil, mysqlerr.New(mysqlerr.CannotDropReferenced, t.Name, r.Key.Name, r.Table.Name)
			}
		}
	}
	if err := se.dropRows(tables); err != nil {
		return nil, err
	}
	se.server.catalog.DropDatabase(name)
	if se.db == name {
		se.db = ""
	}
	return &outcome{affected: uint64(len(tables))}, nil
}

// needOnDB is error 1044 for those without a privilege on a database.
func (se *session) needOnDB(db string, privilege pm.PrivilegeType) error {
	if se.server.accounts.Holds(se.account, db, "")&privilege == 0 {
		return se.deniedDB(db)
	}
	return nil
}

// define runs f where it may change definitions: outside any transaction, with
// foreign keys left alone.
func (se *session) define(f func(*engine.Conn) error) error {
	return se.tables.Write(se.ctx, engine.Mode{Wait: se.lockWait(), Unchecked: true}, f)
}
