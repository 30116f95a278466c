package sandbox

import (
	"database/sql/driver"

	pm "github.com/pingcap/tidb/pkg/parser/mysql"
)

// systemTables are the tables of MySQL's own databases that clients read.
// https://dev.mysql.com/doc/refman/8.4/en/information-schema.html
func systemTables() []systemTable {
	return append(informationSchema(), newSystemTable("mysql", "user", `Host text User text Select_priv text
		Insert_priv text Update_priv text Delete_priv text Create_priv text Drop_priv text Reload_priv text
		Process_priv text Grant_priv text Super_priv text Create_user_priv text ssl_type text ssl_cipher text
		x509_issuer text x509_subject text plugin text authentication_string text password_expired text
		account_locked text`, userRows))
}

func userRows(se *session) [][]driver.Value {
	var rows [][]driver.Value
	for _, a := range se.server.accounts.All() {
		may := func(p pm.PrivilegeType) string { return yesNo(a.Global()&p != 0) }
		rows = append(rows, row(
			a.Name.Host, a.Name.User, may(pm.SelectPriv), may(pm.InsertPriv), may(pm.UpdatePriv), may(pm.DeletePriv),
			may(pm.CreatePriv), may(pm.DropPriv), may(pm.ReloadPriv), may(pm.ProcessPriv), may(pm.GrantPriv),
			may(pm.SuperPriv), may(pm.CreateUserPriv), a.Require.Type, a.Require.Cipher, a.Require.Issuer,
			a.Require.Subject, a.Plugin, a.Hash(), yesNo(a.Expired), yesNo(a.Locked),
		))
	}
	return rows
}

func yesNo(yes bool) string {
	if yes {
		return "Y"
	}
	return "N"
}
