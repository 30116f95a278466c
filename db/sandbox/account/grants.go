package account

import "maps"

// Everywhere is the level of what is granted on *.*; any other level is a
// database, whose name may hold wildcards.
const Everywhere = ""

// covers reports whether what is granted on a level holds for a database.
func covers(level, db string) bool {
	return level == Everywhere || db != Everywhere && Like(level, db)
}

// All is what ALL stands for on a level.
func All(level string) []string {
	if level == Everywhere {
		return onServer
	}
	return onDatabase
}

// Holds reports whether the account holds a privilege on a database, or
// everywhere.
func (a *Account) Holds(privilege, db string) bool {
	for level, held := range a.grants {
		if held[privilege] && covers(level, db) {
			return true
		}
	}
	return false
}

// Sees reports whether the account may do anything with a database.
func (a *Account) Sees(db string) bool {
	for level, held := range a.grants {
		if covers(level, db) && (held[GrantOption] || len(held.among(onDatabase)) > 0) {
			return true
		}
	}
	return false
}

// HasGrant reports whether anything was ever granted on a level; *.* always has
// its USAGE.
func (a *Account) HasGrant(level string) bool { return a.grants[level] != nil }

// Grant adds privileges on a level.
func (a *Account) Grant(level string, privileges Set) {
	held := Set{}
	maps.Copy(held, a.grants[level])
	maps.Copy(held, privileges)
	a.put(level, held)
}

// Revoke takes privileges on a level away.
func (a *Account) Revoke(level string, privileges Set) {
	held := maps.Clone(a.grants[level])
	maps.DeleteFunc(held, func(p string, _ bool) bool { return privileges[p] })
	a.put(level, held)
}

// RevokeAll takes everything from the account.
func (a *Account) RevokeAll() { a.grants = nothing() }

// nothing is the grants of an account that may do nothing.
func nothing() map[string]Set { return map[string]Set{Everywhere: {}} }

// put replaces the grants, which other copies of the account share.
func (a *Account) put(level string, held Set) {
	grants := maps.Clone(a.grants)
	grants[level] = held
	if len(held) == 0 && level != Everywhere {
		delete(grants, level)
	}
	a.grants = grants
}
