// Package account holds a MySQL server's accounts: who may sign in, with which
// password, and what they may do then.
package account

import (
	"fmt"
	"strings"

	"keyturn/steps"
)

// Name is an account's name, 'user'@'host'. Host may hold MySQL's wildcards %
// and _.
type Name struct{ User, Host string }

// String quotes the name as MySQL's messages do.
func (n Name) String() string { return fmt.Sprintf("'%s'@'%s'", n.User, n.Host) }

// Quoted is the name as SHOW GRANTS prints it, in backticks.
func (n Name) Quoted() string {
	quote := func(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }
	return quote(n.User) + "@" + quote(n.Host)
}

// Requirement is what REQUIRE asks of an account's connection.
type Requirement struct {
	Type    string // mysql.user's ssl_type: "", ANY, X509 or SPECIFIED
	Cipher  string
	Issuer  string
	Subject string
}

// Account is one account. Its fields are guarded by the Book it belongs to;
// a session keeps the pointer it signed in with, so that a dropped account's
// open sessions stay open, as in MySQL.
type Account struct {
	Name    Name
	Plugin  string // authentication plugin
	Require Requirement
	Locked  bool
	Expired bool
	Comment string
	secret  *secret
	grants  Grants
	// version changes with every password, so that whatever was cached under
	// an older one is never asked again.
	version uint64
	// internal accounts (rdsadmin, mysql.sys) can be changed by nobody.
	internal bool
}

// Credential is what a sign-in is checked against.
type Credential struct {
	Account  *Account
	Plugin   string
	Password steps.Password
	Version  uint64
}

// Global is every static privilege that the account holds on *.*; ask it only
// of a copy that Book.All made.
func (a *Account) Global() Static { return a.grants[Level{}].Static }
