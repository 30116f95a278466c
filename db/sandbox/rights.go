package sandbox

import (
	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// holds reports whether the session's account has a privilege on a table, a
// database (table empty) or the server (both empty).
func (se *session) holds(privilege, db, table string) bool {
	return se.server.accounts.Now(se.account).Holds(privilege, db, table)
}

// sees reports whether the account may do anything with a table or, where
// table is empty, with a database or a table in it. Everybody sees
// information_schema.
func (se *session) sees(db, table string) bool {
	return db == "information_schema" || se.server.accounts.Now(se.account).Sees(db, table)
}

// need is error 1227 for those without a privilege on the server.
func (se *session) need(privilege string) error {
	if !se.holds(privilege, "", "") {
		return mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, privilege)
	}
	return nil
}

// needOnDB is error 1044 for those without a privilege on a database.
func (se *session) needOnDB(db, privilege string) error {
	if !se.holds(privilege, db, "") {
		return se.deniedDB(db)
	}
	return nil
}

// deniedDB is error 1044, which names the account.
func (se *session) deniedDB(db string) error {
	return mysqlerr.New(mysql.ER_DBACCESS_DENIED_ERROR, se.account.Name.User, se.account.Name.Host, db)
}

// deniedTable is error 1142, which names the user and its machine.
func (se *session) deniedTable(command, table string) error {
	return mysqlerr.New(mysql.ER_TABLEACCESS_DENIED_ERROR, command, se.account.Name.User, se.host, table)
}
