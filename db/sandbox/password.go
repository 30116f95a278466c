package sandbox

import (
	"cmp"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/steps"
)

// passwordCall finds PASSWORD('text') after SET PASSWORD, which the grammar
// reads like the text alone.
var passwordCall = steps.NewPattern(`(?is)^[^=]*=\s*(password\s*\(.*)$`)

// setPassword is SET PASSWORD [FOR user] = 'text'. A user changes its own;
// another's takes the right to update MySQL's own tables. MySQL 8 has no
// function PASSWORD().
func (se *session) setPassword(n *ast.SetPwdStmt) (*outcome, error) {
	if call := passwordCall.FindStringSubmatch(n.Text()); call != nil && !se.server.is57() {
		return nil, syntaxError(call[1], 1)
	}
	if se.nameOf(n.User) != se.account.Name {
		if err := se.needOnDB("mysql", "UPDATE"); err != nil {
			return nil, err
		}
	}
	return se.editEach([]*ast.UserSpec{{User: n.User}}, func(_ account.Name, a *account.Account) error {
		if a == nil {
			return mysqlerr.New(mysql.ER_PASSWORD_NO_MATCH)
		}
		a.SetPassword(steps.NewPassword(n.Password))
		return nil
	})
}

// nameOf is the account a statement names; none is the session's own.
func (se *session) nameOf(u *auth.UserIdentity) account.Name {
	if u == nil || u.CurrentUser {
		return se.account.Name
	}
	return account.Name{User: u.Username, Host: cmp.Or(strings.ToLower(u.Hostname), "%")}
}
