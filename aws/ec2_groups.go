package aws

import (
	"cmp"
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/steps"
)

// SecurityGroup makes two calls: DescribeSecurityGroups does not return the ids
// of the rules.
func (n network) SecurityGroup(ctx context.Context, id string) (steps.SecurityGroup, error) {
	groups, err := n.groups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}})
	if err != nil {
		return steps.SecurityGroup{}, err
	}
	if len(groups) == 0 {
		return steps.SecurityGroup{}, fmt.Errorf("security group %s: %w", id, steps.ErrNotFound)
	}
	return groups[0], nil
}

func (n network) SecurityGroupsByTag(ctx context.Context, tag steps.Tag) ([]steps.SecurityGroup, error) {
	return n.groups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: filterByTag(tag)})
}

func (n network) SecurityGroupsByName(ctx context.Context, name, vpcID string) ([]steps.SecurityGroup, error) {
	return n.groups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: append(filterBy("group-name", name), filterBy("vpc-id", vpcID)...)})
}

func (n network) groups(ctx context.Context, in *ec2.DescribeSecurityGroupsInput) ([]steps.SecurityGroup, error) {
	var groups []steps.SecurityGroup
	for {
		out, err := call(ctx, n.api.DescribeSecurityGroups, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.SecurityGroups {
			group := steps.SecurityGroup{
				ID:    awssdk.ToString(found.GroupId),
				Name:  awssdk.ToString(found.GroupName),
				VPCID: awssdk.ToString(found.VpcId),
			}
			for _, tag := range found.Tags {
				group.Tags = append(group.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
			}
			if group.Rules, err = n.rules(ctx, filterBy("group-id", group.ID)); err != nil {
				return nil, err
			}
			groups = append(groups, group)
		}
		if awssdk.ToString(out.NextToken) == "" {
			return groups, nil
		}
		in.NextToken = out.NextToken
	}
}

func (n network) InboundRulesByTag(ctx context.Context, tag steps.Tag) ([]steps.InboundRule, error) {
	return n.rules(ctx, filterByTag(tag))
}

// rules are the inbound rules that admit TCP from addresses or a group.
func (n network) rules(ctx context.Context, filters []types.Filter) ([]steps.InboundRule, error) {
	var rules []steps.InboundRule
	in := &ec2.DescribeSecurityGroupRulesInput{Filters: filters}
	for {
		out, err := call(ctx, n.api.DescribeSecurityGroupRules, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.SecurityGroupRules {
			if rule, ok := toInboundRule(found); ok {
				rules = append(rules, rule)
			}
		}
		if awssdk.ToString(out.NextToken) == "" {
			return rules, nil
		}
		in.NextToken = out.NextToken
	}
}

// toInboundRule converts a rule; false for one that does not admit TCP. Protocol
// -1 admits every protocol at every port, and EC2 gives it the ports -1.
func toInboundRule(found types.SecurityGroupRule) (steps.InboundRule, bool) {
	rule := steps.InboundRule{
		ID:       awssdk.ToString(found.SecurityGroupRuleId),
		GroupID:  awssdk.ToString(found.GroupId),
		CIDR:     cmp.Or(awssdk.ToString(found.CidrIpv4), awssdk.ToString(found.CidrIpv6)),
		FromPort: awssdk.ToInt32(found.FromPort),
		ToPort:   awssdk.ToInt32(found.ToPort),
	}
	for _, tag := range found.Tags {
		if awssdk.ToString(tag.Key) == steps.TagRun {
			rule.Owner = awssdk.ToString(tag.Value)
		}
	}
	if found.ReferencedGroupInfo != nil {
		rule.Source = awssdk.ToString(found.ReferencedGroupInfo.GroupId)
	}
	switch awssdk.ToString(found.IpProtocol) {
	case "tcp":
	case "-1":
		rule.FromPort, rule.ToPort = 0, 65535
	default:
		return rule, false
	}
	return rule, !awssdk.ToBool(found.IsEgress) && rule.Peer() != ""
}
