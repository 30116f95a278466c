package account

import (
	"crypto/rand"

	"github.com/go-mysql-org/go-mysql/mysql"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/steps"
)

// masterStatic and masterDynamic are what Amazon RDS grants a master user of
// MySQL 8.4: no SUPER, SHUTDOWN or FILE.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
var (
	masterStatic = union(pm.SelectPriv, pm.InsertPriv, pm.UpdatePriv, pm.DeletePriv, pm.CreatePriv, pm.DropPriv,
		pm.ReloadPriv, pm.ProcessPriv, pm.ReferencesPriv, pm.IndexPriv, pm.AlterPriv, pm.ShowDBPriv,
		pm.CreateTMPTablePriv, pm.LockTablesPriv, pm.ExecutePriv, pm.ReplicationSlavePriv, pm.ReplicationClientPriv,
		pm.CreateViewPriv, pm.ShowViewPriv, pm.CreateRoutinePriv, pm.AlterRoutinePriv, pm.CreateUserPriv,
		pm.EventPriv, pm.TriggerPriv, pm.CreateRolePriv, pm.DropRolePriv, pm.GrantPriv)
	masterDynamic = []string{
		"APPLICATION_PASSWORD_ADMIN", "FLUSH_OPTIMIZER_COSTS", "FLUSH_PRIVILEGES", "FLUSH_STATUS", "FLUSH_TABLES",
		"FLUSH_USER_RESOURCES", "REPLICATION_APPLIER", "ROLE_ADMIN", "SENSITIVE_VARIABLES_OBSERVER", "SET_ANY_DEFINER",
		"SHOW_ROUTINE", "XA_RECOVER_ADMIN",
	}
)

// CreateMaster makes an RDS instance's accounts: the master user at any host,
// and the internal ones that nobody but the server itself uses.
func (b *Book) CreateMaster(user string, password steps.Password) error {
	master := Name{User: user, Host: "%"}
	if err := b.Create(Spec{Name: master, Password: &password}); err != nil {
		return err
	}
	dynamic := map[string]bool{}
	for _, p := range masterDynamic {
		dynamic[p] = true
	}
	if err := b.Grant(master, Level{}, Privileges{Static: masterStatic, Dynamic: dynamic}); err != nil {
		return err
	}
	for _, internal := range []struct {
		user   string
		locked bool
	}{
		{"mysql.infoschema", true},
		{"mysql.session", true},
		{"mysql.sys", true},
		{"rdsadmin", false},
	} {
		name, unguessable := Name{User: internal.user, Host: "localhost"}, steps.NewPassword(rand.Text())
		spec := Spec{
			Name: name, Plugin: mysql.AUTH_CACHING_SHA2_PASSWORD, Password: &unguessable,
			Locked: &internal.locked, Internal: true,
		}
		if err := b.Create(spec); err != nil {
			return err
		}
	}
	return b.Grant(Name{User: "rdsadmin", Host: "localhost"}, Level{}, Privileges{
		Static: AllGlobal | pm.GrantPriv, Dynamic: map[string]bool{"SYSTEM_USER": true},
	})
}
