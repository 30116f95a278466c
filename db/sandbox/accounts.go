package sandbox

import (
	"cmp"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

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

func (se *session) createUser(n *ast.CreateUserStmt) (*outcome, error) {
	if n.IsCreateRole {
		return nil, mysqlerr.Beyond("CREATE ROLE")
	}
	if err := se.need("CREATE USER"); err != nil {
		return nil, err
	}
	changes, err := se.described(n)
	if err != nil {
		return nil, err
	}
	return se.changeAccounts("CREATE USER", n.IfNotExists, changes)
}

// alterUser is ALTER USER. Everybody may change their own password with it.
func (se *session) alterUser(n *ast.AlterUserStmt) (*outcome, error) {
	if n.CurrentAuth != nil {
		n.Specs = []*ast.UserSpec{{AuthOpt: n.CurrentAuth}}
	}
	changes, err := se.described(&ast.CreateUserStmt{
		Specs: n.Specs, AuthTokenOrTLSOptions: n.AuthTokenOrTLSOptions, ResourceOptions: n.ResourceOptions,
		PasswordOrLockOptions: n.PasswordOrLockOptions, CommentOrAttributeOption: n.CommentOrAttributeOption,
	})
	if err != nil {
		return nil, err
	}
	for i, c := range changes {
		changes[i].before = c.after
		if c.after == se.account.Name && len(c.options) == 0 {
			continue
		}
		if err := se.need("CREATE USER"); err != nil {
			return nil, err
		}
	}
	return se.changeAccounts("ALTER USER", n.IfExists, changes)
}

func (se *session) dropUser(n *ast.DropUserStmt) (*outcome, error) {
	if n.IsDropRole {
		return nil, mysqlerr.Beyond("DROP ROLE")
	}
	if err := se.need("CREATE USER"); err != nil {
		return nil, err
	}
	var changes []accountChange
	for _, u := range n.UserList {
		changes = append(changes, accountChange{before: se.nameOf(u)})
	}
	return se.changeAccounts("DROP USER", n.IfExists, changes)
}

func (se *session) renameUser(n *ast.RenameUserStmt) (*outcome, error) {
	if err := se.need("CREATE USER"); err != nil {
		return nil, err
	}
	var changes []accountChange
	for _, pair := range n.UserToUsers {
		changes = append(changes, accountChange{before: se.nameOf(pair.OldUser), after: se.nameOf(pair.NewUser)})
	}
	return se.changeAccounts("RENAME USER", false, changes)
}

// changeAccounts makes all of the changes, or none. An account that is missing
// or in the way fails the statement, unless IF [NOT] EXISTS forgives it.
func (se *session) changeAccounts(statement string, forgiving bool, changes []accountChange) (*outcome, error) {
	const doesNotExist, alreadyExists = 3162, 3163
	var none account.Name
	var failed []string
	fail := func(name account.Name, note uint16, what string) {
		if forgiving {
			se.note(mysql.NewError(note, "Authorization ID "+name.String()+what))
			return
		}
		failed = append(failed, name.String())
	}
	return &outcome{}, se.server.accounts.Update(func(all account.Accounts) error {
		for _, c := range changes {
			a, err := editable(all, c.before)
			if err != nil {
				return err
			}
			_, taken := all[c.after]
			switch {
			case a == nil && c.before != none:
				fail(c.before, doesNotExist, " does not exist.")
				continue
			case taken && c.after != c.before:
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
