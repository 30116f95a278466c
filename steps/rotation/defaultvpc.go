package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// defaultVPCName names the VPC in the receipt: a region has one of its kind.
const defaultVPCName = "default VPC"

// findOrPlanVPC finds the VPC of the run, and plans to make the default one where
// there is none and the person wants that.
func (r run) findOrPlanVPC(ctx context.Context) ([]action, error) {
	vpc, err := r.databaseVPC(ctx)
	if errors.Is(err, steps.ErrNoDefaultNetwork) && r.Setup().CreateDefaultVPC {
		return createDefaultVPC(), nil
	}
	if err != nil {
		return nil, err
	}
	r.update(func(s *State) { s.VPCID = vpc })
	return nil, r.checkPrivateNetwork(ctx, vpc)
}

// checkPrivateNetwork looks whether the private network can be in a VPC: names work there,
// and the answer about the endpoint holds.
func (r run) checkPrivateNetwork(ctx context.Context, vpc string) error {
	if !r.Setup().Private() {
		return nil
	}
	if err := r.checkVPCDNS(ctx, vpc); err != nil {
		return err
	}
	fn, found, err := r.findEndpoints(ctx, vpc)
	if err != nil {
		return err
	}
	_, err = r.existingEndpoint(fn, found)
	return err
}

// checkVPCDNS makes sure that the private network's names will work.
func (r run) checkVPCDNS(ctx context.Context, vpc string) error {
	support, hostnames, err := r.Services().Network.DNSAttributes(ctx, vpc)
	if err != nil {
		return fmt.Errorf("look at the VPC: %w", err)
	}
	if !support || !hostnames {
		return &steps.VPCDNSError{VPCID: vpc, Support: support, Hostnames: hostnames}
	}
	return nil
}

// createDefaultVPC makes the VPC and tags it as the run's, which is a call of
// its own: CreateDefaultVpc takes no tags.
func createDefaultVPC() []action {
	creation := newCall("ec2", "CreateDefaultVpc", "make a default VPC, its subnets and its internet gateway", func(ctx context.Context, r run) error {
		return r.Create(steps.KindVPC, defaultVPCName, func() (string, error) {
			id, err := r.Services().Network.CreateDefaultVPC(ctx)
			if errors.Is(err, steps.ErrAlreadyExists) { // by this call, if its first answer was lost
				id, err = r.Services().Network.DefaultVPC(ctx)
			}
			if err != nil {
				return "", fmt.Errorf("make a default VPC: %w", err)
			}
			r.update(func(s *State) { s.VPCID = id })
			return id, nil
		})
	})
	tagging := newCall("ec2", "CreateTags", "mark the VPC and its gateway as this run's", func(ctx context.Context, r run) error {
		ids := []string{r.state().VPCID}
		gateway, err := r.Services().Network.InternetGateway(ctx, ids[0])
		if err != nil {
			return fmt.Errorf("look at the VPC's internet gateway: %w", err)
		}
		if gateway != "" {
			ids = append(ids, gateway)
		}
		if err := r.Services().Network.TagNetwork(ctx, ids, r.Tags()); err != nil {
			return fmt.Errorf("tag the VPC: %w", err)
		}
		return nil
	})
	return []action{creation, tagging}
}

