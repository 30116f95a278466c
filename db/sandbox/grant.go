package sandbox

import (
	"errors"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
)

// grant is GRANT: whoever grants holds the same, WITH GRANT OPTION.
func (se *session) grant(n *ast.GrantStmt) (*outcome, error) {
	level, privileges, err := se.granted(n.Level, n.Privs, n.ObjectType)
	if err != nil {
		return nil, err
	}
	if n.WithGrant {
		if privileges.Static != 0 || len(privileges.Dynamic) == 0 {
			privileges.Static |= pm.GrantPriv
		}
		for name := range privileges.Dynamic {
			privileges.Dynamic[name] = true
		}
	}
	if err := se.mayGrant(level, privileges); err != nil {
		return nil, err
	}
	for _, u := range n.Users {
		if u.AuthOpt != nil || len(n.AuthTokenOrTLSOptions) > 0 {
			return nil, mysqlerr.Beyond("GRANT ... IDENTIFIED BY")
		}
		name := se.nameOf(u.User)
		if err := se.mayTouch(name); err != nil {
			return nil, err
		}
		if err := se.server.accounts.Grant(name, level, privileges); errors.Is(err, account.ErrUnknown) {
			return nil, mysqlerr.New(mysql.ER_CANT_CREATE_USER_WITH_GRANT)
		}
	}
	return &outcome{}, nil
}

// revoke is REVOKE privileges ON level, and REVOKE ALL PRIVILEGES, GRANT
// OPTION.
func (se *session) revoke(n *ast.RevokeStmt) (*outcome, error) {
	if revokesEverything(n) {
		return se.revokeAll(n)
	}
	level, privileges, err := se.granted(n.Level, n.Privs, n.ObjectType)
	if err != nil {
		return nil, err
	}
	if err := se.mayGrant(level, privileges); err != nil {
		return nil, err
	}
	for _, u := range n.Users {
		name := se.nameOf(u.User)
		if err := se.mayTouch(name); err != nil {
			return nil, err
		}
		if err := se.server.accounts.Revoke(name, level, privileges); err != nil {
			return nil, mysqlerr.New(mysql.ER_NONEXISTING_GRANT, name.User, name.Host)
		}
	}
	return &outcome{}, nil
}

func revokesEverything(n *ast.RevokeStmt) bool {
	return len(n.Privs) == 2 && n.Privs[0].Priv == pm.AllPriv && n.Privs[1].Priv == pm.GrantPriv
}

func (se *session) revokeAll(n *ast.RevokeStmt) (*outcome, error) {
	if err := se.needCreateUser(); err != nil {
		return nil, err
	}
	for _, u := range n.Users {
		name := se.nameOf(u.User)
		if err := se.mayTouch(name); err != nil {
			return nil, err
		}
		if err := se.server.accounts.RevokeAll(name); err != nil {
			return nil, mysqlerr.New(mysql.ER_REVOKE_GRANTS)
		}
	}
	return &outcome{}, nil
}

// granted reads what GRANT and REVOKE list, and on which level.
func (se *session) granted(l *ast.GrantLevel, elems []*ast.PrivElem, object ast.ObjectTypeType) (account.Level, account.Privileges, error) {
	var level account.Level
	var privileges account.Privileges
	if object == ast.ObjectTypeFunction || object == ast.ObjectTypeProcedure {
		return level, privileges, mysqlerr.Beyond("privileges on routines")
	}
	all := account.AllGlobal
	if l.Level != ast.GrantLevelGlobal {
		level.DB = l.DBName
		if level.DB == "" {
			level.DB = se.db
		}
		if level.DB == "" {
			return level, privileges, mysqlerr.New(mysql.ER_NO_DB_ERROR)
		}
		all = account.AllOnDB
	}
	if l.Level == ast.GrantLevelTable {
		level.Table = l.TableName
		all = account.AllOnTable
	}
	for _, e := range elems {
		if len(e.Cols) > 0 {
			return level, privileges, mysqlerr.Beyond("privileges on columns")
		}
		switch e.Priv {
		case pm.AllPriv:
			privileges.Static |= all
		case pm.UsagePriv:
		case pm.ExtendedPriv:
			name := strings.ToUpper(e.Name)
			if !account.IsDynamic(name) {
				return level, privileges, syntaxError(e.Name, 1)
			}
			if level != (account.Level{}) {
				return level, privileges, mysql.NewError(illegalPrivilegeLevel, "Illegal privilege level specified for "+name)
			}
			if privileges.Dynamic == nil {
				privileges.Dynamic = map[string]bool{}
			}
			privileges.Dynamic[name] = false
		default:
			if e.Priv&(all|pm.GrantPriv) == 0 {
				return level, privileges, wrongLevel(level)
			}
			privileges.Static |= e.Priv
		}
	}
	return level, privileges, nil
}

// illegalPrivilegeLevel is ER_ILLEGAL_PRIVILEGE_LEVEL.
const illegalPrivilegeLevel = 3619

func wrongLevel(level account.Level) error {
	if level.Table != "" {
		return mysqlerr.New(mysql.ER_ILLEGAL_GRANT_FOR_TABLE)
	}
	return mysqlerr.New(mysql.ER_WRONG_USAGE, "DB GRANT", "GLOBAL PRIVILEGES")
}

// mayGrant checks that the session holds what it grants or revokes, and may
// pass it on.
func (se *session) mayGrant(level account.Level, p account.Privileges) error {
	held := se.server.accounts.Holds(se.account, level.DB, level.Table)
	if held&pm.GrantPriv == 0 && (p.Static != 0 || len(p.Dynamic) == 0) || p.Static&^held != 0 {
		switch {
		case level.DB == "":
			return mysqlerr.AccessDenied(se.account.Name.User, se.account.Name.Host, true)
		case level.Table == "":
			return se.deniedDB(level.DB)
		}
		return se.deniedTable("GRANT", level.Table)
	}
	for name := range p.Dynamic {
		if _, grantable := se.server.accounts.HoldsDynamic(se.account, name); !grantable {
			return mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "GRANT OPTION")
		}
	}
	return nil
}
