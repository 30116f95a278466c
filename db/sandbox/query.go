package sandbox

import (
	"errors"
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/rowset"
)

// outcome is what a statement answers: rows, or what it changed.
type outcome struct {
	rows     *rowset.Rowset
	affected uint64
	insertID uint64
}

func (o *outcome) encode(se *session, prepared bool) *mysql.Result {
	var r *mysql.Result
	if o.rows != nil {
		r = o.rows.Encode(prepared)
	} else {
		r = mysql.NewResultReserveResultset(0)
		r.AffectedRows, r.InsertId = o.affected, o.insertID
	}
	r.Warnings = uint16(len(se.warnings))
	se.conn.SetWarnings(r.Warnings)
	return r
}

// HandleQuery answers COM_QUERY. Of several statements every answer but the
// last is sent from here.
func (se *session) HandleQuery(query string) (*mysql.Result, error) {
	statements, err := se.parse(query)
	if err != nil {
		return nil, se.refuse(err)
	}
	if len(statements) > 1 && !se.conn.HasCapability(mysql.CLIENT_MULTI_STATEMENTS) {
		return nil, se.refuse(syntaxError(statements[1].Text(), 1))
	}
	for _, n := range statements {
		if p := parameters(n); len(p) > 0 { // only a prepared statement has values for them
			return nil, se.refuse(syntaxError(query[p[0].Offset:], 1))
		}
	}
	for _, n := range statements[:len(statements)-1] {
		o, err := se.run(n)
		if err != nil {
			return nil, err
		}
		se.conn.SetStatus(mysql.SERVER_MORE_RESULTS_EXISTS)
		err = se.conn.WriteValue(o.encode(se, false))
		se.conn.UnsetStatus(mysql.SERVER_MORE_RESULTS_EXISTS)
		if err != nil {
			return nil, err
		}
	}
	o, err := se.run(statements[len(statements)-1])
	if err != nil {
		return nil, err
	}
	return o.encode(se, false), nil
}

// run carries one statement out. Its error is always one of MySQL's.
func (se *session) run(n ast.StmtNode) (*outcome, error) {
	if !keepsWarnings(n) {
		se.warnings = nil
	}
	o, err := se.interruptibly(n)
	if err != nil {
		return nil, se.refuse(err)
	}
	se.rowCount = int64(o.affected)
	if o.rows != nil {
		se.rowCount, se.foundRows = -1, int64(len(o.rows.Rows))
	}
	return o, nil
}

// refuse makes an error one of MySQL's, and what SHOW ERRORS shows.
func (se *session) refuse(err error) error {
	e := se.mysqlError(err)
	se.warnings = append(se.warnings, warning{level: "Error", code: e.Code, message: e.Message})
	se.rowCount = -1
	return e
}

func keepsWarnings(n ast.StmtNode) bool {
	show, ok := n.(*ast.ShowStmt)
	return ok && (show.Tp == ast.ShowWarnings || show.Tp == ast.ShowErrors)
}

// warning is one line of SHOW WARNINGS.
type warning struct {
	level   string
	code    uint16
	message string
}

// addNote adds a note, as IF EXISTS leaves one.
func (se *session) addNote(e *mysql.MyError) {
	se.warnings = append(se.warnings, warning{level: "Note", code: e.Code, message: e.Message})
}

// tolerated is what a statement answers to something that is there already, or
// not there: the error, or with IF [NOT] EXISTS a note.
func (se *session) tolerated(tolerant bool, e *mysql.MyError) (*outcome, error) {
	if !tolerant {
		return nil, e
	}
	se.addNote(e)
	return &outcome{}, nil
}

// mysqlError is the error of MySQL's that says what err says.
func (se *session) mysqlError(err error) *mysql.MyError {
	var known *mysql.MyError
	if errors.As(err, &known) {
		return known
	}
	if e := knownError(err); e != nil {
		return e
	}
	se.server.log.Error("a statement failed", "err", fmt.Sprintf("%T", err))
	return mysql.NewError(mysql.ER_UNKNOWN_ERROR, err.Error())
}
