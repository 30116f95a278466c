package aws

import (
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/steps"
)

type ec2API interface {
	vpcAPI
	endpointAPI

	AuthorizeSecurityGroupIngress(context.Context, *ec2.AuthorizeSecurityGroupIngressInput, ...func(*ec2.Options)) (*ec2.AuthorizeSecurityGroupIngressOutput, error)
	CreateSecurityGroup(context.Context, *ec2.CreateSecurityGroupInput, ...func(*ec2.Options)) (*ec2.CreateSecurityGroupOutput, error)
	DeleteSecurityGroup(context.Context, *ec2.DeleteSecurityGroupInput, ...func(*ec2.Options)) (*ec2.DeleteSecurityGroupOutput, error)
	DescribeSecurityGroupRules(context.Context, *ec2.DescribeSecurityGroupRulesInput, ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupRulesOutput, error)
	DescribeSecurityGroups(context.Context, *ec2.DescribeSecurityGroupsInput, ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error)
	DescribeSubnets(context.Context, *ec2.DescribeSubnetsInput, ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error)
	DescribeVpcs(context.Context, *ec2.DescribeVpcsInput, ...func(*ec2.Options)) (*ec2.DescribeVpcsOutput, error)
	RevokeSecurityGroupIngress(context.Context, *ec2.RevokeSecurityGroupIngressInput, ...func(*ec2.Options)) (*ec2.RevokeSecurityGroupIngressOutput, error)
}

// network is the steps' Network.
type network struct {
	api    ec2API
	region string
}

var _ steps.Network = network{}

func (n network) DefaultVPC(ctx context.Context) (string, error) {
	out, err := call(ctx, n.api.DescribeVpcs, &ec2.DescribeVpcsInput{Filters: filterBy("is-default", "true")})
	if err != nil {
		return "", err
	}
	if len(out.Vpcs) == 0 {
		return "", fmt.Errorf("find the default VPC: %w", steps.ErrNoDefaultNetwork)
	}
	return awssdk.ToString(out.Vpcs[0].VpcId), nil
}

func (n network) CreateSecurityGroup(ctx context.Context, name, description, vpcID string, tags []steps.Tag) (string, error) {
	out, err := call(ctx, n.api.CreateSecurityGroup, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: &description, VpcId: &vpcID,
		TagSpecifications: tagSpecifications(types.ResourceTypeSecurityGroup, tags),
	})
	if err != nil {
		return "", err
	}
	return awssdk.ToString(out.GroupId), nil
}

func (n network) OpenPort(ctx context.Context, groupID, cidr string, port int32, tags []steps.Tag) (string, error) {
	return n.authorize(ctx, groupID, port, tags, types.IpPermission{IpRanges: []types.IpRange{{CidrIp: &cidr}}})
}

func (n network) AdmitGroup(ctx context.Context, groupID, source string, port int32, tags []steps.Tag) (string, error) {
	return n.authorize(ctx, groupID, port, tags, types.IpPermission{UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &source}}})
}

// authorize creates one inbound rule; from names the peer.
func (n network) authorize(ctx context.Context, groupID string, port int32, tags []steps.Tag, from types.IpPermission) (string, error) {
	from.IpProtocol, from.FromPort, from.ToPort = awssdk.String("tcp"), &port, &port
	out, err := call(ctx, n.api.AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId:           &groupID,
		IpPermissions:     []types.IpPermission{from},
		TagSpecifications: tagSpecifications(types.ResourceTypeSecurityGroupRule, tags),
	})
	if err != nil {
		return "", err
	}
	if len(out.SecurityGroupRules) == 0 {
		return "", nil
	}
	return awssdk.ToString(out.SecurityGroupRules[0].SecurityGroupRuleId), nil
}

func (n network) ClosePort(ctx context.Context, groupID, ruleID string) error {
	_, err := call(ctx, n.api.RevokeSecurityGroupIngress, &ec2.RevokeSecurityGroupIngressInput{
		GroupId: &groupID, SecurityGroupRuleIds: []string{ruleID},
	})
	return err
}

func (n network) DeleteSecurityGroup(ctx context.Context, id string) error {
	_, err := call(ctx, n.api.DeleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &id})
	return err
}

// filterByTag matches what carries the tag, or any tag of the key where no value is
// given.
func filterByTag(tag steps.Tag) []types.Filter {
	if tag.Value == "" {
		return filterBy("tag-key", tag.Key)
	}
	return filterBy("tag:"+tag.Key, tag.Value)
}

func filterBy(name, value string) []types.Filter {
	return []types.Filter{{Name: &name, Values: []string{value}}}
}

// tagSpecifications tags what a call creates. EC2 rejects an empty
// specification.
func tagSpecifications(kind types.ResourceType, tags []steps.Tag) []types.TagSpecification {
	if len(tags) == 0 {
		return nil
	}
	specification := types.TagSpecification{ResourceType: kind}
	for _, tag := range tags {
		specification.Tags = append(specification.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	return []types.TagSpecification{specification}
}
