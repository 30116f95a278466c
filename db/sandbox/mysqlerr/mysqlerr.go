// Package mysqlerr makes the errors that MySQL 8.4 answers: number, SQLSTATE
// and text as in its error message reference.
package mysqlerr

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// Numbers that the protocol library has no name for.
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
const (
	AccountLocked        = 3118
	ForeignKeyMissing    = 1822
	CannotDropReferenced = 3730
	PluginNotLoaded      = mysql.ER_PLUGIN_IS_NOT_LOADED
)

// texts are the messages whose wording in MySQL 8.4 differs from the protocol
// library's, and those it lacks.
var texts = map[uint16]string{
	AccountLocked:            "Access denied for user '%s'@'%s'. Account is locked.",
	ForeignKeyMissing:        "Failed to add the foreign key constraint. Missing index for constraint '%s' in the referenced table '%s'",
	CannotDropReferenced:     "Cannot drop table '%s' referenced by a foreign key constraint '%s' on table '%s'.",
	mysql.ER_DUP_ENTRY:       "Duplicate entry '%-.64s' for key '%-.385s'",
	mysql.ER_CANNOT_USER:     "Operation %s failed for %s",
	mysql.ER_BAD_TABLE_ERROR: "Unknown table '%-.129s'",
}

var states = map[uint16]string{
	AccountLocked: "HY000",
}

// New is MySQL's error of that number, its text filled with args.
func New(number uint16, args ...any) *mysql.MyError {
	text, ok := texts[number]
	if !ok {
		return mysql.NewDefaultError(number, args...)
	}
	e := mysql.NewError(number, fmt.Sprintf(text, args...))
	if state, ok := states[number]; ok {
		e.State = state
	}
	return e
}

// AccessDenied is error 1045, with which a sign-in is refused.
func AccessDenied(user, host string, withPassword bool) *mysql.MyError {
	using := "NO"
	if withPassword {
		using = "YES"
	}
	return New(mysql.ER_ACCESS_DENIED_ERROR, user, host, using)
}

// Beyond is error 1235 for a statement that this server does not carry out.
// what names it as MySQL's manual does.
func Beyond(what string) *mysql.MyError {
	return mysql.NewError(mysql.ER_NOT_SUPPORTED_YET, fmt.Sprintf(
		"This version of MySQL doesn't yet support '%s': the sandbox's MySQL is for signing in, accounts and simple tables", what))
}
