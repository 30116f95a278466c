package account

import (
	"maps"
	"slices"
	"strings"
)

// ShowGrants is what SHOW GRANTS prints: the grants on *.* first, even if there
// are none, then those on databases.
func (a *Account) ShowGrants() []string {
	var lines []string
	for _, level := range slices.Sorted(maps.Keys(a.grants)) {
		held := a.grants[level]
		privileges, on := strings.Join(held.among(All(level)), ", "), "*"
		if level != Everywhere {
			on = quote(level)
		}
		switch {
		case privileges == "":
			privileges = "USAGE"
		case level != Everywhere && privileges == strings.Join(onDatabase, ", "):
			privileges = "ALL PRIVILEGES"
		}
		line := "GRANT " + privileges + " ON " + on + ".* TO " + quote(a.Name.User) + "@" + quote(a.Name.Host)
		if held[GrantOption] {
			line += " WITH GRANT OPTION"
		}
		lines = append(lines, line)
	}
	return lines
}

// quote puts a name in backticks.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
