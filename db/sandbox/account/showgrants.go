package account

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// ShowGrants is what SHOW GRANTS prints: the grants on *.* first, even if there
// are none, then those on databases, then those on tables.
func (a *Account) ShowGrants() []string {
	var lines []string
	add := func(privileges string, level Level, grantable bool) {
		line := "GRANT " + privileges + " ON " + level.String() + " TO " + quote(a.Name.User) + "@" + quote(a.Name.Host)
		if grantable {
			line += " WITH GRANT OPTION"
		}
		lines = append(lines, line)
	}
	for _, level := range a.sortedLevels() {
		held := a.grants[level]
		static := strings.Join(held.among(level.All()), ", ")
		switch {
		case static == "":
			static = "USAGE"
		case level.DB != "" && static == strings.Join(level.All(), ", "):
			static = "ALL PRIVILEGES"
		}
		add(static, level, held[GrantOption])
		for _, grantable := range []bool{false, true} {
			names := held.among(dynamic)
			names = slices.DeleteFunc(names, func(p string) bool { return held[Option(p)] != grantable })
			if len(names) > 0 {
				add(strings.Join(names, ","), level, grantable)
			}
		}
	}
	return lines
}

func (a *Account) sortedLevels() []Level {
	return slices.SortedFunc(maps.Keys(a.grants), func(a, b Level) int {
		return cmp.Or(
			cmp.Compare(min(len(a.Table), 1), min(len(b.Table), 1)),
			cmp.Compare(a.DB, b.DB),
			cmp.Compare(a.Table, b.Table),
		)
	})
}

// quote puts a name in backticks.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
