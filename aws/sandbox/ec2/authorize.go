package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

func (s *Service) authorizeIngress(_ context.Context, in *ec2.AuthorizeSecurityGroupIngressInput) (*ec2.AuthorizeSecurityGroupIngressOutput, error) {
	permissions := asPermissions(in.IpPermissions, in.IpProtocol, in.FromPort, in.ToPort, in.CidrIp, in.SourceSecurityGroupName)
	made, err := s.authorize(in.GroupId, in.GroupName, permissions, in.TagSpecifications, false)
	if err != nil {
		return nil, err
	}
	return &ec2.AuthorizeSecurityGroupIngressOutput{Return: aws.Bool(true), SecurityGroupRules: made}, nil
}

func (s *Service) authorizeEgress(_ context.Context, in *ec2.AuthorizeSecurityGroupEgressInput) (*ec2.AuthorizeSecurityGroupEgressOutput, error) {
	permissions := asPermissions(in.IpPermissions, in.IpProtocol, in.FromPort, in.ToPort, in.CidrIp, in.SourceSecurityGroupName)
	made, err := s.authorize(in.GroupId, nil, permissions, in.TagSpecifications, true)
	if err != nil {
		return nil, err
	}
	return &ec2.AuthorizeSecurityGroupEgressOutput{Return: aws.Bool(true), SecurityGroupRules: made}, nil
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

// authorize adds all the rules or, if one of them cannot be, none.
func (s *Service) authorize(id, name *string, permissions []types.IpPermission, specs []types.TagSpecification, egress bool) ([]types.SecurityGroupRule, error) {
	tags, err := specified(specs, types.ResourceTypeSecurityGroupRule)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.groupByIDOrName(id, name)
	if err != nil {
		return nil, err
	}
	rules, err := s.expand(permissions, egress)
	if err != nil {
		return nil, err
	}
	count := len(rules)
	for _, r := range g.rules {
		if r.egress == egress {
			count++
		}
		if slices.ContainsFunc(rules, func(n rule) bool { return n.match == r.match }) {
			return nil, wire.Errorf("InvalidPermission.Duplicate", `the specified rule "%s" already exists`, r.match)
		}
	}
	if count > ruleQuota {
		return nil, wire.Errorf("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
	}

	made := make([]types.SecurityGroupRule, 0, len(rules))
	for _, r := range rules {
		r.id = newID("sgr-")
		s.setTags(r.id, tags)
		g.rules = append(g.rules, r)
		made = append(made, s.described(g, r))
	}
	s.notifyRuleChange()
	return made, nil
}

// expand takes permissions apart into rules and refuses what names no rule or
// one rule twice. The caller holds the lock.
func (s *Service) expand(permissions []types.IpPermission, egress bool) ([]rule, error) {
	var rules []rule
	for _, p := range permissions {
		expanded, err := s.rulesOf(p, egress)
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
