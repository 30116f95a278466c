package sandbox

import (
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
)

// The statements that change accounts, as MySQL's errors name them.
const (
	createUser = "CREATE USER"
	alterUser  = "ALTER USER"
	dropUser   = "DROP USER"
)

// accountChange is what such a statement does to one account.
type accountChange struct {
	name     account.Name
	identify func(*account.Account) // gives it another password, nil if that stays
	options  []func(*account.Account)
}

// changeAccounts makes all of the changes, or none. An account that is missing
// or in the way fails the statement, unless IF [NOT] EXISTS forgives it.
func (se *session) changeAccounts(statement string, forgiving bool, changes []accountChange) (*outcome, error) {
	mayAny := se.need("CREATE USER")
	const doesNotExist, alreadyExists = 3162, 3163
	var failed []string
	fail := func(name account.Name, note uint16, what string) {
		if forgiving {
			se.addNote(mysql.NewError(note, "Authorization ID "+name.String()+what))
			return
		}
		failed = append(failed, name.String())
	}
	return &outcome{}, se.server.accounts.Update(func(all account.Accounts) error {
		for _, c := range changes {
			ownPassword := statement == alterUser && c.name == se.account.Name && c.identify != nil && len(c.options) == 0
			if mayAny != nil && !ownPassword {
				return mayAny
			}
			if err := checkName(c.name); err != nil {
				return err
			}
			a := all.Edit(c.name)
			switch {
			case a == nil && statement != createUser:
				fail(c.name, doesNotExist, " does not exist.")
				continue
			case a != nil && statement == createUser:
				fail(c.name, alreadyExists, " already exists.")
				continue
			case statement == dropUser:
				delete(all, c.name)
				continue
			case a == nil:
				a = account.New(c.name)
				all[c.name] = a
			}
			if c.identify != nil {
				c.identify(a)
			}
			for _, set := range c.options {
				set(a)
			}
		}
		if len(failed) > 0 {
			return mysqlerr.New(mysql.ER_CANNOT_USER, statement, strings.Join(failed, ","))
		}
		return nil
	})
}

// checkName tells whether an account may have a name.
func checkName(name account.Name) error {
	switch {
	case name.User == "":
		return mysqlerr.Beyond("anonymous accounts")
	case len(name.User) > auth.UserNameMaxLength:
		return mysql.NewError(mysql.ER_WRONG_STRING_LENGTH, fmt.Sprintf(
			"String '%.70s' is too long for user name (should be no longer than 32)", name.User))
	}
	return nil
}

// editEach lets edit change each of the accounts, or none if it fails. An
// account that is not there is nil.
func (se *session) editEach(users []*ast.UserSpec, edit func(account.Name, *account.Account) error) (*outcome, error) {
	return &outcome{}, se.server.accounts.Update(func(all account.Accounts) error {
		for _, u := range users {
			if u.AuthOpt != nil {
				return mysqlerr.Beyond("GRANT ... IDENTIFIED BY")
			}
			name := se.nameOf(u.User)
			if err := edit(name, all.Edit(name)); err != nil {
				return err
			}
		}
		return nil
	})
}
