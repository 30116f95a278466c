package sandbox

import (
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

// variables are a session's own: the system variables it set, by name, and the
// user's, with an @ before it.
type variables map[string]any

// Variable implements translate.Environment.
func (se *session) Variable(n *ast.VariableExpr) (any, error) {
	if !n.IsSystem {
		return se.variables["@"+strings.ToLower(n.Name)], nil
	}
	name := strings.ToLower(n.Name)
	if n.IsGlobal {
		v, ok := se.server.systemValue(name)
		if !ok {
			return nil, mysqlerr.New(mysql.ER_UNKNOWN_SYSTEM_VARIABLE, name)
		}
		return shownAs(name, v), nil
	}
	if n.ExplicitScope && systemVariables()[name].global {
		return nil, mysql.NewError(mysql.ER_INCORRECT_GLOBAL_LOCAL_VAR, "Variable '"+name+"' is a GLOBAL variable")
	}
	v, ok := se.systemValue(name)
	if !ok {
		return nil, mysqlerr.New(mysql.ER_UNKNOWN_SYSTEM_VARIABLE, name)
	}
	return shownAs(name, v), nil
}

// systemValue is a system variable as the session sees it.
func (se *session) systemValue(name string) (string, bool) {
	global, ok := se.server.systemValue(name)
	if !ok {
		return "", false
	}
	switch name {
	case "autocommit":
		return onOff(se.conn.IsAutoCommit()), true
	case "last_insert_id", "identity":
		return strconv.FormatInt(se.insertID, 10), true
	case "pseudo_thread_id":
		return strconv.FormatUint(uint64(se.id), 10), true
	case "warning_count":
		return strconv.Itoa(len(se.warnings)), true
	case "error_count":
		return strconv.Itoa(se.errorCount()), true
	case "timestamp":
		return strconv.FormatFloat(float64(se.server.now().UnixMicro())/1e6, 'f', 6, 64), true
	}
	if v, ok := se.variables[name].(string); ok {
		return v, true
	}
	return global, true
}

// shownAs is a variable's value in a SELECT: switches are numbers there.
func shownAs(name, value string) any {
	v := systemVariables()[name]
	if v.number {
		if i, err := strconv.ParseInt(value, 10, 64); err == nil {
			return i
		}
		return value
	}
	switch value {
	case "ON":
		return int64(1)
	case "OFF":
		return int64(0)
	}
	return value
}

func onOff(on bool) string {
	if on {
		return "ON"
	}
	return "OFF"
}

func (se *session) errorCount() int {
	n := 0
	for _, w := range se.warnings {
		if w.level == "Error" {
			n++
		}
	}
	return n
}
