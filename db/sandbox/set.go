package sandbox

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/charset"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/engine"
	"keyturn/db/sandbox/mysqlerr"
)

// set is SET: variables, names, and the transaction's characteristics, which
// the grammar gives as variables.
func (se *session) set(n *ast.SetStmt) (*outcome, error) {
	for _, a := range n.Variables {
		if err := se.assign(a); err != nil {
			return nil, err
		}
	}
	return &outcome{}, nil
}

func (se *session) assign(a *ast.VariableAssignment) error {
	switch a.Name {
	case ast.SetNames, ast.SetCharset:
		return se.setNames(a)
	}
	name := strings.ToLower(a.Name)
	if name == "tx_isolation_one_shot" {
		name = "transaction_isolation"
	}
	if strings.HasPrefix(name, "tx_") && !se.server.is57() {
		name = "transaction_" + strings.TrimPrefix(name, "tx_")
	}
	value, isDefault, err := se.assigned(a, name)
	if err != nil {
		return err
	}
	if !a.IsSystem {
		se.variables["@"+name] = value
		return nil
	}
	v, known := systemVariables()[name]
	_, present := se.server.systemValue(name)
	switch {
	case !known || !present:
		return mysqlerr.New(mysql.ER_UNKNOWN_SYSTEM_VARIABLE, name)
	case v.readOnly:
		return mysql.NewError(mysql.ER_INCORRECT_GLOBAL_LOCAL_VAR, "Variable '"+name+"' is a read only variable")
	case a.IsGlobal || a.IsInstance:
		return se.setGlobal()
	case v.global:
		return mysql.NewError(mysql.ER_GLOBAL_VARIABLE, "Variable '"+name+"' is a GLOBAL variable and should be set with SET GLOBAL")
	}
	text := v.value
	if !isDefault {
		if text, err = checked(name, v, value); err != nil {
			return err
		}
	}
	switch name {
	case "autocommit":
		return se.setAutocommit(text == "ON")
	case "sql_mode": // which changes the grammar too: ANSI_QUOTES, PIPES_AS_CONCAT
		mode, err := pm.GetSQLMode(strings.ToUpper(text))
		if err != nil {
			return mysqlerr.New(mysql.ER_WRONG_VALUE_FOR_VAR, name, text)
		}
		se.parser.SetSQLMode(mode)
	}
	se.variables[name] = text
	return nil
}

// setGlobal refuses: on RDS only a parameter group sets a global variable.
func (se *session) setGlobal() error {
	return mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "SUPER or SYSTEM_VARIABLES_ADMIN")
}

// assigned is the value that a SET gives; a bare word is a string.
func (se *session) assigned(a *ast.VariableAssignment, name string) (value any, isDefault bool, err error) {
	switch e := a.Value.(type) {
	case *ast.DefaultExpr:
		return nil, true, nil
	case *ast.ColumnNameExpr:
		return e.Name.Name.O, false, nil
	case ast.ValueExpr:
		return plain(e.GetValue()), false, nil
	}
	value, err = se.evaluate(a.Value)
	return value, false, err
}

// checked turns a value into what the variable stores.
func checked(name string, v systemVariable, value any) (string, error) {
	text := fmt.Sprint(value)
	wrong := mysqlerr.New(mysql.ER_WRONG_VALUE_FOR_VAR, name, text)
	switch {
	case value == nil:
		if name == "character_set_results" {
			return "", nil
		}
		return "", mysqlerr.New(mysql.ER_WRONG_VALUE_FOR_VAR, name, "NULL")
	case v.number:
		if _, err := strconv.ParseUint(text, 10, 64); err != nil {
			return "", mysqlerr.New(mysql.ER_WRONG_TYPE_FOR_VAR, name)
		}
	case v.value == "ON" || v.value == "OFF":
		switch strings.ToUpper(text) {
		case "1", "ON", "TRUE":
			return "ON", nil
		case "0", "OFF", "FALSE":
			return "OFF", nil
		}
		return "", wrong
	case name == "transaction_isolation" && strings.EqualFold(text, "SERIALIZABLE"):
		return "", mysqlerr.Beyond("ISOLATION LEVEL SERIALIZABLE")
	case name == "time_zone":
		if _, ok := engine.Location(text); !ok {
			return "", mysqlerr.New(mysql.ER_UNKNOWN_TIME_ZONE, text)
		}
	case strings.HasPrefix(name, "character_set_"):
		if _, err := charset.GetCharsetInfo(text); err != nil {
			return "", mysqlerr.New(mysql.ER_UNKNOWN_CHARACTER_SET, text)
		}
	case strings.HasPrefix(name, "collation_"):
		if _, err := charset.GetCollationByName(text); err != nil {
			return "", mysqlerr.New(mysql.ER_UNKNOWN_COLLATION, text)
		}
	}
	return text, nil
}

// setNames is SET NAMES and SET CHARACTER SET. Whatever is chosen, text
// travels as UTF-8.
func (se *session) setNames(a *ast.VariableAssignment) error {
	name := "utf8mb4"
	if v, ok := a.Value.(ast.ValueExpr); ok {
		name = strings.ToLower(v.GetString())
	}
	info, err := charset.GetCharsetInfo(name)
	if err != nil {
		return mysqlerr.New(mysql.ER_UNKNOWN_CHARACTER_SET, name)
	}
	collation := info.DefaultCollation
	switch name {
	case "utf8mb4":
		collation = "utf8mb4_0900_ai_ci"
	case "utf8", "utf8mb3": // one and the same, whose default the parser does not share
		name, collation = "utf8mb3", "utf8mb3_general_ci"
	}
	if a.ExtendValue != nil {
		collation = a.ExtendValue.GetString()
		if _, err := charset.GetCollationByName(collation); err != nil {
			return mysqlerr.New(mysql.ER_UNKNOWN_COLLATION, collation)
		}
	}
	se.variables["character_set_client"] = name
	se.variables["character_set_results"] = name
	se.variables["character_set_connection"] = name
	se.variables["collation_connection"] = collation
	return nil
}
