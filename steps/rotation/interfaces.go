package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
)

// How long Lambda keeps the network interfaces of a function that is gone: 20 to
// 45 minutes, as the Lambda developer guide and Terraform's provider have it.
const (
	interfacesUsual    = 20 * time.Minute
	interfacesDeadline = time.Hour
)

// awaitInterfaces waits until nothing has the run's group any more. Whoever may
// not look finds out by trying to delete the group.
func (r run) awaitInterfaces(ctx context.Context, groupID string) error {
	return r.Poll(ctx, steps.Polling{
		For: "the function's network interfaces to go", Quiet: true, Every: r.Intervals().Stack, Usual: interfacesUsual, Deadline: interfacesDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			interfaces, err := r.Services().Network.GroupInterfaces(ctx, groupID)
			switch {
			case errors.Is(err, steps.ErrAccessDenied), errors.Is(err, steps.ErrUnknownOperation):
				return "not to be seen", true, nil
			case err != nil:
				return "", false, fmt.Errorf("look at the network interfaces: %w", err)
			}
			return counted(len(interfaces), "network interface") + " left", len(interfaces) == 0, nil
		},
	})
}

// unusedDeadline is how long the run's group may be in use after everything that
// had it was deleted.
func (r run) unusedDeadline() time.Duration {
	if r.Setup().Private() {
		return interfacesDeadline
	}
	return groupDeadline
}

// stackDeletionDeadline allows for CloudFormation to wait for the interfaces of
// a function in a VPC.
func (r run) stackDeletionDeadline() time.Duration {
	if r.Setup().Private() {
		return interfacesDeadline
	}
	return stackDeadline
}

// removeForeignRules takes back the rule that let the function through to an
// endpoint which the run did not make.
func (r run) removeForeignRules(ctx context.Context) ([]action, error) {
	var recorded []string
	for _, rec := range r.Receipt().Existing(steps.KindInboundRule) {
		if strings.Contains(rec.Name, into) {
			recorded = append(recorded, rec.Name)
		}
	}
	if len(recorded) == 0 {
		return nil, nil
	}
	found, err := r.Services().Network.RulesByTag(ctx, r.Tags()[0])
	if err != nil {
		return nil, fmt.Errorf("look for the endpoint's rule: %w", err)
	}
	var actions []action
	there := map[string]bool{}
	for _, rule := range found {
		if name := r.recordOf(rule); strings.Contains(name, into) {
			there[name] = true
			actions = append(actions, closePort(rule.GroupID, rule))
		}
	}
	for _, name := range recorded {
		if !there[name] {
			if err := r.RecordRemoved(steps.KindInboundRule, name, time.Time{}); err != nil {
				return nil, err
			}
		}
	}
	return actions, nil
}
