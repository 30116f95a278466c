package sandbox

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/auth"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/steps"
)

// setPassword is SET PASSWORD [FOR user] = 'text'. A user changes its own;
// another's takes the right to update MySQL's own tables.
func (se *session) setPassword(n *ast.SetPwdStmt) (*outcome, error) {
	if !se.server.is57() && callsPassword(n.Text()) {
		return nil, passwordCallRefused(n.Text())
	}
	name := se.nameOf(n.User)
	if name != se.account.Name {
		if se.server.accounts.Holds(se.account, "mysql", "")&pm.UpdatePriv == 0 {
			return nil, se.deniedDB("mysql")
		}
		if err := se.mayTouch(name); err != nil {
			return nil, err
		}
	}
	if err := se.server.accounts.SetPassword(name, steps.NewPassword(n.Password)); errors.Is(err, account.ErrUnknown) {
		return nil, mysqlerr.New(mysql.ER_PASSWORD_NO_MATCH)
	}
	se.passwordChanged(name)
	return &outcome{}, nil
}

// passwordChanged ends the restrictions of a session whose password had
// expired.
func (se *session) passwordChanged(name account.Name) {
	if name == se.account.Name {
		se.expired = false
	}
}

// nameOf is the account a statement names; none is the session's own.
func (se *session) nameOf(u *auth.UserIdentity) account.Name {
	if u == nil || u.CurrentUser {
		return se.account.Name
	}
	return account.Name{User: u.Username, Host: strings.ToLower(u.Hostname)}
}

// callsPassword reports whether SET PASSWORD was given PASSWORD('text'), which
// the grammar does not tell from the text alone. MySQL 8 has no such function.
func callsPassword(statement string) bool {
	words := strings.TrimSuffix(strings.TrimSpace(parser.Normalize(statement, "ON")), ";")
	return strings.HasSuffix(strings.TrimSpace(words), ")")
}

var passwordCall = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)=\s*(password\s*\(.*)$`)
})

func passwordCallRefused(statement string) error {
	if found := passwordCall().FindStringSubmatch(statement); found != nil {
		return syntaxError(found[1], 1)
	}
	return syntaxError(statement, 1)
}
