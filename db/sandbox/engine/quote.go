package engine

import "strings"

// Name is a name as SQLite reads it.
func Name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Names is a list of names as SQLite reads it.
func Names(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = Name(n)
	}
	return strings.Join(quoted, ", ")
}

// QuoteText is a string as SQLite, and MySQL, read it.
func QuoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
