package account

import (
	"maps"
	"slices"
)

// Level is what a grant is on: everything (both empty), a database, whose name
// may hold wildcards, or a table.
type Level struct{ DB, Table string }

// covers reports whether what is granted on a level holds for a table, a
// database (table empty) or the server (both empty).
func (l Level) covers(db, table string) bool {
	switch {
	case l.DB == "":
		return true
	case l.Table == "":
		return db != "" && Like(l.DB, db)
	}
	return l.DB == db && l.Table == table
}

// All is what ALL stands for on the level.
func (l Level) All() []string {
	switch {
	case l.DB == "":
		return onServer
	case l.Table == "":
		return onDatabase
	}
	return onTable
}

// Allows reports whether a privilege can be granted on the level.
func (l Level) Allows(privilege string) bool {
	return privilege == GrantOption || slices.Contains(l.All(), privilege) || l.DB == "" && IsDynamic(privilege)
}

// String is the level as GRANT spells it.
func (l Level) String() string {
	db, table := "*", "*"
	if l.DB != "" {
		db = quote(l.DB)
	}
	if l.Table != "" {
		table = quote(l.Table)
	}
	return db + "." + table
}

// Holds reports whether the account holds a privilege on a table, a database
// (table empty) or the server (both empty).
func (a *Account) Holds(privilege, db, table string) bool {
	for level, held := range a.grants {
		if held[privilege] && level.covers(db, table) {
			return true
		}
	}
	return false
}

// Sees reports whether the account may do anything with a table or, where
// table is empty, with a database or a table in it.
func (a *Account) Sees(db, table string) bool {
	for level, held := range a.grants {
		if !level.covers(db, table) && (table != "" || level.DB != db) {
			continue
		}
		if held[GrantOption] || len(held.among(onDatabase)) > 0 {
			return true
		}
	}
	return false
}

// HasGrant reports whether anything was ever granted on a level; *.* always has
// its USAGE.
func (a *Account) HasGrant(level Level) bool { return a.grants[level] != nil }

// Grant adds privileges on a level.
func (a *Account) Grant(level Level, privileges Set) {
	held := Set{}
	maps.Copy(held, a.grants[level])
	maps.Copy(held, privileges)
	a.put(level, held)
}

// Revoke takes privileges on a level away, and with a dynamic one the right to
// pass it on.
func (a *Account) Revoke(level Level, privileges Set) {
	held := maps.Clone(a.grants[level])
	for p := range privileges {
		delete(held, p)
		if IsDynamic(p) {
			delete(held, Option(p))
		}
	}
	a.put(level, held)
}

// RevokeAll takes everything from the account.
func (a *Account) RevokeAll() { a.grants = nothing() }

// nothing is the grants of an account that may do nothing.
func nothing() map[Level]Set { return map[Level]Set{{}: {}} }

// put replaces the grants, which other copies of the account share.
func (a *Account) put(level Level, held Set) {
	grants := maps.Clone(a.grants)
	grants[level] = held
	if len(held) == 0 && level.DB != "" {
		delete(grants, level)
	}
	a.grants = grants
}
