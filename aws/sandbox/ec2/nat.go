package ec2

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// natGateway is a public NAT gateway. Subnets with a route to it reach the
// internet and AWS's endpoints.
type natGateway struct {
	id, subnet, allocation string
	ready                  bool
	created                time.Time
}

// natAddress is the public address of all NAT gateways, reserved for
// documentation (RFC 5737).
const natAddress = "198.51.100.40"

func (s *Service) allocateAddress(context.Context, *ec2.AllocateAddressInput) (*ec2.AllocateAddressOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := newID("eipalloc-")
	s.addresses = append(s.addresses, id)
	return &ec2.AllocateAddressOutput{
		AllocationId: &id, Domain: types.DomainTypeVpc, PublicIp: aws.String(natAddress),
		NetworkBorderGroup: &s.cloud.Region, PublicIpv4Pool: aws.String("amazon"),
	}, nil
}

// createNatGateway creates a gateway that is available after a minute or two, as
// on AWS.
func (s *Service) createNatGateway(_ context.Context, in *ec2.CreateNatGatewayInput) (*ec2.CreateNatGatewayOutput, error) {
	tags, err := specified(in.TagSpecifications, types.ResourceTypeNatgateway)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	subnet, allocation := aws.ToString(in.SubnetId), aws.ToString(in.AllocationId)
	if err := s.checkSubnet(subnet); err != nil {
		return nil, err
	}
	switch {
	case in.ConnectivityType == types.ConnectivityTypePrivate:
		return nil, wire.Errorf("InvalidParameterValue", "The sandbox has no private NAT gateways.")
	case allocation == "":
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter AllocationId")
	case !slices.Contains(s.addresses, allocation):
		return nil, wire.Errorf("InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", allocation)
	}
	n := &natGateway{id: newID("nat-"), subnet: subnet, allocation: allocation, created: s.cloud.Now().UTC()}
	s.nats = append(s.nats, n)
	s.setTags(n.id, tags)
	s.cloud.Go(func(ctx context.Context) {
		if s.cloud.Sleep(ctx, 90*time.Second, 2*time.Second) != nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		n.ready = true
		s.notifyRuleChange()
	})
	described := s.toNatGateway(n)
	return &ec2.CreateNatGatewayOutput{NatGateway: &described}, nil
}

func (s *Service) toNatGateway(n *natGateway) types.NatGateway {
	state := types.NatGatewayStatePending
	if n.ready {
		state = types.NatGatewayStateAvailable
	}
	return types.NatGateway{
		NatGatewayId: &n.id, SubnetId: &n.subnet, VpcId: aws.String(s.VPC().ID), State: state, CreateTime: &n.created,
		ConnectivityType:    types.ConnectivityTypePublic,
		NatGatewayAddresses: []types.NatGatewayAddress{{AllocationId: &n.allocation, PublicIp: aws.String(natAddress)}},
		Tags:                slices.Clone(s.tags[n.id]),
	}
}

var natFilters = filterSet[types.NatGateway]{
	fields: map[string]func(types.NatGateway) []string{
		"nat-gateway-id": func(n types.NatGateway) []string { return optionalValue(n.NatGatewayId) },
		"state":          func(n types.NatGateway) []string { return []string{string(n.State)} },
		"subnet-id":      func(n types.NatGateway) []string { return optionalValue(n.SubnetId) },
		"vpc-id":         func(n types.NatGateway) []string { return optionalValue(n.VpcId) },
	},
	tags: func(n types.NatGateway) []types.Tag { return n.Tags },
}

func (s *Service) describeNatGateways(_ context.Context, in *ec2.DescribeNatGatewaysInput) (*ec2.DescribeNatGatewaysOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []types.NatGateway
	for _, n := range s.nats {
		if len(in.NatGatewayIds) == 0 || slices.Contains(in.NatGatewayIds, n.id) {
			all = append(all, s.toNatGateway(n))
		}
	}
	for _, id := range in.NatGatewayIds {
		if !slices.ContainsFunc(s.nats, func(n *natGateway) bool { return n.id == id }) {
			return nil, wire.Errorf("NatGatewayNotFound", "NatGateway %s was not found", id)
		}
	}
	all, next, err := natFilters.page(all, in.Filter, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeNatGatewaysOutput{NatGateways: all, NextToken: next}, nil
}
