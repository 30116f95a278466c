package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/account"
	"keyturn/db/sandbox/mysqlerr"
)

// grant is GRANT: whoever grants holds the same, WITH GRANT OPTION.
func (se *session) grant(n *ast.GrantStmt) (*outcome, error) {
	if len(n.AuthTokenOrTLSOptions) > 0 {
		return nil, mysqlerr.Beyond("GRANT ... REQUIRE")
	}
	level, privileges, err := se.granted(n.Level, n.Privs, n.ObjectType)
	if err != nil {
		return nil, err
	}
	if n.WithGrant {
		privileges = privileges.WithOptions()
	}
	return se.editEach(n.Users, func(_ account.Name, a *account.Account) error {
		if a == nil {
			return mysqlerr.New(mysql.ER_CANT_CREATE_USER_WITH_GRANT)
		}
		a.Grant(level, privileges)
		return nil
	})
}

// revoke is REVOKE privileges ON level, and REVOKE ALL PRIVILEGES, GRANT
// OPTION, which is on every level.
func (se *session) revoke(n *ast.RevokeStmt) (*outcome, error) {
	if len(n.Privs) == 2 && n.Privs[0].Priv == pm.AllPriv && n.Privs[1].Priv == pm.GrantPriv {
		if err := se.need("CREATE USER"); err != nil {
			return nil, err
		}
		return se.editEach(n.Users, func(name account.Name, a *account.Account) error {
			if a == nil {
				return mysqlerr.New(mysql.ER_REVOKE_GRANTS)
			}
			a.RevokeAll()
			return nil
		})
	}
	level, privileges, err := se.granted(n.Level, n.Privs, n.ObjectType)
	if err != nil {
		return nil, err
	}
	return se.editEach(n.Users, func(name account.Name, a *account.Account) error {
		if a == nil || !a.HasGrant(level) {
			return mysqlerr.New(mysql.ER_NONEXISTING_GRANT, name.User, name.Host)
		}
		a.Revoke(level, privileges)
		return nil
	})
}

// granted reads what GRANT and REVOKE list, and on which level, for those who
// may pass it on.
func (se *session) granted(n *ast.GrantLevel, elems []*ast.PrivElem, object ast.ObjectTypeType) (account.Level, account.Set, error) {
	level := account.Level{Table: n.TableName}
	if object == ast.ObjectTypeFunction || object == ast.ObjectTypeProcedure {
		return level, nil, mysqlerr.Beyond("privileges on routines")
	}
	if n.Level != ast.GrantLevelGlobal {
		if level.DB = cmp.Or(n.DBName, se.db); level.DB == "" {
			return level, nil, mysqlerr.New(mysql.ER_NO_DB_ERROR)
		}
	}
	privileges := account.Set{}
	for _, e := range elems {
		if len(e.Cols) > 0 {
			return level, nil, mysqlerr.Beyond("privileges on columns")
		}
		name := strings.ToUpper(e.Priv.String())
		if e.Priv == pm.ExtendedPriv {
			name = strings.ToUpper(e.Name)
		}
		switch {
		case e.Priv == pm.UsagePriv:
		case e.Priv == pm.AllPriv:
			maps.Copy(privileges, account.SetOf(level.All()...))
		case level.Allows(name):
			privileges[name] = true
		default:
			return level, nil, wrongPrivilege(level, name, e.Priv == pm.ExtendedPriv)
		}
	}
	return level, privileges, se.mayGrant(level, privileges)
}

// wrongPrivilege is why a privilege cannot be granted on a level.
func wrongPrivilege(level account.Level, name string, extended bool) error {
	const illegalPrivilegeLevel = 3619
	switch {
	case account.IsDynamic(name):
		return mysql.NewError(illegalPrivilegeLevel, "Illegal privilege level specified for "+name)
	case extended:
		return syntaxError(name, 1)
	case level.Table != "":
		return mysqlerr.New(mysql.ER_ILLEGAL_GRANT_FOR_TABLE)
	}
	return mysqlerr.New(mysql.ER_WRONG_USAGE, "DB GRANT", "GLOBAL PRIVILEGES")
}

// mayGrant checks that the session holds what it grants or revokes, and may
// pass it on.
func (se *session) mayGrant(level account.Level, privileges account.Set) error {
	if len(privileges) == 0 {
		privileges = account.SetOf(account.GrantOption)
	}
	for _, p := range slices.Sorted(maps.Keys(privileges)) {
		switch {
		case se.holds(p, level.DB, level.Table) && se.holds(account.Option(p), level.DB, level.Table):
		case level.Table != "":
			return se.deniedTable("GRANT", level.Table)
		case level.DB != "":
			return se.deniedDB(level.DB)
		case account.IsDynamic(p):
			return mysqlerr.New(mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, "GRANT OPTION")
		default:
			return mysqlerr.AccessDenied(se.account.Name.User, se.account.Name.Host, true)
		}
	}
	return nil
}
