package account

import (
	"crypto/rand"
	"maps"
	"slices"

	"keyturn/steps"
)

// What Amazon RDS grants a master user of MySQL 8.4, WITH GRANT OPTION: every
// static privilege but some, and some dynamic ones.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
var (
	masterLacks   = listed(`SHUTDOWN, FILE, SUPER, CREATE TABLESPACE`)
	masterDynamic = listed(`APPLICATION_PASSWORD_ADMIN, FLUSH_OPTIMIZER_COSTS, FLUSH_PRIVILEGES, FLUSH_STATUS,
		FLUSH_TABLES, FLUSH_USER_RESOURCES, REPLICATION_APPLIER, ROLE_ADMIN, SENSITIVE_VARIABLES_OBSERVER,
		SET_ANY_DEFINER, SHOW_ROUTINE, XA_RECOVER_ADMIN`)
)

// NewBook has an RDS instance's accounts: the master user at any host, and the
// internal ones that nobody but the server itself uses.
func NewBook(user string, password steps.Password) *Book {
	master := New(Name{User: user, Host: "%"})
	master.SetPassword(password)
	held := SetOf(slices.Concat(onServer, masterDynamic)...)
	maps.DeleteFunc(held, func(p string, _ bool) bool { return slices.Contains(masterLacks, p) })
	master.Grant(Level{}, held.WithOptions())
	all := Accounts{master.Name: master}
	for _, user := range []string{"mysql.infoschema", "mysql.session", "mysql.sys", "rdsadmin"} {
		a := unusable(Name{User: user, Host: "localhost"})
		a.Locked, a.Internal = user != "rdsadmin", true
		all[a.Name] = a
	}
	rdsadmin := SetOf(slices.Concat(onServer, []string{GrantOption, "SYSTEM_USER"})...)
	all[Name{User: "rdsadmin", Host: "localhost"}].Grant(Level{}, rdsadmin)
	return &Book{accounts: all}
}

// unusable is an account with which nobody can sign in.
func unusable(name Name) *Account {
	a := New(name)
	a.Password = steps.NewPassword(rand.Text())
	a.Hash = "$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED" // as in MySQL
	return a
}
