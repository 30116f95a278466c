package steps

import (
	"errors"
	"fmt"
)

// ErrPasswordUnknown is a sign-in that needs a password which nobody gave.
var ErrPasswordUnknown = errors.New("the password is not known")

// UnsuitableError is a resource of the account that the person chose and that a
// run cannot use as it is. Why and Fix are sentences.
type UnsuitableError struct {
	Kind string
	Name string
	Why  string
	Fix  string
}

func (e *UnsuitableError) Error() string {
	return fmt.Sprintf("%s %s cannot be used: %s", e.Kind, e.Name, e.Why)
}

func unsuitable(e *UnsuitableError) Diagnosis {
	d := Diagnosis{ID: "secret-unsuitable", What: fmt.Sprintf("The secret %s cannot be used", e.Name), Why: e.Why, Fix: e.Fix}
	switch e.Kind {
	case KindDatabase:
		d.ID, d.What = "database-unsuitable", fmt.Sprintf("The database %s cannot be used", e.Name)
	case KindSubnet:
		d.ID, d.What = "subnets-unsuitable", "The subnets cannot be used for a database"
	}
	return d
}

func passwordUnknown(failure) Diagnosis {
	return Diagnosis{
		ID:   "password-unknown",
		What: "The password of the database's user is not known",
		Why:  "The database was not made by keyturn, and RDS tells nobody a password. The secret must hold it before it can rotate.",
		Fix: "Type it, put it into KEYTURN_MASTER_PASSWORD or a file named with --db-password-file, " +
			"or use a secret that has it with --secret-existing.",
	}
}
