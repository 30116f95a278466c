package aws

import (
	"cmp"
	"context"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/steps"
)

// vpcAPI are EC2's calls about networks.
type vpcAPI interface {
	CreateDefaultVpc(context.Context, *ec2.CreateDefaultVpcInput, ...func(*ec2.Options)) (*ec2.CreateDefaultVpcOutput, error)
	CreateTags(context.Context, *ec2.CreateTagsInput, ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error)
	DeleteInternetGateway(context.Context, *ec2.DeleteInternetGatewayInput, ...func(*ec2.Options)) (*ec2.DeleteInternetGatewayOutput, error)
	DeleteSubnet(context.Context, *ec2.DeleteSubnetInput, ...func(*ec2.Options)) (*ec2.DeleteSubnetOutput, error)
	DeleteVpc(context.Context, *ec2.DeleteVpcInput, ...func(*ec2.Options)) (*ec2.DeleteVpcOutput, error)
	DescribeInternetGateways(context.Context, *ec2.DescribeInternetGatewaysInput, ...func(*ec2.Options)) (*ec2.DescribeInternetGatewaysOutput, error)
	DescribeNatGateways(context.Context, *ec2.DescribeNatGatewaysInput, ...func(*ec2.Options)) (*ec2.DescribeNatGatewaysOutput, error)
	DescribeNetworkInterfaces(context.Context, *ec2.DescribeNetworkInterfacesInput, ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error)
	DescribeRouteTables(context.Context, *ec2.DescribeRouteTablesInput, ...func(*ec2.Options)) (*ec2.DescribeRouteTablesOutput, error)
	DescribeSubnets(context.Context, *ec2.DescribeSubnetsInput, ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error)
	DescribeVpcAttribute(context.Context, *ec2.DescribeVpcAttributeInput, ...func(*ec2.Options)) (*ec2.DescribeVpcAttributeOutput, error)
	DetachInternetGateway(context.Context, *ec2.DetachInternetGatewayInput, ...func(*ec2.Options)) (*ec2.DetachInternetGatewayOutput, error)
}

func (n network) DNSAttributes(ctx context.Context, vpcID string) (support, hostnames bool, err error) {
	out, err := call(ctx, n.api.DescribeVpcAttribute, &ec2.DescribeVpcAttributeInput{VpcId: &vpcID, Attribute: types.VpcAttributeNameEnableDnsSupport})
	if err != nil {
		return false, false, err
	}
	support = out.EnableDnsSupport != nil && awssdk.ToBool(out.EnableDnsSupport.Value)
	out, err = call(ctx, n.api.DescribeVpcAttribute, &ec2.DescribeVpcAttributeInput{VpcId: &vpcID, Attribute: types.VpcAttributeNameEnableDnsHostnames})
	if err != nil {
		return false, false, err
	}
	return support, out.EnableDnsHostnames != nil && awssdk.ToBool(out.EnableDnsHostnames.Value), nil
}

func (n network) Subnets(ctx context.Context, vpcID string) ([]steps.Subnet, error) {
	in := &ec2.DescribeSubnetsInput{}
	if vpcID != "" {
		in.Filters = filterBy("vpc-id", vpcID)
	}
	return n.subnets(ctx, in)
}

func (n network) SubnetsByID(ctx context.Context, ids []string) ([]steps.Subnet, error) {
	return n.subnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: ids})
}

