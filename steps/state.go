package steps

import (
	"maps"
	"slices"
	"time"
)

// State is what a run knows: what was found in the account and what was made.
// Passwords are here, in memory, and nowhere else.
type State struct {
	Database     DBInstance
	Group        SecurityGroup
	SecretARN    string
	Versions     []SecretVersion
	FunctionName string
	FunctionARN  string
	NextRotation time.Time
	// OldPassword is the one before the rotation, NewPassword the one after.
	OldPassword Password
	NewPassword Password
	SignIn      SignIn // the latest that succeeded
	Checks      map[StepID][]Check

	actions      map[StepID][]action
	fingerprints map[string]string // by version id, of the passwords seen
	logSeen      int               // lines of the function's log before this rotation
}

func newState() State {
	return State{Checks: map[StepID][]Check{}, actions: map[StepID][]action{}, fingerprints: map[string]string{}}
}

func (s State) clone() State {
	s.Versions = slices.Clone(s.Versions)
	s.Checks = maps.Clone(s.Checks)
	s.actions = maps.Clone(s.actions)
	s.fingerprints = maps.Clone(s.fingerprints)
	return s
}
