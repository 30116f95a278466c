package sandbox

import (
	"errors"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// begin starts a transaction that lasts until COMMIT or ROLLBACK. It ends LOCK
// TABLES.
func (se *session) begin(n *ast.BeginStmt) (*outcome, error) {
	se.tables.LetGo()
	se.explicit, se.readOnly = true, n.ReadOnly
	se.showTransaction()
	return &outcome{}, nil
}

// inTransaction reports whether what the session changes waits for a COMMIT.
func (se *session) inTransaction() bool { return se.explicit || !se.conn.IsAutoCommit() }

// commit ends the transaction in progress, if any.
func (se *session) commit() error { return se.endTransaction(se.tables.Commit) }

func (se *session) endTransaction(end func() error) error {
	err := end()
	se.explicit, se.readOnly = false, false
	se.showTransaction()
	return err
}

func (se *session) rollback(n *ast.RollbackStmt) (*outcome, error) {
	if n.SavepointName != "" {
		return &outcome{}, se.rollbackTo(n.SavepointName)
	}
	return &outcome{}, se.endTransaction(se.tables.Rollback)
}

// setAutocommit turns autocommit on and off; turning it on commits.
func (se *session) setAutocommit(on bool) error {
	if !on {
		se.conn.UnsetStatus(mysql.SERVER_STATUS_AUTOCOMMIT)
		return nil
	}
	if se.conn.IsAutoCommit() {
		return nil
	}
	se.conn.SetStatus(mysql.SERVER_STATUS_AUTOCOMMIT)
	return se.commit()
}

// showTransaction tells the client, in every answer's status, whether a
// transaction is open.
func (se *session) showTransaction() {
	if se.explicit || se.tables.Writing() {
		se.conn.SetInTransaction()
	} else {
		se.conn.ClearInTransaction()
	}
}

// lockTables is LOCK TABLES. There is one write lock: whichever tables are
// named, nobody else writes until UNLOCK TABLES.
func (se *session) lockTables(n *ast.LockTablesStmt) error {
	for _, l := range n.TableLocks {
		db, err := se.dbOf(l.Table)
		if err != nil {
			return err
		}
		if err := se.needOnDB(db, "LOCK TABLES"); err != nil {
			return err
		}
		if _, err := se.userTable(db, l.Table.Name.O, "SELECT"); err != nil {
			return err
		}
	}
	return se.tables.Hold(se.ctx, se.lockWait())
}

// savepoint marks a place to roll back to. Outside a transaction it marks
// nothing, as in MySQL.
func (se *session) savepoint(name string) error {
	if !se.inTransaction() {
		return nil
	}
	err := se.tables.Savepoint(se.ctx, engine.Mode{Wait: se.lockWait()}, name)
	se.showTransaction()
	return err
}

func (se *session) rollbackTo(name string) error {
	return missingSavepoint(se.tables.AtSavepoint("ROLLBACK TO", name), name)
}

func (se *session) releaseSavepoint(name string) error {
	return missingSavepoint(se.tables.AtSavepoint("RELEASE", name), name)
}

func missingSavepoint(err error, name string) error {
	if errors.Is(err, engine.ErrNoSavepoint) {
		return mysqlerr.New(mysql.ER_SP_DOES_NOT_EXIST, "SAVEPOINT", name)
	}
	return err
}
