package sandbox

import (
	"fmt"
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// CreateDatabase makes an empty database with the server's character set, as
// RDS does for an instance whose DBName is given.
func (s *Server) CreateDatabase(name string) error {
	if !s.addDatabase(name, catalog.DefaultCollation) {
		return fmt.Errorf("create database %s: %w", name, mysqlerr.New(mysql.ER_DB_CREATE_EXISTS, name))
	}
	return nil
}

// addDatabase makes a database unless there is one of that name.
func (s *Server) addDatabase(name, collation string) bool {
	return !slices.Contains(systemDatabases, canonicalDB(name)) && s.catalog.CreateDatabase(name, collation)
}

func (se *session) createDatabase(n *ast.CreateDatabaseStmt) (*outcome, error) {
	name, collation := n.Name.O, catalog.DefaultCollation
	if err := se.needOnDB(name, "CREATE"); err != nil {
		return nil, err
	}
	for _, o := range n.Options {
		charset, named := "", ""
		switch o.Tp {
		case ast.DatabaseOptionCharset:
			charset = o.Value
		case ast.DatabaseOptionCollate:
			named, collation = o.Value, o.Value
		}
		if err := catalog.CheckCharset(charset, named); err != nil {
			return nil, err
		}
	}
	if !se.server.addDatabase(name, collation) {
		if _, err := se.tolerated(n.IfNotExists, mysqlerr.New(mysql.ER_DB_CREATE_EXISTS, name)); err != nil {
			return nil, err
		}
	}
	return &outcome{affected: 1}, nil
}

func (se *session) dropDatabase(n *ast.DropDatabaseStmt) (*outcome, error) {
	name := n.Name.O
	if err := se.needOnDB(name, "DROP"); err != nil {
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

// define runs f where it may change definitions: outside any transaction, with
// foreign keys left alone.
func (se *session) define(f func(*engine.Conn) error) error {
	return se.tables.Write(se.ctx, engine.Mode{Wait: se.lockWait(), Unchecked: true}, f)
}
