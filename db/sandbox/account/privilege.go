package account

import (
	"slices"
	"strings"
)

// Set is a set of privileges, by the names that statements give them.
type Set map[string]bool

// GrantOption is the right to pass on whatever one holds on a level.
const GrantOption = "GRANT OPTION"

// SetOf is the set of all of these.
func SetOf(privileges ...string) Set {
	s := Set{}
	for _, p := range privileges {
		s[p] = true
	}
	return s
}

// among are those of a list that are in the set.
func (s Set) among(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(p string) bool { return !s[p] })
}

// What ALL stands for on *.* and on a database, in the order of SHOW GRANTS.
var (
	onServer = listed(`SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, SHUTDOWN, PROCESS, FILE, REFERENCES,
		INDEX, ALTER, SHOW DATABASES, SUPER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE,
		REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER,
		CREATE TABLESPACE, CREATE ROLE, DROP ROLE`)
	onDatabase = listed(`SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER,
		CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT,
		TRIGGER`)
)

func listed(names string) []string {
	list := strings.Split(names, ",")
	for i, name := range list {
		list[i] = strings.TrimSpace(name)
	}
	return list
}
