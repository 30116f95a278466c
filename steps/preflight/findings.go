package preflight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"keyturn/steps"
)

// findings is what is known of each action so far. The result of a real call
// replaces that of a simulation.
type findings struct {
	byAction   map[string]Finding
	whyUnknown string // why nothing is known of the others
}

func (k *findings) get(action string) Finding {
	if f, ok := k.byAction[action]; ok {
		return f
	}
	return Finding{Verdict: Unknown, Why: k.whyUnknown}
}

func (k *findings) set(action string, f Finding) { k.byAction[action] = f }

// addDenial records a denied call, under the action that AWS names.
func (k *findings) addDenial(err error) {
	answer, ok := errors.AsType[*steps.ServiceError](err)
	if !ok {
		return
	}
	action := answer.Action
	if action == "" {
		action = answer.Service + ":" + answer.Operation
	}
	k.set(action, Finding{Verdict: Denied, Certain: true, Why: "A call just made was refused: " + answer.Message})
}

// addDryRuns asks the services themselves where they offer a dry run.
func (k *findings) addDryRuns(ctx context.Context, services steps.Services, needs []steps.Permission) {
	if services.Permissions == nil {
		return
	}
	for _, need := range needs {
		if need.Try == nil {
			continue
		}
		err := need.Try(ctx, services)
		switch {
		case err == nil:
			k.set(need.Action, Finding{Verdict: Allowed, Why: "The service itself would do it (dry run)."})
		case errors.Is(err, steps.ErrAccessDenied):
			k.addDenial(err)
		}
	}
}

// successfulCalls are the actions of the reading calls that succeeded.
type successfulCalls struct {
	mu      sync.Mutex
	actions []string
}

func (c *successfulCalls) record(e steps.Event) {
	done, ok := e.(steps.CallDone)
	if !ok || done.Call.Mutates || done.Call.Error != "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	action := done.Call.Service + ":" + done.Call.Operation
	if !slices.Contains(c.actions, action) {
		c.actions = append(c.actions, action)
	}
}

// list returns the actions. A reading call's action has the name of its
// operation; a dry run never counts, because its answer is an error.
func (c *successfulCalls) list() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.actions)
}

// simulate asks IAM about all needs, one call for those with the same resources.
func simulate(ctx context.Context, path steps.PermissionScope, needs []steps.Permission) *findings {
	k := &findings{byAction: map[string]Finding{}}
	permissions := path.Account.Services.Permissions
	if permissions == nil {
		k.whyUnknown = "Nobody here can say."
		return k
	}
	principal, why := principalOf(ctx, path, permissions)
	if principal == "" {
		k.whyUnknown = why
		return k
	}
	for _, group := range groupByResources(needs) {
		results, err := permissions.Simulate(ctx, principal, group.actions, group.resources, group.conditions)
		if errors.Is(err, steps.ErrInvalidInput) { // IAM does not know one of these actions
			for _, action := range group.actions {
				k.set(action, Finding{Verdict: Unknown, Why: simulationFailed(err, principal)})
			}
			continue
		}
		if err != nil {
			k.whyUnknown = simulationFailed(err, principal)
			return k
		}
		for _, result := range results {
			k.set(result.Action, findingOf(result, group.resources))
		}
	}
	k.whyUnknown = "IAM's simulation does not speak of it."
	return k
}

func simulationFailed(err error, principal string) string {
	answer := &steps.ServiceError{}
	_ = errors.As(err, &answer)
	switch {
	case errors.Is(err, steps.ErrAccessDenied):
		return fmt.Sprintf("It cannot be simulated: you may not do iam:SimulatePrincipalPolicy on %s.", principal)
	case errors.Is(err, steps.ErrNotFound):
		return fmt.Sprintf("It cannot be simulated: IAM knows no %s. A role's path is not part of the ARN of its session, and you may not do iam:GetRole.", principal)
	case errors.Is(err, steps.ErrUnknownOperation):
		return "It cannot be simulated: the endpoint has no SimulatePrincipalPolicy."
	}
	return "It could not be simulated: " + answer.Message + "."
}

// findingOf turns a simulation's result into a finding. An answer that depends
// on a condition key that the simulation does not know is no denial.
func findingOf(s steps.SimulationResult, resources []string) Finding {
	on := ""
	if len(resources) > 0 && resources[0] != "*" {
		on = " on " + strings.Join(resources, ", ")
	}
	switch {
	case s.Decision == steps.DecisionAllowed:
		return Finding{Verdict: Allowed, Why: "IAM's simulation allows it."}
	case len(s.MissingKeys) > 0:
		return Finding{Verdict: Unknown, Why: "It depends on " + strings.Join(s.MissingKeys, ", ") + ", which IAM's simulation does not know."}
	case s.DeniedBy != "":
		return Finding{Verdict: Denied, Why: fmt.Sprintf("IAM's simulation: %s does not allow it%s.", s.DeniedBy, on), Certain: s.Decision == steps.DecisionExplicitDeny}
	case s.Decision == steps.DecisionExplicitDeny:
		return Finding{Verdict: Denied, Why: "IAM's simulation: a policy denies it" + on + ".", Certain: true}
	}
	return Finding{Verdict: Denied, Why: "IAM's simulation: no policy allows it" + on + "."}
}

// group holds the arguments of one simulation.
type group struct {
	actions    []string
	resources  []string
	conditions map[string]string
}

// groupByResources groups needs with the same resources and conditions, in the
// order of the first of each.
func groupByResources(needs []steps.Permission) []group {
	var groups []group
	at := map[string]int{}
	for _, need := range needs {
		key := fmt.Sprint(need.Resources, need.Conditions)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, group{resources: need.Resources, conditions: need.Conditions})
		}
		groups[i].actions = append(groups[i].actions, need.Action)
	}
	return groups
}
