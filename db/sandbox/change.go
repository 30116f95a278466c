package sandbox

import (
	"errors"
	"strconv"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/translate"
)

// insert is INSERT and REPLACE.
func (se *session) insert(n *ast.InsertStmt) (*outcome, error) {
	commands := []string{"INSERT"}
	if n.IsReplace {
		commands = append(commands, "DELETE")
	}
	if len(n.OnDuplicate) > 0 {
		commands = append(commands, "UPDATE")
	}
	sc, t, err := se.changing(n, n.Table, commands...)
	if err != nil {
		return nil, err
	}
	q, err := translate.Insert(n, t, sc)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	err = sc.change(t.Table, func(c *engine.Conn) error {
		before, err := rowCount(c, t.Physical)
		if err != nil {
			return err
		}
		done, err := c.Exec(q.SQL)
		if err != nil {
			return sc.ignored(n.IgnoreErr, sc.explainChange(c, t.Table, err, q.SQL))
		}
		after, err := rowCount(c, t.Physical)
		if err != nil {
			return err
		}
		se.count(o, n, t.Table, done, after-before, q.Numbers)
		return nil
	})
	return o, err
}

// count tells what MySQL's client is told of an INSERT: a row that replaced or
// updated another counts twice; the number of the first row that was numbered.
// https://dev.mysql.com/doc/refman/8.4/en/mysql-affected-rows.html
func (se *session) count(o *outcome, n *ast.InsertStmt, t *catalog.Table, done engine.Changes, added int64, numbers bool) {
	affected := done.Rows
	switch {
	case n.IsReplace:
		affected += done.Rows - added
	case len(n.OnDuplicate) > 0:
		affected = added + 2*(done.Rows-added)
	}
	o.affected = uint64(affected)
	if _, ok := t.AutoColumn(); !ok || added == 0 && !n.IsReplace || done.Rows == 0 {
		return
	}
	o.insertID = uint64(done.InsertID)
	if numbers {
		o.insertID = uint64(done.InsertID - done.Rows + 1)
		if len(n.OnDuplicate) > 0 {
			o.insertID = uint64(done.InsertID - added + 1)
		}
		se.insertID = int64(o.insertID)
	}
}

func (se *session) update(n *ast.UpdateStmt) (*outcome, error) {
	sc, t, err := se.changing(n, n.TableRefs, "UPDATE")
	if err != nil {
		return nil, err
	}
	query, err := translate.Update(n, t, sc, se.conn.HasCapability(mysql.CLIENT_FOUND_ROWS))
	if err != nil {
		return nil, err
	}
	return sc.execute(t.Table, query, n.IgnoreErr)
}

func (se *session) delete(n *ast.DeleteStmt) (*outcome, error) {
	if n.IsMultiTable {
		return nil, mysqlerr.Beyond("DELETE from several tables")
	}
	sc, t, err := se.changing(n, n.TableRefs, "DELETE")
	if err != nil {
		return nil, err
	}
	query, err := translate.Delete(n, t, sc)
	if err != nil {
		return nil, err
	}
	return sc.execute(t.Table, query, false)
}

// changing finds the one table that a statement changes, for those who may.
func (se *session) changing(n ast.StmtNode, refs *ast.TableRefsClause, commands ...string) (*scope, translate.Target, error) {
	target := translate.Target{}
	name, alias, err := translate.TargetOf(refs)
	if err != nil {
		return nil, target, err
	}
	db, err := se.dbOf(name)
	if err != nil {
		return nil, target, err
	}
	if t, ok := findSystemTable(db, name.Name.O); ok {
		return nil, target, se.deniedTable(commands[0], t.name)
	}
	for _, command := range commands {
		if target.Table, err = se.userTable(db, name.Name.O, command); err != nil {
			return nil, target, err
		}
	}
	target.Alias = alias
	return se.newScope(n), target, se.checkZone(target.Table)
}

// execute runs a change whose rows count as SQLite counts them.
func (sc *scope) execute(t *catalog.Table, query string, ignore bool) (*outcome, error) {
	o := &outcome{}
	err := sc.change(t, func(c *engine.Conn) error {
		done, err := c.Exec(query)
		if err != nil {
			return sc.ignored(ignore, sc.explainChange(c, t, err, query))
		}
		o.affected = uint64(done.Rows)
		return nil
	})
	return o, err
}

// ignored is the error of a statement with IGNORE: MySQL changes what does not
// fit until it does, this server only leaves out rows that are there already.
func (sc *scope) ignored(ignore bool, err error) error {
	var e *mysql.MyError
	if err = sc.explain(err); ignore && errors.As(err, &e) && e.Code != mysql.ER_NOT_SUPPORTED_YET {
		return mysqlerr.Beyond("IGNORE of error " + strconv.Itoa(int(e.Code)))
	}
	return err
}

// change runs f where it may change tables, with the system tables it reads.
func (sc *scope) change(t *catalog.Table, f func(*engine.Conn) error) error {
	err := sc.write(func(c *engine.Conn) error {
		switch current, ok := sc.server.catalog.Table(t.DB, t.Name); {
		case !ok: // dropped meanwhile
			return mysqlerr.New(mysql.ER_NO_SUCH_TABLE, t.DB, t.Name)
		case current != t:
			return mysqlerr.New(mysql.ER_TABLE_DEF_CHANGED)
		}
		drop, err := sc.fill(c)
		if err != nil {
			return err
		}
		defer drop()
		return f(c)
	})
	if err != nil {
		return sc.explain(err)
	}
	return nil
}

// write changes tables in the session's transaction, or at once outside one.
func (se *session) write(f func(*engine.Conn) error) error {
	if readOnly, _ := se.systemValue("transaction_read_only"); readOnly == "ON" || se.readOnly {
		const cannotExecuteInReadOnly = 1792
		e := mysql.NewError(cannotExecuteInReadOnly, "Cannot execute statement in a READ ONLY transaction.")
		e.State = "25006"
		return e
	}
	mode := engine.Mode{InTransaction: se.inTransaction(), Wait: se.lockWait(), Unchecked: !se.checksReferences()}
	err := se.tables.Write(se.ctx, mode, f)
	se.showTransaction()
	return err
}

// lockWait is innodb_lock_wait_timeout.
func (se *session) lockWait() time.Duration {
	value, _ := se.systemValue("innodb_lock_wait_timeout")
	seconds, err := strconv.Atoi(value)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func rowCount(c *engine.Conn, physical string) (int64, error) {
	rows, err := c.Query("SELECT count(*) FROM main." + engine.Name(physical))
	if err != nil {
		return 0, err
	}
	n, _ := rows[0][0].(int64)
	return n, nil
}
