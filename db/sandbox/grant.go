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
		privileges[account.GrantOption] = true
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
func (se *session) granted(n *ast.GrantLevel, elems []*ast.PrivElem, object ast.ObjectTypeType) (string, account.Set, error) {
	level := account.Everywhere
	switch {
	case object == ast.ObjectTypeFunction || object == ast.ObjectTypeProcedure:
		return "", nil, mysqlerr.Beyond("privileges on routines")
	case n.TableName != "":
		return "", nil, mysqlerr.Beyond("privileges on tables")
	case n.Level != ast.GrantLevelGlobal:
		if level = cmp.Or(n.DBName, se.db); level == "" {
			return "", nil, mysqlerr.New(mysql.ER_NO_DB_ERROR)
		}
	}
	privileges := account.Set{}
	for _, e := range elems {
		name := strings.ToUpper(e.Priv.String())
		switch {
		case len(e.Cols) > 0:
			return "", nil, mysqlerr.Beyond("privileges on columns")
		case e.Priv == pm.ExtendedPriv:
			return "", nil, mysqlerr.Beyond("the dynamic privilege " + strings.ToUpper(e.Name))
		case e.Priv == pm.UsagePriv:
		case e.Priv == pm.AllPriv:
			maps.Copy(privileges, account.SetOf(account.All(level)...))
		case name == account.GrantOption, slices.Contains(account.All(level), name):
			privileges[name] = true
		default:
			return "", nil, mysqlerr.New(mysql.ER_WRONG_USAGE, "DB GRANT", "GLOBAL PRIVILEGES")
		}
	}
	return level, privileges, se.mayGrant(level, privileges)
}

// mayGrant checks that the session holds what it grants or revokes, and may
// pass it on.
func (se *session) mayGrant(level string, privileges account.Set) error {
	may := se.holds(account.GrantOption, level)
	for p := range privileges {
		may = may && se.holds(p, level)
	}
	switch {
	case may:
		return nil
	case level != account.Everywhere:
		return se.deniedDB(level)
	}
	return mysqlerr.AccessDenied(se.account.Name.User, se.account.Name.Host, true)
}
