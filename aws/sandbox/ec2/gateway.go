package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

var gatewayFilters = filterSet[types.InternetGateway]{
	fields: map[string]func(types.InternetGateway) []string{
		"internet-gateway-id": func(g types.InternetGateway) []string { return optionalValue(g.InternetGatewayId) },
		"owner-id":            func(g types.InternetGateway) []string { return optionalValue(g.OwnerId) },
		"attachment.vpc-id": func(g types.InternetGateway) []string {
			return eachValue(g.Attachments, func(a types.InternetGatewayAttachment) *string { return a.VpcId })
		},
		"attachment.state": func(g types.InternetGateway) []string {
			var states []string
			for _, a := range g.Attachments {
				states = append(states, string(a.State))
			}
			return states
		},
	},
	tags: func(g types.InternetGateway) []types.Tag { return g.Tags },
}

func (s *Service) describeInternetGateways(_ context.Context, in *ec2.DescribeInternetGatewaysInput) (*ec2.DescribeInternetGatewaysOutput, error) {
	for _, id := range in.InternetGatewayIds {
		if err := s.checkInternetGateway(id); err != nil {
			return nil, err
		}
	}
	var all []types.InternetGateway
	if vpc := s.VPC(); vpc.GatewayID != "" {
		g := types.InternetGateway{InternetGatewayId: &vpc.GatewayID, OwnerId: &s.cloud.AccountID, Attachments: []types.InternetGatewayAttachment{}, Tags: s.tagsOf(vpc.GatewayID)}
		if !vpc.Detached {
			// EC2 answers "available" here, although its model has "attached".
			g.Attachments = []types.InternetGatewayAttachment{{State: "available", VpcId: &vpc.ID}}
		}
		all = append(all, g)
	}
	all, next, err := gatewayFilters.page(all, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeInternetGatewaysOutput{InternetGateways: all, NextToken: next}, nil
}

func (s *Service) checkInternetGateway(id string) error {
	switch {
	case id != "" && id == s.VPC().GatewayID:
		return nil
	case !wellFormed(id, "igw-"):
		return wire.Errorf("InvalidInternetGatewayId.Malformed", `Invalid id: "%s" (expecting "igw-...")`, id)
	}
	return wire.Errorf("InvalidInternetGatewayID.NotFound", "The internetGateway ID '%s' does not exist", id)
}

// detachInternetGateway fails while there are NAT gateways, whose public
// addresses are mapped through the gateway.
func (s *Service) detachInternetGateway(_ context.Context, in *ec2.DetachInternetGatewayInput) (*ec2.DetachInternetGatewayOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, vpc := aws.ToString(in.InternetGatewayId), aws.ToString(in.VpcId)
	if err := s.checkInternetGateway(id); err != nil {
		return nil, err
	}
	if vpc != s.VPC().ID || s.VPC().Detached {
		return nil, wire.Errorf("Gateway.NotAttached", "resource %s is not attached to network %s", id, vpc)
	}
	if len(s.nats) > 0 {
		return nil, wire.Errorf("DependencyViolation", "Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", vpc)
	}
	s.changeVPC(func(v *VPC) { v.Detached = true })
	return &ec2.DetachInternetGatewayOutput{}, nil
}

func (s *Service) deleteInternetGateway(_ context.Context, in *ec2.DeleteInternetGatewayInput) (*ec2.DeleteInternetGatewayOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := aws.ToString(in.InternetGatewayId)
	if err := s.checkInternetGateway(id); err != nil {
		return nil, err
	}
	if !s.VPC().Detached {
		return nil, wire.Errorf("DependencyViolation", "The internetGateway '%s' has dependencies and cannot be deleted.", id)
	}
	s.changeVPC(func(v *VPC) { v.GatewayID = "" })
	delete(s.tags, id)
	return &ec2.DeleteInternetGatewayOutput{}, nil
}
