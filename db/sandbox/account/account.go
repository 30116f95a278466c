// Package account holds a MySQL server's accounts: who may sign in, with which
// password, and what they may do then.
package account

import (
	"fmt"
	"math/rand/v2"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"keyturn/steps"
)

// Name is an account's name, 'user'@'host'. Host may hold MySQL's wildcards %
// and _.
type Name struct{ User, Host string }

// String quotes the name as MySQL's messages do.
func (n Name) String() string { return fmt.Sprintf("'%s'@'%s'", n.User, n.Host) }

// Account is one account as it was at one moment: to change it, the book puts
// another in its place.
type Account struct {
	Name     Name
	Plugin   string // of authentication
	Password steps.Password
	// PasswordID is another one for every password that is set, so that what
	// was cached of an older one is never asked again.
	PasswordID uint64
	Hash       string // what mysql.user holds of the password
	RequireTLS bool   // REQUIRE SSL
	Locked     bool
	Internal   bool // rdsadmin, mysql.sys: can be changed by nobody
	grants     map[Level]Set
}

// New is an account without a password, which may do nothing.
func New(name Name) *Account {
	return &Account{
		Name: name, Plugin: mysql.AUTH_CACHING_SHA2_PASSWORD, PasswordID: rand.Uint64(), grants: nothing(),
	}
}

// SetPassword gives the account another password.
func (a *Account) SetPassword(p steps.Password) {
	a.Password, a.PasswordID = p, rand.Uint64()
	switch {
	case p.IsZero():
		a.Hash = ""
	case a.Plugin == mysql.AUTH_NATIVE_PASSWORD:
		a.Hash = mysql.EncodePasswordHex(mysql.NativePasswordHash([]byte(p.Reveal())))
	default:
		a.Hash = auth.NewHashPassword(p.Reveal(), mysql.AUTH_CACHING_SHA2_PASSWORD)
	}
}
