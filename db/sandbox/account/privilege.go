package account

import (
	"maps"
	"slices"
	"strings"
)

// Set is a set of privileges, by the names that statements give them. The right
// to pass a privilege on is a member of its own, see Option.
type Set map[string]bool

// GrantOption is the right to pass on whatever one holds on a level, but for
// dynamic privileges.
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

// What ALL stands for on *.*, on a database and on a table, in the order of
// SHOW GRANTS.
var (
	onServer = listed(`SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, SHUTDOWN, PROCESS, FILE, REFERENCES,
		INDEX, ALTER, SHOW DATABASES, SUPER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE,
		REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER,
		CREATE TABLESPACE, CREATE ROLE, DROP ROLE`)
	onDatabase = listed(`SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER,
		CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT,
		TRIGGER`)
	onTable = listed(`SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE VIEW, SHOW VIEW,
		TRIGGER`)
)

// dynamic are the privileges that MySQL 8.4 registers at run time, all of them
// on *.*. https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html
var dynamic = listed(`ALLOW_NONEXISTENT_DEFINER, APPLICATION_PASSWORD_ADMIN, AUDIT_ABORT_EXEMPT, AUDIT_ADMIN,
	AUTHENTICATION_POLICY_ADMIN, BACKUP_ADMIN, BINLOG_ADMIN, BINLOG_ENCRYPTION_ADMIN, CLONE_ADMIN, CONNECTION_ADMIN,
	ENCRYPTION_KEY_ADMIN, FIREWALL_EXEMPT, FLUSH_OPTIMIZER_COSTS, FLUSH_PRIVILEGES, FLUSH_STATUS, FLUSH_TABLES,
	FLUSH_USER_RESOURCES, GROUP_REPLICATION_ADMIN, GROUP_REPLICATION_STREAM, INNODB_REDO_LOG_ARCHIVE,
	INNODB_REDO_LOG_ENABLE, OPTIMIZE_LOCAL_TABLE, PASSWORDLESS_USER_ADMIN, PERSIST_RO_VARIABLES_ADMIN,
	REPLICATION_APPLIER, REPLICATION_SLAVE_ADMIN, RESOURCE_GROUP_ADMIN, RESOURCE_GROUP_USER, ROLE_ADMIN,
	SENSITIVE_VARIABLES_OBSERVER, SERVICE_CONNECTION_ADMIN, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER, SHOW_ROUTINE,
	SYSTEM_USER, SYSTEM_VARIABLES_ADMIN, TABLE_ENCRYPTION_ADMIN, TELEMETRY_LOG_ADMIN, TRANSACTION_GTID_TAG,
	XA_RECOVER_ADMIN`)

func listed(names string) []string {
	list := strings.Split(names, ",")
	for i, name := range list {
		list[i] = strings.TrimSpace(name)
	}
	return list
}

// IsDynamic reports whether MySQL 8.4 knows a dynamic privilege of that name.
func IsDynamic(name string) bool { return slices.Contains(dynamic, name) }

// Option is the right to pass a privilege on, which each dynamic privilege has
// for itself.
func Option(privilege string) string {
	if IsDynamic(privilege) {
		return privilege + " WITH " + GrantOption
	}
	return GrantOption
}

// WithOptions is the set with the right to pass on what is in it, which a set
// of nothing has too.
func (s Set) WithOptions() Set {
	with := maps.Clone(s)
	for privilege := range s {
		with[Option(privilege)] = true
	}
	if len(s) == 0 {
		with[GrantOption] = true
	}
	return with
}
