package account

import (
	"errors"

	"keyturn/steps"
)

// What the book can refuse.
var (
	ErrUnknown = errors.New("no such account")
	ErrExists  = errors.New("account exists")
	ErrNoGrant = errors.New("no such grant")
)

// Spec is what CREATE USER and ALTER USER say of one account. A nil field, or
// an empty plugin, leaves that as it is.
type Spec struct {
	Name     Name
	Plugin   string
	Password *steps.Password
	Require  *Requirement
	Locked   *bool
	Comment  *string
	Expired  bool // PASSWORD EXPIRE
	Internal bool
}
