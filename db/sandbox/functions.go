package sandbox

import (
	"strings"
	"time"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/engine"
)

// clocks are the functions that tell the time, by how they write it. Those
// that begin with utc tell it in UTC.
var clocks = map[string]string{
	"now": time.DateTime, "current_timestamp": time.DateTime, "localtime": time.DateTime, "localtimestamp": time.DateTime,
	"sysdate": time.DateTime, "utc_timestamp": time.DateTime,
	"curdate": time.DateOnly, "current_date": time.DateOnly, "utc_date": time.DateOnly,
	"curtime": time.TimeOnly, "current_time": time.TimeOnly, "utc_time": time.TimeOnly,
}

// Function implements translate.Environment: the functions whose value is
// known before the statement runs.
func (se *session) Function(name string, args []ast.ExprNode) (any, bool, error) {
	if layout, ok := clocks[name]; ok {
		now := se.server.now().UTC()
		if !strings.HasPrefix(name, "utc") {
			zone, _ := se.systemValue("time_zone")
			location, _ := engine.Location(zone)
			now = now.In(location)
		}
		return now.Format(layout + fraction(args)), true, nil
	}
	switch name {
	case "version":
		return se.server.version, true, nil
	case "user", "session_user", "system_user":
		return se.user + "@" + se.host, true, nil
	case "current_user":
		return se.account.Name.User + "@" + se.account.Name.Host, true, nil
	case "current_role":
		return "NONE", true, nil
	case "database", "schema":
		if se.db == "" {
			return nil, true, nil
		}
		return se.db, true, nil
	case "connection_id":
		return int64(se.id), true, nil
	case "last_insert_id":
		return se.insertID, len(args) == 0, nil
	case "row_count":
		return se.rowCount, true, nil
	case "found_rows":
		return se.foundRows, true, nil
	case "unix_timestamp":
		return se.server.now().Unix(), len(args) == 0, nil
	}
	return nil, false, nil
}

// fraction is the layout of as many digits after the seconds as NOW(n) asks.
func fraction(args []ast.ExprNode) string {
	if len(args) != 1 {
		return ""
	}
	v, ok := args[0].(ast.ValueExpr)
	if !ok {
		return ""
	}
	digits, ok := v.GetValue().(int64)
	if !ok || digits < 1 || digits > 6 {
		return ""
	}
	return "." + strings.Repeat("0", int(digits))
}
