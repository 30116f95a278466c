package sandbox

import (
	"errors"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/steps"
)

// createUser is CREATE USER: all of the accounts, or none.
func (se *session) createUser(n *ast.CreateUserStmt) (*outcome, error) {
	if n.IsCreateRole {
		return nil, mysqlerr.Beyond("CREATE ROLE")
	}
	if err := se.needCreateUser(); err != nil {
		return nil, err
	}
	specs, err := se.specsOf(n.Specs, n.AuthTokenOrTLSOptions, n.PasswordOrLockOptions, n.CommentOrAttributeOption)
	if err != nil {
		return nil, err
	}
	var there []account.Name
	for _, spec := range specs {
		if exists, _ := se.server.accounts.Has(spec.Name); exists {
			there = append(there, spec.Name)
		}
	}
	if len(there) > 0 && !n.IfNotExists {
		return nil, failedFor("CREATE USER", there)
	}
	for _, spec := range specs {
		if spec.Password == nil {
			none := steps.Password{}
			spec.Password = &none
		}
		if err := se.server.accounts.Create(spec); errors.Is(err, account.ErrExists) {
			if !n.IfNotExists {
				return nil, failedFor("CREATE USER", []account.Name{spec.Name})
			}
			const userAlreadyExists = 3163
			e := mysql.NewError(userAlreadyExists, "Authorization ID "+spec.Name.String()+" already exists.")
			se.note(e)
		}
	}
	return &outcome{}, nil
}

// alterUser is ALTER USER. Everybody may change their own password with it.
func (se *session) alterUser(n *ast.AlterUserStmt) (*outcome, error) {
	userSpecs := n.Specs
	if n.CurrentAuth != nil {
		userSpecs = []*ast.UserSpec{{AuthOpt: n.CurrentAuth}}
	}
	specs, err := se.specsOf(userSpecs, n.AuthTokenOrTLSOptions, n.PasswordOrLockOptions, n.CommentOrAttributeOption)
	if err != nil {
		return nil, err
	}
	var missing []account.Name
	for _, spec := range specs {
		onlyPassword := spec.Require == nil && spec.Locked == nil && !spec.Expired && spec.Comment == nil
		if spec.Name != se.account.Name || !onlyPassword {
			if err := se.needCreateUser(); err != nil {
				return nil, err
			}
			if err := se.mayTouch(spec.Name); err != nil {
				return nil, err
			}
		}
		if exists, _ := se.server.accounts.Has(spec.Name); !exists {
			missing = append(missing, spec.Name)
		}
	}
	if len(missing) > 0 && !n.IfExists {
		return nil, failedFor("ALTER USER", missing)
	}
	for _, spec := range specs {
		if err := se.server.accounts.Alter(spec); errors.Is(err, account.ErrUnknown) {
			se.noteMissing(spec.Name)
		} else if spec.Password != nil {
			se.passwordChanged(spec.Name)
		}
	}
	return &outcome{}, nil
}

func (se *session) dropUser(n *ast.DropUserStmt) (*outcome, error) {
	if n.IsDropRole {
		return nil, mysqlerr.Beyond("DROP ROLE")
	}
	if err := se.needCreateUser(); err != nil {
		return nil, err
	}
	var names, missing []account.Name
	for _, u := range n.UserList {
		name := se.nameOf(u)
		if err := se.mayTouch(name); err != nil {
			return nil, err
		}
		names = append(names, name)
		if exists, _ := se.server.accounts.Has(name); !exists {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 && !n.IfExists {
		return nil, failedFor("DROP USER", missing)
	}
	for _, name := range names {
		if err := se.server.accounts.Drop(name); errors.Is(err, account.ErrUnknown) {
			se.noteMissing(name)
		}
	}
	return &outcome{}, nil
}

func (se *session) renameUser(n *ast.RenameUserStmt) (*outcome, error) {
	if err := se.needCreateUser(); err != nil {
		return nil, err
	}
	for _, pair := range n.UserToUsers {
		from, to := se.nameOf(pair.OldUser), se.nameOf(pair.NewUser)
		if err := se.mayTouch(from); err != nil {
			return nil, err
		}
		if err := se.server.accounts.Rename(from, to); err != nil {
			return nil, failedFor("RENAME USER", []account.Name{from})
		}
	}
	return &outcome{}, nil
}

// needCreateUser is the privilege to manage accounts.
func (se *session) needCreateUser() error {
	if se.server.accounts.Holds(se.account, "", "")&pm.CreateUserPriv == 0 {
		return mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "CREATE USER")
	}
	return nil
}

// mayTouch keeps everybody from the server's own accounts, as RDS does.
func (se *session) mayTouch(name account.Name) error {
	if _, internal := se.server.accounts.Has(name); internal {
		return mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "SYSTEM_USER")
	}
	return nil
}

func (se *session) noteMissing(name account.Name) {
	const userDoesNotExist = 3162
	se.note(mysql.NewError(userDoesNotExist, "Authorization ID "+name.String()+" does not exist."))
}

// failedFor is error 1396.
func failedFor(operation string, names []account.Name) error {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = name.String()
	}
	return mysqlerr.New(mysql.ER_CANNOT_USER, operation, strings.Join(quoted, ","))
}
