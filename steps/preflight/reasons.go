package preflight

import (
	"slices"
	"strings"
)

// Reason is a finding's Why with all actions and steps that it applies to.
type Reason struct {
	Why     string
	Actions []string
	Steps   []string // the names of the steps that need one of the actions
}

// GroupByReason groups findings that have the same Why, in the order of the
// first of each.
func GroupByReason(findings []Finding) []Reason {
	var all []Reason
	for _, f := range findings {
		name := f.Action
		if f.Optional {
			name += " (a run does without it)"
		}
		i := slices.IndexFunc(all, func(r Reason) bool { return r.Why == f.Why })
		if i < 0 {
			i = len(all)
			all = append(all, Reason{Why: f.Why})
		}
		all[i].Actions = append(all[i].Actions, name)
		for _, step := range f.Steps {
			if !slices.Contains(all[i].Steps, step) {
				all[i].Steps = append(all[i].Steps, step)
			}
		}
	}
	return all
}

// String is the reason and the steps that need the actions, as sentences.
func (r Reason) String() string {
	if len(r.Steps) == 0 {
		return r.Why
	}
	return r.Why + " Needed for: " + strings.Join(r.Steps, ", ") + "."
}

// Advice is what to do about what is denied.
const Advice = "Ask whoever manages the account to allow it. `keyturn check --policy` prints the least policy for this path."
