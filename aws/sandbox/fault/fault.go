// Package fault breaks things in a sandbox's account, as its owner could by
// hand: a rule is revoked, a password changed, a label moved. The services then
// answer as they do in a world that is so; no answer is made up. Only the faults
// of the answers themselves stand between the services and the person.
package fault

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/aws/sandbox/wire"
)

// Family groups the faults for somebody who looks for one.
type Family string

// The families.
const (
	Network     Family = "network"
	Credentials Family = "credentials"
	Labels      Family = "labels"
	Permissions Family = "permissions"
	Function    Family = "function"
	Limits      Family = "limits"
	Answers     Family = "answers"
	Cleanup     Family = "clean-up"
)

// Fault is one thing that is wrong in the account.
type Fault struct {
	Name   string
	Wrong  string // a sentence: "The database's security group lets nobody in."
	Family Family
	// Skew is how far the account's clock is ahead of this machine's.
	Skew time.Duration
	// NoRepository takes the Serverless Application Repository from the region.
	NoRepository bool

	strikes []strike
	// refuse decides the person's calls before the services do; made anew for
	// each account.
	refuse func() refusal
	// lose reports whether the answer to a person's call is lost; made anew for
	// each account.
	lose func() func(wire.Call) bool
}

// refusal answers a call in the services' place, or returns nil.
type refusal func(ctx context.Context, c wire.Call) *wire.Error

// strike is one blow of a fault: just before somebody's first call of one of
// the operations is served ("secretsmanager RotateSecret"), or at the start
// where there are none. A fault's strikes come one after the other.
type strike struct {
	before []string
	by     caller
	do     func(ctx context.Context, a *Account, in any) error
}

type caller int

const (
	person caller = iota
	function
)

// All are the faults, by name within their families.
func All() []Fault {
	return slices.Concat(networkFaults(), credentialFaults(), labelFaults(), permissionFaults(), functionFaults(), limitFaults(), answerFaults(), cleanupFaults())
}

// Find returns the faults of the names; a name given twice is one fault.
func Find(names []string) ([]Fault, error) {
	all := All()
	var found []Fault
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		at := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
		if at < 0 {
			known := make([]string, len(all))
			for i, f := range all {
				known[i] = f.Name
			}
			return nil, fmt.Errorf("fault %q: there is none of that name; there are %s", name, strings.Join(known, ", "))
		}
		found = append(found, all[at])
	}
	return found, nil
}
