package sandbox

import (
	"cmp"
	"database/sql/driver"
	"maps"
	"slices"
	"strconv"
)

// processRows lists the sessions: one's own, or everybody's for those who may
// see them. What a session runs is never shown: it may hold a password.
func processRows(se *session) [][]driver.Value {
	everybody := se.holds("PROCESS", "", "")
	se.server.mu.Lock()
	defer se.server.mu.Unlock()
	var rows [][]driver.Value
	for id, other := range se.server.sessions {
		a := other.activity.Load()
		if a == nil || !everybody && a.user != se.user {
			continue
		}
		var db driver.Value
		if a.db != "" {
			db = a.db
		}
		state := ""
		if other == se {
			state = "executing"
		}
		rows = append(rows, row(int64(id), a.user, other.wire.Conn.RemoteAddr().String(), db, a.command,
			int64(se.server.now().Sub(a.since).Seconds()), state, nil))
	}
	slices.SortFunc(rows, func(a, b []driver.Value) int { return cmp.Compare(a[0].(int64), b[0].(int64)) })
	return rows
}

// statusRows are the status variables that clients look at.
func statusRows(se *session) [][]driver.Value {
	s := se.server
	questions, uptime := strconv.FormatUint(s.questions.Load(), 10), strconv.FormatInt(s.uptime(), 10)
	values := map[string]string{
		"Aborted_connects":          strconv.FormatUint(s.refused.Load(), 10),
		"Bytes_received":            "0",
		"Bytes_sent":                "0",
		"Connections":               strconv.FormatUint(uint64(se.id), 10),
		"Innodb_page_size":          "16384",
		"Open_tables":               "0",
		"Queries":                   questions,
		"Questions":                 questions,
		"Slow_queries":              "0",
		"Ssl_cipher":                cipherName(se.tls),
		"Ssl_version":               tlsVersion(se.tls),
		"Threads_connected":         strconv.Itoa(s.sessionCount()),
		"Threads_running":           "1",
		"Uptime":                    uptime,
		"Uptime_since_flush_status": uptime,
	}
	var rows [][]driver.Value
	for _, name := range slices.Sorted(maps.Keys(values)) {
		rows = append(rows, row(name, values[name]))
	}
	return rows
}

// variableRows lists the system variables with the values that value finds.
func variableRows(value func(name string) (string, bool)) [][]driver.Value {
	var rows [][]driver.Value
	for _, name := range slices.Sorted(maps.Keys(systemVariables())) {
		if v, ok := value(name); ok {
			rows = append(rows, row(name, v))
		}
	}
	return rows
}

// userRows is mysql.user.
func userRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, a := range se.server.accounts.All().Sorted() {
		tls := ""
		if a.RequireTLS {
			tls = "ANY"
		}
		may := func(privilege string) string { return yesNo(a.Holds(privilege, "", "")) }
		rows = append(rows, row(
			a.Name.Host, a.Name.User, may("SELECT"), may("INSERT"), may("UPDATE"), may("DELETE"),
			may("CREATE"), may("DROP"), may("RELOAD"), may("PROCESS"), may("GRANT OPTION"),
			may("SUPER"), may("CREATE USER"), tls, "", "", "", a.Plugin, a.Hash, "N",
			yesNo(a.Locked),
		))
	}
	return rows
}

func yesNo(yes bool) string {
	if yes {
		return "Y"
	}
	return "N"
}
