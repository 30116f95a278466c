package account

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
)

// Level is what a grant is on: everything (both empty), a database, whose name
// may hold wildcards, or a table.
type Level struct{ DB, Table string }

// Grants is what one account has been granted, level by level.
type Grants map[Level]Privileges

func (g Grants) clone() Grants {
	copied := make(Grants, len(g))
	for level, p := range g {
		copied[level] = p.clone()
	}
	return copied
}

// on is every static privilege that holds for a table, a database (table
// empty) or globally (both empty).
func (g Grants) on(db, table string) Static {
	held := g[Level{}].Static
	if db == "" {
		return held
	}
	for level, p := range g {
		if level.DB == "" || !Like(level.DB, db) {
			continue
		}
		if level.Table == "" || level.Table == table {
			held |= p.Static
		}
	}
	return held
}

// Grant adds privileges on a level to an account.
func (b *Book) Grant(name Name, level Level, privileges Privileges) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.accounts[name]
	if !ok {
		return ErrUnknown
	}
	p := a.grants[level]
	p.add(privileges)
	if !p.Empty() {
		a.grants[level] = p
	}
	return nil
}

// Revoke takes privileges on a level from an account.
func (b *Book) Revoke(name Name, level Level, privileges Privileges) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.accounts[name]
	if !ok {
		return ErrUnknown
	}
	p, ok := a.grants[level]
	if !ok && level != (Level{}) {
		return ErrNoGrant
	}
	p.remove(privileges)
	if p.Empty() {
		delete(a.grants, level)
	} else {
		a.grants[level] = p
	}
	return nil
}

// RevokeAll takes everything from an account.
func (b *Book) RevokeAll(name Name) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.accounts[name]
	if !ok {
		return ErrUnknown
	}
	a.grants = Grants{}
	return nil
}

// Holds is every static privilege that an account holds on a table, a
// database or globally.
func (b *Book) Holds(a *Account, db, table string) Static {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return a.grants.on(db, table)
}

// HoldsWithin is every static privilege that an account holds on a database
// or on any of its tables.
func (b *Book) HoldsWithin(a *Account, db string) Static {
	b.mu.RLock()
	defer b.mu.RUnlock()
	held := a.grants.on(db, "")
	for level, p := range a.grants {
		if level.Table != "" && level.DB == db {
			held |= p.Static
		}
	}
	return held
}

// HoldsDynamic reports whether an account holds a dynamic privilege, and may
// grant it.
func (b *Book) HoldsDynamic(a *Account, name string) (held, grantable bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	grantable, held = a.grants[Level{}].Dynamic[name]
	return held, grantable
}

// ShowGrants is what SHOW GRANTS prints: the grants on *.* first, then those
// on databases, then those on tables.
func (b *Book) ShowGrants(name Name) ([]string, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	a, ok := b.accounts[name]
	if !ok {
		return nil, ErrUnknown
	}
	var lines []string
	for _, level := range sortedLevels(a.grants) {
		p := a.grants[level]
		line := "GRANT " + listStatic(p.Static, level) + " ON " + level.String() + " TO " + name.Quoted()
		if p.Static&pm.GrantPriv != 0 {
			line += " WITH GRANT OPTION"
		}
		lines = append(lines, line)
		lines = append(lines, dynamicLines(p.Dynamic, name)...)
	}
	return lines, nil
}

// sortedLevels puts *.* first, which is shown even if nothing is granted there.
func sortedLevels(g Grants) []Level {
	levels := slices.Collect(maps.Keys(g))
	if _, ok := g[Level{}]; !ok {
		levels = append(levels, Level{})
	}
	slices.SortFunc(levels, func(a, b Level) int {
		return cmp.Or(
			cmp.Compare(min(len(a.Table), 1), min(len(b.Table), 1)),
			strings.Compare(a.DB, b.DB),
			strings.Compare(a.Table, b.Table),
		)
	})
	return levels
}

// String is the level as GRANT spells it.
func (l Level) String() string {
	quote := func(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }
	switch {
	case l.DB == "":
		return "*.*"
	case l.Table == "":
		return quote(l.DB) + ".*"
	}
	return quote(l.DB) + "." + quote(l.Table)
}

func listStatic(held Static, level Level) string {
	if held&^pm.GrantPriv == 0 {
		return "USAGE"
	}
	if level.DB != "" && level.Table == "" && held&AllOnDB == AllOnDB ||
		level.Table != "" && held&AllOnTable == AllOnTable {
		return "ALL PRIVILEGES"
	}
	var names []string
	for _, p := range everyStatic {
		if held&p != 0 {
			names = append(names, StaticName(p))
		}
	}
	return strings.Join(names, ", ")
}

func dynamicLines(dynamic map[string]bool, name Name) []string {
	var plain, grantable []string
	for _, p := range slices.Sorted(maps.Keys(dynamic)) {
		if dynamic[p] {
			grantable = append(grantable, p)
		} else {
			plain = append(plain, p)
		}
	}
	var lines []string
	if len(plain) > 0 {
		lines = append(lines, "GRANT "+strings.Join(plain, ",")+" ON *.* TO "+name.Quoted())
	}
	if len(grantable) > 0 {
		lines = append(lines, "GRANT "+strings.Join(grantable, ",")+" ON *.* TO "+name.Quoted()+" WITH GRANT OPTION")
	}
	return lines
}
