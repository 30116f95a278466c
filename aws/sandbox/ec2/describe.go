package ec2

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

var groupFilters = filterSet[types.SecurityGroup]{
	fields: withPermissionFilters(map[string]func(types.SecurityGroup) []string{
		"description": func(g types.SecurityGroup) []string { return optionalValue(g.Description) },
		"group-id":    func(g types.SecurityGroup) []string { return optionalValue(g.GroupId) },
		"group-name":  func(g types.SecurityGroup) []string { return optionalValue(g.GroupName) },
		"owner-id":    func(g types.SecurityGroup) []string { return optionalValue(g.OwnerId) },
		"vpc-id":      func(g types.SecurityGroup) []string { return optionalValue(g.VpcId) },
	}),
	tags: func(g types.SecurityGroup) []types.Tag { return g.Tags },
}

// withPermissionFilters adds the filters on a group's rules, of either
// direction.
func withPermissionFilters(fields map[string]func(types.SecurityGroup) []string) map[string]func(types.SecurityGroup) []string {
	directions := map[string]func(types.SecurityGroup) []types.IpPermission{
		"ip-permission.":        func(g types.SecurityGroup) []types.IpPermission { return g.IpPermissions },
		"egress.ip-permission.": func(g types.SecurityGroup) []types.IpPermission { return g.IpPermissionsEgress },
	}
	for prefix, permissions := range directions {
		for name, values := range permissionFields {
			fields[prefix+name] = func(g types.SecurityGroup) []string {
				var all []string
				for _, p := range permissions(g) {
					all = append(all, values(p)...)
				}
				return all
			}
		}
	}
	return fields
}

var permissionFields = map[string]func(types.IpPermission) []string{
	"protocol":  func(p types.IpPermission) []string { return optionalValue(p.IpProtocol) },
	"from-port": func(p types.IpPermission) []string { return optionalValue(p.FromPort) },
	"to-port":   func(p types.IpPermission) []string { return optionalValue(p.ToPort) },
	"cidr": func(p types.IpPermission) []string {
		return eachValue(p.IpRanges, func(r types.IpRange) *string { return r.CidrIp })
	},
	"ipv6-cidr": func(p types.IpPermission) []string {
		return eachValue(p.Ipv6Ranges, func(r types.Ipv6Range) *string { return r.CidrIpv6 })
	},
	"group-id": func(p types.IpPermission) []string {
		return eachValue(p.UserIdGroupPairs, func(u types.UserIdGroupPair) *string { return u.GroupId })
	},
	"group-name": func(p types.IpPermission) []string {
		return eachValue(p.UserIdGroupPairs, func(u types.UserIdGroupPair) *string { return u.GroupName })
	},
	"user-id": func(p types.IpPermission) []string {
		return eachValue(p.UserIdGroupPairs, func(u types.UserIdGroupPair) *string { return u.UserId })
	},
	"prefix-list-id": func(p types.IpPermission) []string {
		return eachValue(p.PrefixListIds, func(l types.PrefixListId) *string { return l.PrefixListId })
	},
}

func eachValue[T any](items []T, get func(T) *string) []string {
	var all []string
	for _, item := range items {
		all = append(all, optionalValue(get(item))...)
	}
	return all
}

