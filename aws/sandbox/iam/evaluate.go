package iam

import (
	"maps"
	"slices"
	"strings"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// permissions are the statements of several policies.
type permissions struct {
	unlimited  bool // one statement allows everything and none denies
	statements []statement
}

// compilePolicies parses policies that are known to be valid.
func compilePolicies(texts []string) *permissions {
	r := &permissions{}
	denies, everything := false, false
	for _, text := range texts {
		d, err := parseDocument(text)
		if err != nil {
			continue
		}
		for _, s := range d.Statement {
			denies = denies || s.Effect == "Deny"
			everything = everything || s.Effect == "Allow" && slices.Contains(s.Action, "*") && slices.Contains(s.Resource, "*") && len(s.Condition) == 0
		}
		r.statements = append(r.statements, d.Statement...)
	}
	r.unlimited = everything && !denies
	return r
}

// decide evaluates identity-based policies as IAM does: an explicit deny wins, and
// without an allow the answer is an implicit deny. missing lists the condition
// keys that the statements for this action and resource need and known lacks.
func (r *permissions) decide(action, resource string, known map[string]string) (wire.Decision, []string) {
	decision := wire.ImplicitlyDenied
	missing := map[string]bool{}
	for _, s := range r.statements {
		if !s.covers(action, resource) {
			continue
		}
		holds, lacks := s.Condition.evaluate(known)
		for _, key := range lacks {
			missing[key] = true
		}
		switch {
		case !holds:
		case s.Effect == "Deny":
			return wire.ExplicitlyDenied, slices.Sorted(maps.Keys(missing))
		default:
			decision = wire.Allowed
		}
	}
	return decision, slices.Sorted(maps.Keys(missing))
}

// covers reports whether a statement applies to an action on a resource. Case
// does not matter in actions.
func (s statement) covers(action, resource string) bool {
	in := func(patterns []string, text string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return cloud.MatchesWildcard(pattern, text) })
	}
	lower := func(texts []string) []string {
		out := make([]string, len(texts))
		for i := range texts {
			out[i] = strings.ToLower(texts[i])
		}
		return out
	}
	name := strings.ToLower(action)
	switch {
	case len(s.Action) > 0 && !in(lower(s.Action), name),
		len(s.NotAction) > 0 && in(lower(s.NotAction), name),
		len(s.Resource) > 0 && !in(s.Resource, resource),
		len(s.NotResource) > 0 && in(s.NotResource, resource):
		return false
	}
	return true
}
