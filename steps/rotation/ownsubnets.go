package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// This file puts a test database into subnets that the person chose, by a DB subnet
// group of the run's own. The subnets and their VPC stay as they are.

// databaseVPC is where the test database is to be: the VPC of the subnets that the person
// chose, or the default one.
func (r run) databaseVPC(ctx context.Context) (string, error) {
	if len(r.Setup().Subnets()) > 0 {
		subnets, err := r.checkChosenSubnets(ctx)
		if err != nil {
			return "", err
		}
		return subnets[0].VPCID, nil
	}
	vpc, err := r.Services().Network.DefaultVPC(ctx)
	if err != nil {
		return "", fmt.Errorf("find the default network: %w", err)
	}
	return vpc, nil
}

// checkChosenSubnets looks whether a database can be in the subnets that the person
// chose, and notes whether the internet leads there.
func (r run) checkChosenSubnets(ctx context.Context) ([]steps.Subnet, error) {
	ids, network := r.Setup().Subnets(), r.Services().Network
	subnets, err := network.SubnetsByID(ctx, ids)
	if errors.Is(err, steps.ErrNotFound) {
		return nil, r.unsuitableSubnetsError("One of them is not in this account and region. " + serviceMessage(err))
	}
	if err != nil || len(subnets) == 0 {
		return nil, fmt.Errorf("look at the subnets: %w", err)
	}
	for _, s := range subnets[1:] {
		if s.VPCID != subnets[0].VPCID {
			return nil, r.unsuitableSubnetsError(fmt.Sprintf("They are in different VPCs: %s in %s, %s in %s.", subnets[0].ID, subnets[0].VPCID, s.ID, s.VPCID))
		}
	}
	if n := len(onePerZone(subnets)); n < minZones {
		return nil, r.unsuitableSubnetsError(fmt.Sprintf("They are in %s, and RDS needs %d.", format.Count(n, "Availability Zone"), minZones))
	}
	tables, err := network.RouteTables(ctx, subnets[0].VPCID)
	if err != nil {
		return nil, fmt.Errorf("look at the routes: %w", err)
	}
	inside := ""
	for _, s := range subnets {
		if steps.TableOf(tables, s.ID).InternetGateway == "" {
			inside = s.ID
		}
	}
	if inside != "" && !r.Setup().Private() {
		return nil, r.unsuitableSubnetsError(fmt.Sprintf("%s has no route to an internet gateway, and in the public network the database is reached from there.", inside))
	}
	r.update(func(s *State) { s.privateSubnets = inside != "" })
	return subnets, nil
}

func (r run) unsuitableSubnetsError(why string) error {
	return &steps.UnsuitableError{
		Kind: steps.KindSubnet, Name: r.Setup().SubnetIDs, Why: why,
		Fix: "Choose others with --subnet-ids: two or more of one VPC, in different Availability Zones; in the public network with a route to an internet gateway.",
	}
}

// serviceMessage is what the service answered, as a sentence.
func serviceMessage(err error) string {
	if answer, ok := errors.AsType[*steps.ServiceError](err); ok {
		return strings.TrimSuffix(answer.Message, ".") + "."
	}
	return ""
}

// withoutPublicAddress reports that a public address would be of no use to the test
// database: to nobody whom it admits, or not in its subnets.
func (r run) withoutPublicAddress() bool {
	return r.Setup().WithoutPublicAddress() || r.state().privateSubnets
}

// subnetGroup names the DB subnet group of the database, "" for the default VPC's.
func (r run) subnetGroup() string {
	if len(r.Setup().Subnets()) == 0 {
		return ""
	}
	return r.groupName()
}

// planSubnetGroup plans the DB subnet group of the chosen subnets.
func (r run) planSubnetGroup(ctx context.Context) ([]action, error) {
	if len(r.Setup().Subnets()) == 0 {
		return nil, nil
	}
	name := r.groupName()
	there, err := r.Services().Databases.HasDBSubnetGroup(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("look for the DB subnet group: %w", err)
	}
	if _, own := r.Receipt().Record(steps.KindDBSubnetGroup, name); there && !own {
		return nil, &steps.NameTakenError{Kind: steps.KindDBSubnetGroup, Name: name}
	}
	if there {
		return nil, r.RecordCreated(steps.KindDBSubnetGroup, name, name)
	}
	why := fmt.Sprintf("group your %s for the database", format.Count(len(r.Setup().Subnets()), "subnet"))
	return []action{newCall("rds", "CreateDBSubnetGroup", why, func(ctx context.Context, r run) error {
		return r.Create(steps.KindDBSubnetGroup, name, func() (string, error) {
			err := r.Services().Databases.CreateDBSubnetGroup(ctx, name, "keyturn: subnets of a tutorial database", r.Setup().Subnets(), r.Tags())
			if err != nil && !errors.Is(err, steps.ErrAlreadyExists) { // by this call, if its first answer was lost
				return "", fmt.Errorf("create the DB subnet group: %w", err)
			}
			return name, nil
		})
	})}, nil
}

// removeSubnetGroup comes after the database, which is in it.
func (r run) removeSubnetGroup(ctx context.Context) ([]action, error) {
	name := r.groupName()
	if _, own := r.Receipt().Record(steps.KindDBSubnetGroup, name); !own {
		return nil, nil
	}
	there, err := r.Services().Databases.HasDBSubnetGroup(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("look for the DB subnet group: %w", err)
	}
	gone := func(r run) error { return r.RecordRemoved(steps.KindDBSubnetGroup, name, time.Time{}) }
	if !there {
		return nil, gone(r)
	}
	return []action{newCall("rds", "DeleteDBSubnetGroup", "delete the DB subnet group; the subnets stay", func(ctx context.Context, r run) error {
		free := steps.Polling{For: "the DB subnet group to be unused", Every: r.Intervals().Stack, Deadline: groupDeadline}
		err := r.RetryWhile(ctx, free, steps.ErrInUse, func(ctx context.Context) error {
			return r.Services().Databases.DeleteDBSubnetGroup(ctx, name)
		})
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("delete the DB subnet group: %w", err)
		}
		return gone(r)
	})}, nil
}
