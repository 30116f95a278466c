package sandbox

import (
	"slices"
	"strings"
)

// systemDatabases are the server's own.
var systemDatabases = []string{"information_schema", "mysql", "performance_schema", "sys"}

// UseDB answers COM_INIT_DB. While a client signs in, the library asks before
// it has checked the password: the wish is kept until then.
func (se *session) UseDB(name string) error {
	if se.conn == nil {
		se.wantedDB = name
		return nil
	}
	if err := se.useDB(name); err != nil {
		return se.refuse(err)
	}
	return nil
}

func (se *session) useDB(name string) error {
	db, err := se.shownDB(name)
	if err == nil {
		se.db = db
	}
	return err
}

// canonicalDB folds the case of information_schema, which alone has none.
func canonicalDB(name string) string {
	if strings.EqualFold(name, "information_schema") {
		return "information_schema"
	}
	return name
}

func (s *Server) hasDatabase(name string) bool {
	return slices.Contains(systemDatabases, name) || s.catalog.HasDatabase(name)
}
