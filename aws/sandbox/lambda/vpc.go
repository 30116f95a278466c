package lambda

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/wire"
)

// toVPCConfig validates a function's VPC configuration; nil outside a VPC.
func (s *Service) toVPCConfig(in *types.VpcConfig) (*types.VpcConfigResponse, error) {
	if in == nil || len(in.SubnetIds) == 0 && len(in.SecurityGroupIds) == 0 {
		return nil, nil //nolint:nilnil // no VPC
	}
	if len(in.SubnetIds) == 0 || len(in.SecurityGroupIds) == 0 {
		return nil, invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
	}
	return &types.VpcConfigResponse{SubnetIds: in.SubnetIds, SecurityGroupIds: in.SecurityGroupIds, Ipv6AllowedForDualStack: aws.Bool(false)}, nil
}

// attachVPC creates a function's network interfaces and translates EC2's errors.
func (s *Service) attachVPC(function string, vpcConfig *types.VpcConfigResponse) error {
	if vpcConfig == nil || s.network == nil {
		return nil
	}
	vpc, err := s.network.AttachFunction(function, vpcConfig.SubnetIds, vpcConfig.SecurityGroupIds)
	if refused, ok := errors.AsType[*wire.Error](err); ok {
		return invalid("Error occurred while DescribeNetwork. EC2 Error Code: %s. EC2 Error Message: %s", refused.Code, refused.Message)
	}
	vpcConfig.VpcId = &vpc
	return err
}

// detachVPC releases a function's network interfaces.
func (s *Service) detachVPC(function string) {
	if s.network != nil {
		s.network.ReleaseFunction(function)
	}
}
