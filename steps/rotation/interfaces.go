package rotation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// How long Lambda keeps the network interfaces of a function that is gone: 20 to
// 45 minutes, as the Lambda developer guide and Terraform's provider have it.
const (
	interfacesUsual    = 20 * time.Minute
	interfacesDeadline = time.Hour
)

// waitForInterfacesDeleted waits until nothing has the run's group any more. Whoever may
// not look finds out by trying to delete the group.
func (r run) waitForInterfacesDeleted(ctx context.Context, groupID string) error {
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
			return format.Count(len(interfaces), "network interface") + " left", len(interfaces) == 0, nil
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
