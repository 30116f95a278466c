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
	Database        steps.DBInstance
	Username        string // of the user whose password rotates, once a resource of the account told it
	Group           steps.SecurityGroup
	VPCID           string          // of the run's security group, before there is one
	FunctionNetwork functionNetwork // of a function in a VPC to Secrets Manager
	SecretARN       string
	Versions        []steps.SecretVersion
	FunctionName    string
	FunctionARN     string
	NextRotation    time.Time
	// OldPassword is the one before the rotation, NewPassword the one after.
	OldPassword steps.Password
	NewPassword steps.Password
	SignIn      steps.SignIn // the latest that succeeded

	privateSubnets bool              // the chosen subnets have no route to the internet
	unreachable    string            // why this machine does not reach the database, as whyUnreachable says, once it tried
	fields         secretFields      // what an existing secret held at the last look
	fingerprints   map[string]string // by version id, of the passwords seen
	logSeen        int               // lines of the function's log before this rotation
}

func (r run) state() State { return steps.Recall[State](r.Run) }

// update changes the state, and with it how a person signs in to the database.
// States that were read before do not see the change.
func (r run) update(change func(*State)) {
	var known State
	steps.Remember(r.Run, func(s *State) {
		s.Versions = slices.Clone(s.Versions)
		s.fingerprints = maps.Clone(s.fingerprints)
		if s.fingerprints == nil {
			s.fingerprints = map[string]string{}
		}
		change(s)
		known = *s
	})
	connection := steps.Connection{
		Name: r.Setup().DatabaseName(), Host: known.Database.Host, Port: known.Database.Port, User: r.usernameIn(known),
	}
	steps.Remember(r.Run, func(c *steps.Connection) { *c = connection })
}

// username is the database user whose password rotates; "" as long as it is
// that of an existing resource at which the run has not looked yet.
func (r run) username() string { return r.usernameIn(r.state()) }

func (r run) usernameIn(s State) string {
	if s.Username != "" || r.usesExistingDatabase() || r.usesExistingSecret() {
		return s.Username
	}
	return r.Setup().DBUsername
}
