package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
)

// accountChange makes one account of another. What CREATE USER changes has no
// name before, what DROP USER changes none after.
type accountChange struct {
	before, after account.Name
	identify      func(*account.Account) // gives it another password, nil if that stays
	options       []func(*account.Account)
}

// onlyPasswordOf reports whether nothing but an account's password changes.
// Everybody may do that with their own.
func (c accountChange) onlyPasswordOf(name account.Name) bool {
	return c.before == name && c.after == name && c.identify != nil && len(c.options) == 0
}

// changeAccounts makes all of the changes, or none. An account that is missing
// or in the way fails the statement, unless IF [NOT] EXISTS forgives it.
func (se *session) changeAccounts(statement string, forgiving bool, changes []accountChange) (*outcome, error) {
	if slices.ContainsFunc(changes, func(c accountChange) bool { return !c.onlyPasswordOf(se.account.Name) }) {
		if err := se.need("CREATE USER"); err != nil {
			return nil, err
		}
	}
	const doesNotExist, alreadyExists = 3162, 3163
	var none account.Name
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
			if err := checkName(c.after); err != nil {
				return err
			}
			a, err := editable(all, c.before)
			if err != nil {
				return err
			}
			_, taken := all[c.after]
			switch {
			case a == nil && c.before != none:
				fail(c.before, doesNotExist, " does not exist.")
				continue
			case taken && (c.after != c.before || statement == "RENAME USER"):
				fail(cmp.Or(c.before, c.after), alreadyExists, " already exists.")
				continue
			case a == nil:
				a = account.New(c.after)
			}
			delete(all, c.before)
			if c.after == none {
				continue
			}
			all[c.after], a.Name = a, c.after
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
	case name.User == "" && name.Host != "":
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
			a, err := editable(all, name)
			if err != nil {
				return err
			}
			if err := edit(name, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// editable is an account for a statement to change, nil if there is none. It
// keeps everybody from the server's own accounts, as RDS does.
func editable(all account.Accounts, name account.Name) (*account.Account, error) {
	a := all.Edit(name)
	if a != nil && a.Internal {
		return nil, mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "SYSTEM_USER")
	}
	return a, nil
}