func (s *Service) describeSecurityGroups(_ context.Context, in *ec2.DescribeSecurityGroupsInput) (*ec2.DescribeSecurityGroupsOutput, error) {
	if in.MaxResults != nil && len(in.GroupIds) > 0 {
		return nil, wire.Errorf("InvalidParameterCombination", "The parameter SecurityGroupIds cannot be used with the parameter MaxResults")
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	named := map[string]bool{}
	for _, id := range in.GroupIds {
		g, err := s.group(id)
		if err != nil {
			return nil, err
		}
		named[g.id] = true
	}
	for _, name := range in.GroupNames {
		g, err := s.groupByName(name)
		if err != nil {
			return nil, err
		}
		named[g.id] = true
	}
	var groups []types.SecurityGroup
	for _, g := range s.groups {
		if len(named) == 0 || named[g.id] {
			groups = append(groups, s.toSecurityGroup(g))
		}
	}
	groups, next, err := groupFilters.page(groups, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeSecurityGroupsOutput{SecurityGroups: groups, NextToken: next}, nil
}

func (s *Service) toSecurityGroup(g *group) types.SecurityGroup {
	return types.SecurityGroup{
		Description:         &g.description,
		GroupId:             &g.id,
		GroupName:           &g.name,
		IpPermissions:       s.permissions(g, false),
		IpPermissionsEgress: s.permissions(g, true),
		OwnerId:             &s.cloud.AccountID,
		SecurityGroupArn:    aws.String(s.groupARN(g)),
		Tags:                slices.Clone(s.tags[g.id]),
		VpcId:               aws.String(s.VPC().ID),
	}
}

// permissions groups the rules of one direction: those with the same protocol
// and ports are one permission. Its lists of peers are empty and not nil, as
// EC2's clients expect.
func (s *Service) permissions(g *group, egress bool) []types.IpPermission {
	all := []types.IpPermission{}
	place := map[match]int{}
	for _, r := range g.rules {
		if r.egress != egress {
			continue
		}
		key := r.match
		key.peer = peer{}
		i, ok := place[key]
		if !ok {
			i = len(all)
			place[key] = i
			p := types.IpPermission{
				IpProtocol: aws.String(r.protocol),
				IpRanges:   []types.IpRange{}, Ipv6Ranges: []types.Ipv6Range{}, PrefixListIds: []types.PrefixListId{}, UserIdGroupPairs: []types.UserIdGroupPair{},
			}
			if r.hasPorts() {
				p.FromPort, p.ToPort = aws.Int32(r.from), aws.Int32(r.to)
			}
			all = append(all, p)
		}
		s.addPeer(&all[i], r)
	}
	return all
}

func (s *Service) addPeer(p *types.IpPermission, r rule) {
	var description *string
	if r.description != "" {
		description = aws.String(r.description)
	}
	switch cidr := r.peer.cidr.String(); {
	case r.peer.group != "":
		p.UserIdGroupPairs = append(p.UserIdGroupPairs, types.UserIdGroupPair{
			GroupId: aws.String(r.peer.group), UserId: &s.cloud.AccountID, Description: description,
		})
	case r.peer.cidr.Addr().Is4():
		p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: &cidr, Description: description})
	default:
		p.Ipv6Ranges = append(p.Ipv6Ranges, types.Ipv6Range{CidrIpv6: &cidr, Description: description})
	}
}

var ruleFilters = filterSet[types.SecurityGroupRule]{
	fields: map[string]func(types.SecurityGroupRule) []string{
		"group-id":               func(r types.SecurityGroupRule) []string { return optionalValue(r.GroupId) },
		"security-group-rule-id": func(r types.SecurityGroupRule) []string { return optionalValue(r.SecurityGroupRuleId) },
	},
	tags: func(r types.SecurityGroupRule) []types.Tag { return r.Tags },
}

func (s *Service) describeSecurityGroupRules(_ context.Context, in *ec2.DescribeSecurityGroupRulesInput) (*ec2.DescribeSecurityGroupRulesOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var rules []types.SecurityGroupRule
	found := map[string]bool{}
	for _, g := range s.groups {
		for _, r := range g.rules {
			if len(in.SecurityGroupRuleIds) == 0 || slices.Contains(in.SecurityGroupRuleIds, r.id) {
				rules = append(rules, s.described(g, r))
				found[r.id] = true
			}
		}
	}
	for _, id := range in.SecurityGroupRuleIds {
		if !found[id] {
			_, err := (&group{}).ruleByID(id, false)
			return nil, err
		}
	}
	if err := checkGroupIDs(in.Filters); err != nil {
		return nil, err
	}
	rules, next, err := ruleFilters.page(rules, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeSecurityGroupRulesOutput{SecurityGroupRules: rules, NextToken: next}, nil
}

// checkGroupIDs rejects a malformed group-id. EC2 does so only among rules: among
// groups, such a filter matches nothing.
func checkGroupIDs(filters []types.Filter) error {
	for _, f := range filters {
		if aws.ToString(f.Name) != "group-id" {
			continue
		}
		for _, id := range f.Values {
			if !wellFormed(id, "sg-") && !strings.ContainsAny(id, "*?") {
				return wire.Errorf("InvalidGroupId.Malformed", "The security group ID '%s' is malformed", id)
			}
		}
	}
	return nil
}
