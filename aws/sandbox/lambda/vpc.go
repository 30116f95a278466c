package lambda

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/wire"
)

// checkVPC is where a function is to be; nil for one outside any VPC.
func (s *Service) checkVPC(in *types.VpcConfig) (*types.VpcConfigResponse, error) {
	if in == nil || len(in.SubnetIds) == 0 && len(in.SecurityGroupIds) == 0 {
		return nil, nil //nolint:nilnil // no VPC
	}
	if len(in.SubnetIds) == 0 || len(in.SecurityGroupIds) == 0 {
		return nil, invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
	}
	return &types.VpcConfigResponse{SubnetIds: in.SubnetIds, SecurityGroupIds: in.SecurityGroupIds, Ipv6AllowedForDualStack: aws.Bool(false)}, nil
}

// enterVPC gives a function its network interfaces. Lambda tells EC2's refusal
// in words of its own.
func (s *Service) enterVPC(function string, place *types.VpcConfigResponse) error {
	if place == nil || s.network == nil {
		return nil
	}
	vpc, err := s.network.AttachFunction(function, place.SubnetIds, place.SecurityGroupIds)
	if refused, ok := errors.AsType[*wire.Error](err); ok {
		return invalid("Error occurred while DescribeNetwork. EC2 Error Code: %s. EC2 Error Message: %s", refused.Code, refused.Message)
	}
	place.VpcId = &vpc
	return err
}

// leaveVPC lets the network interfaces of a function go.
func (s *Service) leaveVPC(function string) {
	if s.network != nil {
		s.network.ReleaseFunction(function)
	}
}
