package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// CreateDatabase makes an empty database with the server's character set, as
// RDS does for an instance whose DBName is given.
func (s *Server) CreateDatabase(name string) error {
	if !s.addDatabase(name, nil) {
		return fmt.Errorf("create database %s: %w", name, mysqlerr.New(mysql.ER_DB_CREATE_EXISTS, name))
	}
	return nil
}

// addDatabase makes a database unless there is one of that name.
func (s *Server) addDatabase(name string, options []*ast.DatabaseOption) bool {
	charset, collation := databaseOptions(options)
	return !slices.Contains(systemDatabases, canonicalDB(name)) && s.catalog.CreateDatabase(name, charset, collation)
}

func (se *session) createDatabase(n *ast.CreateDatabaseStmt) (*outcome, error) {
	name := n.Name.O
	if err := se.needOnDB(name, "CREATE"); err != nil {
		return nil, err
	}
	if !se.server.addDatabase(name, n.Options) {
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
