package sandbox

import (
	"github.com/go-mysql-org/go-mysql/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

// deniedDB is error 1044, which names the account.
func (se *session) deniedDB(db string) error {
	return mysqlerr.New(mysql.ER_DBACCESS_DENIED_ERROR, se.account.Name.User, se.account.Name.Host, db)
}

// deniedTable is error 1142, which names the user and its machine.
func (se *session) deniedTable(command, table string) error {
	return mysqlerr.New(mysql.ER_TABLEACCESS_DENIED_ERROR, command, se.account.Name.User, se.host, table)
}
