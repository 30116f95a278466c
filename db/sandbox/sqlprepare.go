package sandbox

import (
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

// prepare is PREPARE name FROM text: the statement is kept as text.
func (se *session) prepare(n *ast.PrepareStmt) (*outcome, error) {
	text := n.SQLText
	if n.SQLVar != nil {
		v, err := se.Variable(n.SQLVar)
		if err != nil {
			return nil, err
		}
		text = fmt.Sprint(v)
	}
	st, err := se.parseOne(text)
	if err != nil {
		return nil, err
	}
	switch st.node.(type) {
	case *ast.PrepareStmt, *ast.ExecuteStmt, *ast.DeallocateStmt:
		return nil, mysqlerr.New(mysql.ER_UNSUPPORTED_PS)
	}
	se.prepared[strings.ToLower(n.Name)] = &statement{text: text, params: st.params}
	return &outcome{}, nil
}

func (se *session) executePrepared(n *ast.ExecuteStmt) (*outcome, error) {
	kept, ok := se.prepared[strings.ToLower(n.Name)]
	if !ok {
		return nil, unknownPrepared(n.Name, "EXECUTE")
	}
	if len(n.UsingVars) != kept.params {
		return nil, mysqlerr.New(mysql.ER_WRONG_ARGUMENTS, "EXECUTE")
	}
	st, err := se.parseOne(kept.text)
	if err != nil {
		return nil, err
	}
	for _, e := range n.UsingVars {
		v, err := se.evaluate(e)
		if err != nil {
			return nil, err
		}
		st.args = append(st.args, v)
	}
	return se.carryOut(st)
}

func (se *session) deallocate(n *ast.DeallocateStmt) (*outcome, error) {
	if _, ok := se.prepared[strings.ToLower(n.Name)]; !ok {
		return nil, unknownPrepared(n.Name, "DEALLOCATE PREPARE")
	}
	delete(se.prepared, strings.ToLower(n.Name))
	return &outcome{}, nil
}

func unknownPrepared(name, command string) error {
	return mysql.NewError(mysql.ER_UNKNOWN_STMT_HANDLER,
		fmt.Sprintf("Unknown prepared statement handler (%s) given to %s", name, command))
}