func (n network) subnets(ctx context.Context, in *ec2.DescribeSubnetsInput) ([]steps.Subnet, error) {
	var subnets []steps.Subnet
	for {
		out, err := call(ctx, n.api.DescribeSubnets, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.Subnets {
			subnets = append(subnets, steps.Subnet{
				ID: awssdk.ToString(found.SubnetId), VPCID: awssdk.ToString(found.VpcId),
				Zone: awssdk.ToString(found.AvailabilityZone), CIDR: awssdk.ToString(found.CidrBlock),
			})
		}
		if awssdk.ToString(out.NextToken) == "" {
			break
		}
		in.NextToken = out.NextToken
	}
	slices.SortStableFunc(subnets, func(a, b steps.Subnet) int { return cmp.Compare(a.Zone, b.Zone) })
	return subnets, nil
}

func (n network) RouteTables(ctx context.Context, vpcID string) ([]steps.RouteTable, error) {
	var tables []steps.RouteTable
	in := &ec2.DescribeRouteTablesInput{Filters: filterBy("vpc-id", vpcID)}
	for {
		out, err := call(ctx, n.api.DescribeRouteTables, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.RouteTables {
			tables = append(tables, toRouteTable(found))
		}
		if awssdk.ToString(out.NextToken) == "" {
			return tables, nil
		}
		in.NextToken = out.NextToken
	}
}

// toRouteTable converts a table. A route whose gateway was deleted stays in its
// table in the state blackhole, and is left out.
func toRouteTable(found types.RouteTable) steps.RouteTable {
	table := steps.RouteTable{ID: awssdk.ToString(found.RouteTableId)}
	for _, a := range found.Associations {
		if awssdk.ToBool(a.Main) {
			table.Main = true
		} else if a.SubnetId != nil {
			table.SubnetIDs = append(table.SubnetIDs, *a.SubnetId)
		}
	}
	for _, r := range found.Routes {
		if awssdk.ToString(r.DestinationCidrBlock) == steps.Everybody && r.State == types.RouteStateActive {
			table.NATGateway = awssdk.ToString(r.NatGatewayId)
			if gateway := awssdk.ToString(r.GatewayId); strings.HasPrefix(gateway, "igw-") {
				table.InternetGateway = gateway
			}
		}
	}
	return table
}

func (n network) NATGateways(ctx context.Context, vpcID string) ([]string, error) {
	var ids []string
	in := &ec2.DescribeNatGatewaysInput{Filter: append(filterBy("vpc-id", vpcID), filterBy("state", string(types.NatGatewayStateAvailable))...)}
	for {
		out, err := call(ctx, n.api.DescribeNatGateways, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.NatGateways {
			ids = append(ids, awssdk.ToString(found.NatGatewayId))
		}
		if awssdk.ToString(out.NextToken) == "" {
			return ids, nil
		}
		in.NextToken = out.NextToken
	}
}

func (n network) GroupInterfaces(ctx context.Context, groupID string) ([]steps.NetworkInterface, error) {
	return n.interfaces(ctx, "group-id", groupID)
}

func (n network) VPCInterfaces(ctx context.Context, vpcID string) ([]steps.NetworkInterface, error) {
	return n.interfaces(ctx, "vpc-id", vpcID)
}

func (n network) interfaces(ctx context.Context, by, id string) ([]steps.NetworkInterface, error) {
	var interfaces []steps.NetworkInterface
	in := &ec2.DescribeNetworkInterfacesInput{Filters: filterBy(by, id)}
	for {
		out, err := call(ctx, n.api.DescribeNetworkInterfaces, in)
		if err != nil {
			return nil, err
		}
		for _, found := range out.NetworkInterfaces {
			interfaces = append(interfaces, steps.NetworkInterface{
				ID: awssdk.ToString(found.NetworkInterfaceId), Description: awssdk.ToString(found.Description),
			})
		}
		if awssdk.ToString(out.NextToken) == "" {
			return interfaces, nil
		}
		in.NextToken = out.NextToken
	}
}

func (n network) CreateDefaultVPC(ctx context.Context) (string, error) {
	out, err := call(ctx, n.api.CreateDefaultVpc, &ec2.CreateDefaultVpcInput{})
	if err != nil {
		return "", err
	}
	if out.Vpc == nil {
		return "", nil
	}
	return awssdk.ToString(out.Vpc.VpcId), nil
}

func (n network) TagNetwork(ctx context.Context, ids []string, tags []steps.Tag) error {
	in := &ec2.CreateTagsInput{Resources: ids}
	for _, tag := range tags {
		in.Tags = append(in.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	_, err := call(ctx, n.api.CreateTags, in)
	return err
}

func (n network) VPCsByTag(ctx context.Context, tag steps.Tag) ([]steps.VPC, error) {
	out, err := call(ctx, n.api.DescribeVpcs, &ec2.DescribeVpcsInput{Filters: filterByTag(tag)})
	if err != nil {
		return nil, err
	}
	var vpcs []steps.VPC
	for _, found := range out.Vpcs {
		vpc := steps.VPC{ID: awssdk.ToString(found.VpcId)}
		for _, tag := range found.Tags {
			vpc.Tags = append(vpc.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
		}
		vpcs = append(vpcs, vpc)
	}
	return vpcs, nil
}

func (n network) DeleteSubnet(ctx context.Context, id string) error {
	_, err := call(ctx, n.api.DeleteSubnet, &ec2.DeleteSubnetInput{SubnetId: &id})
	return err
}

func (n network) InternetGateway(ctx context.Context, vpcID string) (string, error) {
	ids, err := n.internetGateways(ctx, filterBy("attachment.vpc-id", vpcID))
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func (n network) InternetGatewaysByTag(ctx context.Context, tag steps.Tag) ([]string, error) {
	return n.internetGateways(ctx, filterByTag(tag))
}

func (n network) internetGateways(ctx context.Context, filters []types.Filter) ([]string, error) {
	out, err := call(ctx, n.api.DescribeInternetGateways, &ec2.DescribeInternetGatewaysInput{Filters: filters})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, found := range out.InternetGateways {
		ids = append(ids, awssdk.ToString(found.InternetGatewayId))
	}
	return ids, nil
}

func (n network) DetachInternetGateway(ctx context.Context, id, vpcID string) error {
	_, err := call(ctx, n.api.DetachInternetGateway, &ec2.DetachInternetGatewayInput{InternetGatewayId: &id, VpcId: &vpcID})
	return err
}

func (n network) DeleteInternetGateway(ctx context.Context, id string) error {
	_, err := call(ctx, n.api.DeleteInternetGateway, &ec2.DeleteInternetGatewayInput{InternetGatewayId: &id})
	return err
}

func (n network) DeleteVPC(ctx context.Context, id string) error {
	_, err := call(ctx, n.api.DeleteVpc, &ec2.DeleteVpcInput{VpcId: &id})
	return err
}
