package sandbox

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/catalog"
	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// HandleStmtPrepare answers COM_STMT_PREPARE. The text is parsed again for
// every execution, since carrying a statement out changes its tree. The library
// numbers statements from one, those that do not parse included.
func (se *session) HandleStmtPrepare(query string) (params, columns int, context any, err error) {
	se.prepares++
	n, err := se.parseOne(query)
	if err != nil {
		return 0, 0, nil, se.refuse(err)
	}
	params = len(parameters(n))
	se.binary[se.prepares] = &binaryStatement{query: query, params: params}
	return params, 0, se.prepares, nil
}

// HandleStmtClose forgets a statement.
func (se *session) HandleStmtClose(context any) error {
	if id, ok := context.(uint32); ok {
		delete(se.binary, id)
	}
	return nil
}

// HandleStmtExecute is never called: executeStatement answers the command.
func (se *session) HandleStmtExecute(any, string, []any) (*mysql.Result, error) {
	return nil, mysqlerr.New(mysql.ER_UNKNOWN_COM_ERROR)
}

// execute runs a prepared statement.
func (se *session) execute(query string, args []any) (*mysql.Result, error) {
	n, err := se.parseOne(query, args...)
	if err != nil {
		return nil, se.refuse(err)
	}
	o, err := se.run(n)
	if err != nil {
		return nil, err
	}
	return o.encode(se, true), nil
}

// HandleFieldList answers COM_FIELD_LIST, with which the command line learns
// the columns of a table.
func (se *session) HandleFieldList(table, wildcard string) ([]*mysql.Field, error) {
	n, err := se.parseOne("SELECT * FROM " + catalog.Quote(table) + " LIMIT 0")
	if err != nil {
		return nil, se.refuse(err)
	}
	o, err := se.run(n)
	if err != nil {
		return nil, err
	}
	var fields []*mysql.Field
	for _, c := range o.rows.Columns {
		if wildcard == "" || account.Like(strings.ToLower(wildcard), strings.ToLower(c.Name)) {
			const null = 0xfb // the default value, which this command appends
			f := c.Field()
			f.Data = append(f.Dump(), null)
			fields = append(fields, f)
		}
	}
	return fields, nil
}

// plain is a value of the parser as SQLite takes it.
func plain(v any) any {
	switch v := v.(type) {
	case uint64:
		if v <= math.MaxInt64 { // SQLite has no larger integers
			return int64(v)
		}
	case ast.BinaryLiteral:
		return engine.Kept(v.ToString())
	case nil, int64, float64, string, []byte:
		return v
	}
	return fmt.Sprint(v) // a decimal or a large integer
}
