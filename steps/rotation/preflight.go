package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"keyturn/steps"
)

// minZones is how many Availability Zones RDS wants a subnet group to cover
// (RDS user guide, "Working with a DB instance in a VPC").
const minZones = 2

// preflightChecks makes a step's look ahead of looks that each return one error.
func preflightChecks(looks ...func(run, context.Context) []error) func(context.Context, *steps.Run) []error {
	return func(ctx context.Context, r *steps.Run) []error {
		var all []error
		for _, look := range looks {
			all = append(all, look(run{r}, ctx)...)
		}
		return slices.DeleteFunc(all, func(err error) bool { return err == nil })
	}
}

// preflightDatabase looks for the instance's name, the network that it will be
// in, what can be ordered, and the quotas.
func (r run) preflightDatabase(ctx context.Context) []error {
	if r.usesExistingDatabase() {
		_, err := checkExistingDatabase(ctx, r)
		return []error{err}
	}
	_, named := r.findDatabase(ctx)
	_, ordered := r.databaseSpec(ctx)
	return append([]error{named, ordered, r.preflightNetwork(ctx), r.preflightPrivate(ctx)}, r.preflightQuotas(ctx)...)
}

func (r run) preflightNetwork(ctx context.Context) error {
	network := r.Services().Network
	vpc, err := r.databaseVPC(ctx)
	if errors.Is(err, steps.ErrNoDefaultNetwork) && r.Setup().CreateDefaultVPC {
		return nil
	}
	if err != nil {
		return err
	}
	subnets, err := network.Subnets(ctx, vpc)
	zones := onePerZone(subnets)
	switch {
	case errors.Is(err, steps.ErrAccessDenied), errors.Is(err, steps.ErrUnknownOperation): // only the look needs it
	case err != nil:
		return fmt.Errorf("look at the default network: %w", err)
	case len(zones) < minZones:
		return fmt.Errorf("the default VPC %s has subnets in %d Availability Zones, and RDS needs %d: %w", vpc, len(zones), minZones, steps.ErrNoDefaultNetwork)
	}
	groups, err := network.SecurityGroupsByName(ctx, r.groupName(), vpc)
	if err != nil {
		return fmt.Errorf("look for the security group: %w", err)
	}
	for _, group := range groups {
		if !r.Owns(group.Tags) {
			return &steps.NameTakenError{Kind: steps.KindSecurityGroup, Name: group.Name, Owner: steps.Owner(group.Tags)}
		}
	}
	return nil
}

// preflightPrivate looks whether the private network can be, and who is admitted is
// known.
func (r run) preflightPrivate(ctx context.Context) error {
	if !r.Setup().Private() {
		return nil
	}
	if _, _, err := r.admittedCIDR(ctx); err != nil {
		return err
	}
	vpc, err := r.databaseVPC(ctx)
	if err != nil {
		return nil //nolint:nilerr // said by preflightNetwork
	}
	return r.checkPrivateNetwork(ctx, vpc)
}

// preflightQuotas looks whether one more instance fits. Whoever may not see the
// quotas learns of them from RDS's answer to the creation.
func (r run) preflightQuotas(ctx context.Context) []error {
	quotas, err := r.Services().Databases.Quotas(ctx)
	if err != nil {
		return nil //nolint:nilerr // a help only
	}
	adds := map[string]int64{steps.QuotaDBInstances: 1, steps.QuotaStorage: int64(r.Setup().DBStorageGiB)}
	var all []error
	for _, quota := range quotas {
		if n, counts := adds[quota.Name]; counts && quota.Used+n > quota.Most {
			all = append(all, &steps.QuotaError{Quota: quota, Adds: n})
		}
	}
	return all
}

// preflightSecret looks for the secret's name, which one that is scheduled for
// deletion has, too.
func (r run) preflightSecret(ctx context.Context) []error {
	_, err := r.findSecret(ctx)
	return []error{err}
}

// preflightRotation looks whether the function can be had here, and for the names
// that it and its stack will take.
func (r run) preflightRotation(ctx context.Context) []error {
	from, err := r.chooseFunction(ctx)
	if err != nil {
		return []error{err}
	}
	if r.usesExistingDatabase() && r.state().Database.ID != "" {
		if _, err := r.planFunctionNetwork(ctx); err != nil {
			return []error{err}
		}
	}
	switch from := from.(type) {
	case existingFunction:
		return []error{from.preflight(ctx, r)}
	case transform:
		return []error{r.preflightStack(ctx, r.stackName()), r.preflightFunction(ctx)}
	}
	return []error{r.preflightStack(ctx, stackPrefix+r.stackName()), r.preflightFunction(ctx)}
}

// preflightFunction looks for the function's name. Whoever may not look learns of
// it from the stack.
func (r run) preflightFunction(ctx context.Context) error {
	name := r.Setup().FunctionName
	_, err := r.Services().Functions.Function(ctx, name)
	if err != nil {
		return nil //nolint:nilerr // ErrNotFound is as it should be, and the rest is a help only
	}
	return &steps.NameTakenError{Kind: steps.KindFunction, Name: name}
}

func (r run) preflightStack(ctx context.Context, name string) error {
	if _, recorded := r.Receipt().Record(steps.KindStack, r.stackName()); recorded {
		return nil
	}
	stack, err := r.Services().Stacks.DescribeStack(ctx, name)
	switch {
	case errors.Is(err, steps.ErrNotFound) || err == nil && stack.Status == "DELETE_COMPLETE":
		return nil
	case err != nil:
		return fmt.Errorf("look for the rotation function's stack: %w", err)
	}
	return &steps.NameTakenError{Kind: steps.KindStack, Name: stack.Name}
}
