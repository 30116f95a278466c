package account

import (
	"crypto/rand"

	"keyturn/steps"
)

// masterLacks are the privileges that Amazon RDS does not grant a master user,
// who has every other one WITH GRANT OPTION.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
var masterLacks = listed(`SHUTDOWN, FILE, SUPER, CREATE TABLESPACE`)

// NewBook has the master user of an RDS instance, at any host.
func NewBook(user string, password steps.Password) *Book {
	master := New(Name{User: user, Host: "%"})
	master.SetPassword(password)
	master.Grant(Everywhere, SetOf(append(listed(GrantOption), onServer...)...))
	master.Revoke(Everywhere, SetOf(masterLacks...))
	return &Book{accounts: Accounts{master.Name: master}}
}

// unusable is an account with which nobody can sign in.
func unusable(name Name) *Account {
	a := New(name)
	a.Password = steps.NewPassword(rand.Text())
	return a
}
