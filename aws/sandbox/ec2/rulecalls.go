package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// ruleRequest is what the four calls that change a group's rules have in common:
// the group, by its ID or by its name, and the rules.
type ruleRequest struct {
	group, name *string
	permissions []types.IpPermission
	egress      bool
}

func (s *Service) authorizeIngress(_ context.Context, in *ec2.AuthorizeSecurityGroupIngressInput) (*ec2.AuthorizeSecurityGroupIngressOutput, error) {
	permissions := asPermissions(in.IpPermissions, in.IpProtocol, in.FromPort, in.ToPort, in.CidrIp, in.SourceSecurityGroupName)
	made, err := s.authorize(ruleRequest{in.GroupId, in.GroupName, permissions, false}, in.TagSpecifications)
	return &ec2.AuthorizeSecurityGroupIngressOutput{Return: aws.Bool(true), SecurityGroupRules: made}, err
}

func (s *Service) authorizeEgress(_ context.Context, in *ec2.AuthorizeSecurityGroupEgressInput) (*ec2.AuthorizeSecurityGroupEgressOutput, error) {
	permissions := asPermissions(in.IpPermissions, in.IpProtocol, in.FromPort, in.ToPort, in.CidrIp, in.SourceSecurityGroupName)
	made, err := s.authorize(ruleRequest{in.GroupId, nil, permissions, true}, in.TagSpecifications)
	return &ec2.AuthorizeSecurityGroupEgressOutput{Return: aws.Bool(true), SecurityGroupRules: made}, err
}

func (s *Service) revokeIngress(_ context.Context, in *ec2.RevokeSecurityGroupIngressInput) (*ec2.RevokeSecurityGroupIngressOutput, error) {
	permissions := asPermissions(in.IpPermissions, in.IpProtocol, in.FromPort, in.ToPort, in.CidrIp, in.SourceSecurityGroupName)
	gone, err := s.revoke(ruleRequest{in.GroupId, in.GroupName, permissions, false}, in.SecurityGroupRuleIds)
	return &ec2.RevokeSecurityGroupIngressOutput{Return: aws.Bool(true), RevokedSecurityGroupRules: gone}, err
}

func (s *Service) revokeEgress(_ context.Context, in *ec2.RevokeSecurityGroupEgressInput) (*ec2.RevokeSecurityGroupEgressOutput, error) {
	permissions := asPermissions(in.IpPermissions, in.IpProtocol, in.FromPort, in.ToPort, in.CidrIp, in.SourceSecurityGroupName)
	gone, err := s.revoke(ruleRequest{in.GroupId, nil, permissions, true}, in.SecurityGroupRuleIds)
	return &ec2.RevokeSecurityGroupEgressOutput{Return: aws.Bool(true), RevokedSecurityGroupRules: gone}, err
}

// asPermissions adds to a request's permissions the one that it may spell out
// in members of its own.
func asPermissions(listed []types.IpPermission, protocol *string, from, to *int32, cidr, groupName *string) []types.IpPermission {
	single := types.IpPermission{IpProtocol: protocol, FromPort: from, ToPort: to}
	if cidr != nil {
		single.IpRanges = []types.IpRange{{CidrIp: cidr}}
	}
	if groupName != nil {
		single.UserIdGroupPairs = []types.UserIdGroupPair{{GroupName: groupName}}
		if single.IpProtocol == nil {
			single.IpProtocol = aws.String("-1")
		}
	}
	if single.IpProtocol == nil && cidr == nil {
		return listed
	}
	return append(slices.Clone(listed), single)
}

// expand takes a request apart into rules and refuses what names no rule or
// one rule twice. The caller holds the lock.
func (s *Service) expand(in ruleRequest) ([]rule, error) {
	var rules []rule
	for _, p := range in.permissions {
		expanded, err := s.rulesOf(p, in.egress)
		if err != nil {
			return nil, err
		}
		for _, r := range expanded {
			if slices.ContainsFunc(rules, func(n rule) bool { return n.match == r.match }) {
				return nil, wire.Errorf("InvalidParameterValue", "The same permission must not appear multiple times")
			}
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter ipPermissions with at least one source or destination")
	}
	return rules, nil
}
