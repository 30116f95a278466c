package account

import (
	"maps"
	"slices"
	"strings"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
)

// Static is a set of the privileges that are built into MySQL.
type Static = pm.PrivilegeType

// everyStatic is every static privilege but GRANT OPTION, in the order in
// which SHOW GRANTS lists them.
var everyStatic = []Static{
	pm.SelectPriv, pm.InsertPriv, pm.UpdatePriv, pm.DeletePriv, pm.CreatePriv, pm.DropPriv, pm.ReloadPriv,
	pm.ShutdownPriv, pm.ProcessPriv, pm.FilePriv, pm.ReferencesPriv, pm.IndexPriv, pm.AlterPriv, pm.ShowDBPriv,
	pm.SuperPriv, pm.CreateTMPTablePriv, pm.LockTablesPriv, pm.ExecutePriv, pm.ReplicationSlavePriv,
	pm.ReplicationClientPriv, pm.CreateViewPriv, pm.ShowViewPriv, pm.CreateRoutinePriv, pm.AlterRoutinePriv,
	pm.CreateUserPriv, pm.EventPriv, pm.TriggerPriv, pm.CreateTablespacePriv, pm.CreateRolePriv, pm.DropRolePriv,
}

// What ALL stands for on *.*, on a database and on a table.
var (
	AllGlobal = union(everyStatic...)
	AllOnDB   = union(pm.SelectPriv, pm.InsertPriv, pm.UpdatePriv, pm.DeletePriv, pm.CreatePriv, pm.DropPriv,
		pm.ReferencesPriv, pm.IndexPriv, pm.AlterPriv, pm.CreateTMPTablePriv, pm.LockTablesPriv, pm.ExecutePriv,
		pm.CreateViewPriv, pm.ShowViewPriv, pm.CreateRoutinePriv, pm.AlterRoutinePriv, pm.EventPriv, pm.TriggerPriv)
	AllOnTable = union(pm.SelectPriv, pm.InsertPriv, pm.UpdatePriv, pm.DeletePriv, pm.CreatePriv, pm.DropPriv,
		pm.ReferencesPriv, pm.IndexPriv, pm.AlterPriv, pm.CreateViewPriv, pm.ShowViewPriv, pm.TriggerPriv)
)

// dynamicPrivileges are the privileges that MySQL 8.4 registers at run time.
// https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html
var dynamicPrivileges = []string{
	"ALLOW_NONEXISTENT_DEFINER", "APPLICATION_PASSWORD_ADMIN", "AUDIT_ABORT_EXEMPT", "AUDIT_ADMIN",
	"AUTHENTICATION_POLICY_ADMIN", "BACKUP_ADMIN", "BINLOG_ADMIN", "BINLOG_ENCRYPTION_ADMIN", "CLONE_ADMIN",
	"CONNECTION_ADMIN", "ENCRYPTION_KEY_ADMIN", "FIREWALL_EXEMPT", "FLUSH_OPTIMIZER_COSTS", "FLUSH_PRIVILEGES",
	"FLUSH_STATUS", "FLUSH_TABLES", "FLUSH_USER_RESOURCES", "GROUP_REPLICATION_ADMIN", "GROUP_REPLICATION_STREAM",
	"INNODB_REDO_LOG_ARCHIVE", "INNODB_REDO_LOG_ENABLE", "OPTIMIZE_LOCAL_TABLE", "PASSWORDLESS_USER_ADMIN",
	"PERSIST_RO_VARIABLES_ADMIN", "REPLICATION_APPLIER", "REPLICATION_SLAVE_ADMIN", "RESOURCE_GROUP_ADMIN",
	"RESOURCE_GROUP_USER", "ROLE_ADMIN", "SENSITIVE_VARIABLES_OBSERVER", "SERVICE_CONNECTION_ADMIN",
	"SESSION_VARIABLES_ADMIN", "SET_ANY_DEFINER", "SHOW_ROUTINE", "SYSTEM_USER", "SYSTEM_VARIABLES_ADMIN",
	"TABLE_ENCRYPTION_ADMIN", "TELEMETRY_LOG_ADMIN", "TRANSACTION_GTID_TAG", "XA_RECOVER_ADMIN",
}

// IsDynamic reports whether MySQL 8.4 knows a dynamic privilege of that name.
func IsDynamic(name string) bool { return slices.Contains(dynamicPrivileges, name) }

// Privileges is what is granted at one level. Dynamic maps a dynamic
// privilege's name to whether it was granted WITH GRANT OPTION; for the static
// ones pm.GrantPriv says so.
type Privileges struct {
	Static  Static
	Dynamic map[string]bool
}

func (p Privileges) clone() Privileges {
	p.Dynamic = maps.Clone(p.Dynamic)
	return p
}

// Empty reports whether nothing is granted.
func (p Privileges) Empty() bool { return p.Static == 0 && len(p.Dynamic) == 0 }

// add and remove change p by other.
func (p *Privileges) add(other Privileges) {
	p.Static |= other.Static
	for name, grantable := range other.Dynamic {
		if p.Dynamic == nil {
			p.Dynamic = map[string]bool{}
		}
		p.Dynamic[name] = p.Dynamic[name] || grantable
	}
}

func (p *Privileges) remove(other Privileges) {
	p.Static &^= other.Static
	for name := range other.Dynamic {
		delete(p.Dynamic, name)
	}
}

// StaticName is the privilege as statements and SHOW GRANTS spell it.
func StaticName(p Static) string { return strings.ToUpper(pm.Priv2Str[p]) }

func union(privileges ...Static) Static {
	var all Static
	for _, p := range privileges {
		all |= p
	}
	return all
}
