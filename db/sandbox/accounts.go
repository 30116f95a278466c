package sandbox

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

func (se *session) createUser(n *ast.CreateUserStmt) (*outcome, error) {
	if n.IsCreateRole {
		return nil, mysqlerr.Beyond("CREATE ROLE")
	}
	changes, err := se.described(n)
	if err != nil {
		return nil, err
	}
	return se.changeAccounts("CREATE USER", n.IfNotExists, changes)
}

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
	}
	return se.changeAccounts("ALTER USER", n.IfExists, changes)
}

func (se *session) dropUser(n *ast.DropUserStmt) (*outcome, error) {
	if n.IsDropRole {
		return nil, mysqlerr.Beyond("DROP ROLE")
	}
	var changes []accountChange
	for _, u := range n.UserList {
		changes = append(changes, accountChange{before: se.nameOf(u)})
	}
	return se.changeAccounts("DROP USER", n.IfExists, changes)
}

func (se *session) renameUser(n *ast.RenameUserStmt) (*outcome, error) {
	var changes []accountChange
	for _, pair := range n.UserToUsers {
		changes = append(changes, accountChange{before: se.nameOf(pair.OldUser), after: se.nameOf(pair.NewUser)})
	}
	return se.changeAccounts("RENAME USER", false, changes)
}
