package sandbox

import (
	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
	"keyturn/steps"
)

// described reads the accounts of CREATE USER, or of ALTER USER, which looks
// the same. The options hold for all of them.
func (se *session) described(n *ast.CreateUserStmt) ([]accountChange, error) {
	options, err := accountOptions(n)
	if err != nil {
		return nil, err
	}
	var changes []accountChange
	for _, u := range n.Specs {
		c := accountChange{after: se.nameOf(u.User), options: options}
		if u.AuthOpt != nil {
			if c.identify, err = identification(u.AuthOpt); err != nil {
				return nil, err
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// identification reads IDENTIFIED WITH ... BY.
func identification(o *ast.AuthOption) (func(*account.Account), error) {
	if o.ByHashString && o.HashString != "" {
		return nil, mysqlerr.Beyond("IDENTIFIED WITH ... AS 'hash'")
	}
	switch o.AuthPlugin {
	case "", mysql.AUTH_NATIVE_PASSWORD, mysql.AUTH_CACHING_SHA2_PASSWORD, mysql.AUTH_SHA256_PASSWORD:
		return func(a *account.Account) {
			if o.AuthPlugin != "" {
				a.Plugin = o.AuthPlugin
			}
			a.SetPassword(steps.NewPassword(o.AuthString))
		}, nil
	}
	return nil, mysqlerr.New(mysqlerr.PluginNotLoaded, o.AuthPlugin)
}

// accountOptions reads what follows the accounts. Options that only repeat
// MySQL's defaults change nothing.
func accountOptions(n *ast.CreateUserStmt) ([]func(*account.Account), error) {
	var options []func(*account.Account)
	for _, o := range n.AuthTokenOrTLSOptions {
		if o.Type != ast.TlsNone && o.Type != ast.Ssl {
			return nil, mysqlerr.Beyond("REQUIRE " + o.Type.String())
		}
		options = append(options, func(a *account.Account) { a.RequireTLS = o.Type == ast.Ssl })
	}
	for _, o := range n.ResourceOptions {
		if o.Count != 0 {
			return nil, mysqlerr.Beyond("an account's resource limits")
		}
	}
	for _, o := range n.PasswordOrLockOptions {
		switch o.Type {
		case ast.Lock, ast.Unlock:
			options = append(options, func(a *account.Account) { a.Locked = o.Type == ast.Lock })
		case ast.PasswordExpireDefault, ast.PasswordExpireNever, ast.PasswordHistoryDefault, ast.PasswordReuseDefault,
			ast.PasswordRequireCurrentDefault:
		default:
			return nil, mysqlerr.Beyond("an account's password management")
		}
	}
	if n.CommentOrAttributeOption != nil {
		return nil, mysqlerr.Beyond("an account's comment or attributes")
	}
	return options, nil
}
