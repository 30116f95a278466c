package rotation

import (
	"maps"
	"slices"
	"time"

	"keyturn/steps"
)

// State is what the tutorial's steps know: what they found in the account and
// what they made. Passwords are here, in memory, and nowhere else.
type State struct {
	Database     steps.DBInstance
	Group        steps.SecurityGroup
	VPCID        string // of the run's security group, before there is one
	Way          way    // of a function in a VPC to Secrets Manager
	SecretARN    string
	Versions     []steps.SecretVersion
	FunctionName string
	FunctionARN  string
	NextRotation time.Time
	// OldPassword is the one before the rotation, NewPassword the one after.
	OldPassword steps.Password
	NewPassword steps.Password
	SignIn      steps.SignIn // the latest that succeeded

	fingerprints map[string]string // by version id, of the passwords seen
	logSeen      int               // lines of the function's log before this rotation
}

func (r run) state() State { return steps.Recall[State](r.Run) }

// update changes the state, and with it how a person signs in to the database.
// States that were read before do not see the change.
func (r run) update(change func(*State)) {
	var db steps.DBInstance
	steps.Remember(r.Run, func(s *State) {
		s.Versions = slices.Clone(s.Versions)
		s.fingerprints = maps.Clone(s.fingerprints)
		if s.fingerprints == nil {
			s.fingerprints = map[string]string{}
		}
		change(s)
		db = s.Database
	})
	setup := r.Setup()
	steps.Remember(r.Run, func(c *steps.Connection) {
		*c = steps.Connection{Name: setup.DBInstanceID, Host: db.Host, Port: db.Port, User: setup.DBUsername}
	})
}
