package sandbox

import (
	"strings"
	"time"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// Function implements translate.Environment: the functions whose value is
// known before the statement runs.
func (se *session) Function(name string, args []ast.ExprNode) (any, bool, error) {
	now := func(layout string) (any, bool, error) {
		return se.clock().Format(layout + fraction(args)), true, nil
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
		if len(args) == 0 {
			return se.insertID, true, nil
		}
	case "row_count":
		return se.rowCount, true, nil
	case "found_rows":
		return se.foundRows, true, nil
	case "now", "current_timestamp", "localtime", "localtimestamp", "sysdate":
		return now(time.DateTime)
	case "utc_timestamp":
		return se.server.now().UTC().Format(time.DateTime + fraction(args)), true, nil
	case "curdate", "current_date":
		return now(time.DateOnly)
	case "utc_date":
		return se.server.now().UTC().Format(time.DateOnly), true, nil
	case "curtime", "current_time":
		return now(time.TimeOnly)
	case "utc_time":
		return se.server.now().UTC().Format(time.TimeOnly), true, nil
	case "unix_timestamp":
		if len(args) == 0 {
			return se.server.now().Unix(), true, nil
		}
	}
	return nil, false, nil
}

// clock is the time in the session's time zone; SYSTEM is UTC, as on RDS.
func (se *session) clock() time.Time {
	zone, _ := se.systemValue("time_zone")
	return se.server.now().In(location(zone))
}

// location reads a time_zone: SYSTEM, an offset like +02:00, or a name.
func location(zone string) *time.Location {
	if zone == "SYSTEM" {
		return time.UTC
	}
	if t, err := time.Parse("-07:00", zone); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(zone, offset)
	}
	if l, err := time.LoadLocation(zone); err == nil {
		return l
	}
	return time.UTC
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
