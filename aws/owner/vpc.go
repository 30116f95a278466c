package owner

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ReplaceDefaultVPC makes a VPC of the owner's in the place of the default one, with
// a subnet in each of the zones ("a"), and returns the subnets' ids. Public ones lead
// to the internet.
func (o *Owner) ReplaceDefaultVPC(public bool, zones ...string) []string {
	o.t.Helper()
	o.RemoveDefaultVPC()
	vpc := call(o, o.ec2.CreateVpc, &ec2.CreateVpcInput{CidrBlock: aws.String("10.1.0.0/16")}).Vpc.VpcId
	call(o, o.ec2.ModifyVpcAttribute, &ec2.ModifyVpcAttributeInput{VpcId: vpc, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
	var ids []string
	for i, zone := range zones {
		ids = append(ids, *call(o, o.ec2.CreateSubnet, &ec2.CreateSubnetInput{
			VpcId: vpc, CidrBlock: aws.String(fmt.Sprintf("10.1.%d.0/24", i)), AvailabilityZone: aws.String(o.ec2.Options().Region + zone),
		}).Subnet.SubnetId)
	}
	if !public {
		return ids
	}
	gateway := call(o, o.ec2.CreateInternetGateway, &ec2.CreateInternetGatewayInput{}).InternetGateway.InternetGatewayId
	call(o, o.ec2.AttachInternetGateway, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc})
	table := call(o, o.ec2.DescribeRouteTables, &ec2.DescribeRouteTablesInput{}).RouteTables[0].RouteTableId
	call(o, o.ec2.CreateRoute, &ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: aws.String("0.0.0.0/0"), GatewayId: gateway})
	return ids
}
