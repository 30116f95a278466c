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

// known is what was found out about each action so far. What was proved by a
// call takes the place of what was only simulated.
type known struct {
	byAction map[string]Finding
	why      string // why nothing is known of the others
}

func (k *known) of(action string) Finding {
	if f, ok := k.byAction[action]; ok {
		return f
	}
	return Finding{Verdict: Unknown, Why: k.why}
}

func (k *known) set(action string, f Finding) { k.byAction[action] = f }

// refused notes a call that was refused, under the action that AWS names.
func (k *known) refused(err error) {
	answer, ok := errors.AsType[*steps.ServiceError](err)
	if !ok {
		return
	}
	action := answer.Action
	if action == "" {
		action = answer.Service + ":" + answer.Operation
	}
	k.set(action, Finding{Verdict: Denied, Sure: true, Why: "A call just made was refused: " + answer.Message})
}

// tried has services say themselves what they can.
func (k *known) tried(ctx context.Context, services steps.Services, needs []steps.Permission) {
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
			k.refused(err)
		}
	}
}

// calls are those that succeeded while a look went on.
type calls struct {
	mu      sync.Mutex
	actions []string
}

func (c *calls) hear(e steps.Event) {
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

// succeeded are the actions of the calls. A dry run's call is an error, and a
// reading call's action is named like it.
func (c *calls) succeeded() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.actions)
}

// simulate asks IAM about all needs, those with the same resources together.
func simulate(ctx context.Context, path steps.Path, needs []steps.Permission) *known {
	k := &known{byAction: map[string]Finding{}}
	permissions := path.Account.Services.Permissions
	if permissions == nil {
		k.why = "Nobody here can say."
		return k
	}
	principal, why := principalOf(ctx, path, permissions)
	if principal == "" {
		k.why = why
		return k
	}
	for _, group := range grouped(needs) {
		results, err := permissions.Simulate(ctx, principal, group.actions, group.resources, group.only)
		if errors.Is(err, steps.ErrInvalidInput) { // it does not know one of these; the others it may
			for _, action := range group.actions {
				k.set(action, Finding{Verdict: Unknown, Why: simulationFailed(err, principal)})
			}
			continue
		}
		if err != nil {
			k.why = simulationFailed(err, principal)
			return k
		}
		for _, result := range results {
			k.set(result.Action, judged(result, group.resources))
		}
	}
	k.why = "IAM's simulation does not speak of it."
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

// judged is a simulation's result as a finding. An answer that depends on what
// a simulation does not know is no denial.
func judged(s steps.Simulated, resources []string) Finding {
	on := ""
	if len(resources) > 0 && resources[0] != "*" {
		on = " on " + strings.Join(resources, ", ")
	}
	switch {
	case s.Decision == steps.DecisionAllowed:
		return Finding{Verdict: Allowed, Why: "IAM's simulation allows it."}
	case len(s.Missing) > 0:
		return Finding{Verdict: Unknown, Why: "It depends on " + strings.Join(s.Missing, ", ") + ", which IAM's simulation does not know."}
	case s.Limit != "":
		return Finding{Verdict: Denied, Why: fmt.Sprintf("IAM's simulation: %s does not allow it%s.", s.Limit, on), Sure: s.Decision == steps.DecisionExplicitDeny}
	case s.Decision == steps.DecisionExplicitDeny:
		return Finding{Verdict: Denied, Why: "IAM's simulation: a policy denies it" + on + ".", Sure: true}
	}
	return Finding{Verdict: Denied, Why: "IAM's simulation: no policy allows it" + on + "."}
}

// group is what one simulation asks.
type group struct {
	actions   []string
	resources []string
	only      map[string]string
}

// grouped puts needs together that have the same resources and conditions, in
// the order of the first of each.
func grouped(needs []steps.Permission) []group {
	var groups []group
	at := map[string]int{}
	for _, need := range needs {
		key := fmt.Sprint(need.Resources, need.Only)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, group{resources: need.Resources, only: need.Only})
		}
		groups[i].actions = append(groups[i].actions, need.Action)
	}
	return groups
}