// defaultVPCRemedy is what is offered to a person in whose region there is none:
// from then on it is part of the step's plan.
func (r run) defaultVPCRemedy() steps.Remedy {
	var plan []steps.PlannedCall
	for _, a := range createDefaultVPC() {
		plan = append(plan, a.Call)
	}
	return steps.Remedy{
		ID:    "create-default-vpc",
		Label: "make a default VPC, then try again; clean-up removes it",
		Plan:  plan,
		Apply: withRun(func(ctx context.Context, r run) error {
			for _, a := range createDefaultVPC() {
				if err := a.Do(ctx, r.Run); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

// removeVPC takes the default VPC apart that the run made, in the order in which
// EC2 lets it go.
func (r run) removeVPC(ctx context.Context) ([]action, error) {
	record, ok := r.Receipt().Record(steps.KindVPC, defaultVPCName)
	if !ok {
		return nil, nil
	}
	network := r.Services().Network
	id, err := r.findOwnVPC(ctx, record)
	if err != nil || id == "" {
		return nil, err
	}
	subnets, err := network.Subnets(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look at the VPC's subnets: %w", err)
	}
	attached, err := network.InternetGateway(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look at the VPC's internet gateway: %w", err)
	}
	gateways, err := network.InternetGatewaysByTag(ctx, r.Tags()[0]) // detached, if an earlier clean-up ended there
	if err != nil {
		return nil, fmt.Errorf("look for the VPC's internet gateway: %w", err)
	}
	if attached != "" && !slices.Contains(gateways, attached) {
		gateways = append(gateways, attached)
	}
	actions := []action{readOnlyAction(func(r run, ctx context.Context) error { return r.waitForEmptyVPC(ctx, id) })}
	for _, subnet := range subnets {
		actions = append(actions, removeVPCPart("DeleteSubnet", "delete the VPC's subnet in "+subnet.Zone, func(ctx context.Context, n steps.Network) error {
			return n.DeleteSubnet(ctx, subnet.ID)
		}))
	}
	for _, gateway := range gateways {
		if gateway == attached {
			actions = append(actions, removeVPCPart("DetachInternetGateway", "take the internet gateway off the VPC", func(ctx context.Context, n steps.Network) error {
				return n.DetachInternetGateway(ctx, gateway, id)
			}))
		}
		actions = append(actions, removeVPCPart("DeleteInternetGateway", "delete the internet gateway", func(ctx context.Context, n steps.Network) error {
			return n.DeleteInternetGateway(ctx, gateway)
		}))
	}
	deletion := removeVPCPart("DeleteVpc", "delete the VPC that this run made", func(ctx context.Context, n steps.Network) error { return n.DeleteVPC(ctx, id) })
	return append(actions, deletion, readOnlyAction(func(r run, ctx context.Context) error { return r.RecordAllRemoved(steps.KindVPC) })), nil
}

// findOwnVPC is the id of the VPC that the run made, or "" if it is gone. A VPC of
// which nothing tells that the run made it is somebody else's.
func (r run) findOwnVPC(ctx context.Context, record steps.ResourceRecord) (string, error) {
	network := r.Services().Network
	tagged, err := network.VPCsByTag(ctx, r.Tags()[0])
	if err != nil {
		return "", fmt.Errorf("look for the VPC: %w", err)
	}
	if len(tagged) > 0 {
		return tagged[0].ID, r.RecordCreated(steps.KindVPC, defaultVPCName, tagged[0].ID)
	}
	current, err := network.DefaultVPC(ctx)
	if err != nil && !errors.Is(err, steps.ErrNoDefaultNetwork) {
		return "", fmt.Errorf("look for the VPC: %w", err)
	}
	switch {
	case record.ID != "" && record.ID == current:
		return current, nil
	case record.ID != "":
		return "", r.RecordRemoved(steps.KindVPC, defaultVPCName, time.Time{})
	case current != "":
		r.Report(steps.Noted{Step: r.Step(), Text: fmt.Sprintf(
			"The default VPC %s may be this run's: the answer to the call that made one never came. It costs nothing, and is left as it is.", current)})
	}
	return "", r.Forget(steps.KindVPC, defaultVPCName)
}

// waitForEmptyVPC waits until nothing is in the VPC any more. What others have put
// there keeps all of it: a VPC that has lost a part would be of no use to them.
func (r run) waitForEmptyVPC(ctx context.Context, vpc string) error {
	return r.Poll(ctx, steps.Polling{
		For: "the VPC to be empty", Quiet: true, Every: r.Intervals().Stack, Deadline: groupDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			interfaces, err := r.Services().Network.VPCInterfaces(ctx, vpc)
			if err != nil {
				return "", false, fmt.Errorf("look at what is in the VPC: %w", err)
			}
			return format.Count(len(interfaces), "network interface"), len(interfaces) == 0, nil
		},
	})
}

// removeVPCPart is a call of a VPC's end; what is gone already is no failure.
func removeVPCPart(operation, why string, remove func(context.Context, steps.Network) error) action {
	return newCall("ec2", operation, why, func(ctx context.Context, r run) error {
		free := steps.Polling{For: "the VPC to be free", Every: r.Intervals().Stack, Deadline: groupDeadline}
		err := r.RetryWhile(ctx, free, steps.ErrInUse, func(ctx context.Context) error { return remove(ctx, r.Services().Network) })
		if err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("remove the VPC: %w", err)
		}
		return nil
	})
}
