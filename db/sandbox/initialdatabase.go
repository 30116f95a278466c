package sandbox

import (
	"fmt"
	"slices"

	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// CreateDatabase makes an empty database with the server's character set, as
// RDS does for an instance whose DBName is given.
func (s *Server) CreateDatabase(name string) error {
	charset, collation := databaseOptions(nil)
	if slices.Contains(systemDatabases, canonicalDB(name)) || !s.catalog.CreateDatabase(name, charset, collation) {
		return fmt.Errorf("create database %s: %w", name, mysqlerr.New(mysql.ER_DB_CREATE_EXISTS, name))
	}
	return nil
}
