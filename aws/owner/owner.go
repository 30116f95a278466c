// Package owner does what an account's owner does by hand, before keyturn comes
// and beside it: for tests. A call that fails ends the test.
package owner

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Owner works in one account.
type Owner struct {
	t   testing.TB
	ec2 *ec2.Client
	iam *iam.Client
}

// New signs with an access key.
func New(t testing.TB, endpoint, region, keyID, secret string) *Owner {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := aws.Config{
		Region: region, BaseEndpoint: &endpoint, HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, ""),
	}
	return &Owner{t: t, ec2: ec2.NewFromConfig(config), iam: iam.NewFromConfig(config)}
}

// call makes one call.
func call[In, Out, Options any](o *Owner, operation func(context.Context, *In, ...Options) (*Out, error), in *In) *Out {
	o.t.Helper()
	out, err := operation(o.t.Context(), in)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// Network is what there is in the account's network, by id.
func (o *Owner) Network() []string {
	o.t.Helper()
	var ids []string
	for _, v := range call(o, o.ec2.DescribeVpcs, &ec2.DescribeVpcsInput{}).Vpcs {
		ids = append(ids, *v.VpcId)
	}
	for _, e := range call(o, o.ec2.DescribeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{}).VpcEndpoints {
		ids = append(ids, *e.VpcEndpointId)
	}
	for _, r := range o.rules() {
		ids = append(ids, *r.GroupId+" "+*r.SecurityGroupRuleId)
	}
	for _, i := range call(o, o.ec2.DescribeNetworkInterfaces, &ec2.DescribeNetworkInterfacesInput{}).NetworkInterfaces {
		ids = append(ids, *i.NetworkInterfaceId)
	}
	slices.Sort(ids)
	return ids
}

func (o *Owner) rules() []types.SecurityGroupRule {
	o.t.Helper()
	return call(o, o.ec2.DescribeSecurityGroupRules, &ec2.DescribeSecurityGroupRulesInput{}).SecurityGroupRules
}

func (o *Owner) defaultVPC() *string {
	o.t.Helper()
	return call(o, o.ec2.DescribeVpcs, &ec2.DescribeVpcsInput{}).Vpcs[0].VpcId
}

func (o *Owner) subnets() []types.Subnet {
	o.t.Helper()
	return call(o, o.ec2.DescribeSubnets, &ec2.DescribeSubnetsInput{}).Subnets
}

// RemoveDefaultVPC leaves the account without one, as careful owners do.
func (o *Owner) RemoveDefaultVPC() {
	o.t.Helper()
	vpc := o.defaultVPC()
	for _, s := range o.subnets() {
		call(o, o.ec2.DeleteSubnet, &ec2.DeleteSubnetInput{SubnetId: s.SubnetId})
	}
	gateway := call(o, o.ec2.DescribeInternetGateways, &ec2.DescribeInternetGatewaysInput{}).InternetGateways[0].InternetGatewayId
	call(o, o.ec2.DetachInternetGateway, &ec2.DetachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc})
	call(o, o.ec2.DeleteInternetGateway, &ec2.DeleteInternetGatewayInput{InternetGatewayId: gateway})
	call(o, o.ec2.DeleteVpc, &ec2.DeleteVpcInput{VpcId: vpc})
}

// MakeSecurityGroup makes a group in the default VPC that lets nobody in.
func (o *Owner) MakeSecurityGroup(name string) (vpc, group string) {
	o.t.Helper()
	id := o.defaultVPC()
	made := call(o, o.ec2.CreateSecurityGroup, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: aws.String("of somebody"), VpcId: id})
	return *id, *made.GroupId
}

// MakeEndpoint makes an endpoint for Secrets Manager in one subnet, behind a group
// that lets nobody in.
func (o *Owner) MakeEndpoint() {
	o.t.Helper()
	vpc, group := o.MakeSecurityGroup("endpoints")
	call(o, o.ec2.CreateVpcEndpoint, &ec2.CreateVpcEndpointInput{
		VpcId: &vpc, ServiceName: aws.String("com.amazonaws." + o.ec2.Options().Region + ".secretsmanager"),
		VpcEndpointType: types.VpcEndpointTypeInterface, SubnetIds: []string{*o.subnets()[2].SubnetId}, SecurityGroupIds: []string{group},
	})
}

// MakeNATGateway makes one, and the route through it for another subnet.
func (o *Owner) MakeNATGateway() {
	o.t.Helper()
	subnets := o.subnets()
	address := call(o, o.ec2.AllocateAddress, &ec2.AllocateAddressInput{}).AllocationId
	nat := call(o, o.ec2.CreateNatGateway, &ec2.CreateNatGatewayInput{SubnetId: subnets[0].SubnetId, AllocationId: address}).NatGateway.NatGatewayId
	table := call(o, o.ec2.CreateRouteTable, &ec2.CreateRouteTableInput{VpcId: o.defaultVPC()}).RouteTable.RouteTableId
	call(o, o.ec2.CreateRoute, &ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: aws.String("0.0.0.0/0"), NatGatewayId: nat})
	call(o, o.ec2.AssociateRouteTable, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: subnets[1].SubnetId})
}

// NameHosts switches the default VPC's DNS names on.
func (o *Owner) NameHosts() {
	o.t.Helper()
	call(o, o.ec2.ModifyVpcAttribute, &ec2.ModifyVpcAttributeInput{VpcId: o.defaultVPC(), EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
}

// OpenPort lets a block of addresses in.
func (o *Owner) OpenPort(group, cidr string, port int32) {
	o.t.Helper()
	call(o, o.ec2.AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: []types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: []types.IpRange{{CidrIp: &cidr}},
	}}})
}

// ClosePortToGroups revokes every rule that lets the members of a group in on a
// port.
func (o *Owner) ClosePortToGroups(port int32) {
	o.t.Helper()
	for _, r := range o.rules() {
		if r.ReferencedGroupInfo != nil && aws.ToInt32(r.FromPort) == port {
			call(o, o.ec2.RevokeSecurityGroupIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: r.GroupId, SecurityGroupRuleIds: []string{*r.SecurityGroupRuleId}})
		}
	}
}

// GrantEverything gives a user AdministratorAccess in the place of a policy of
// its own.
func (o *Owner) GrantEverything(user, policy string) {
	o.t.Helper()
	call(o, o.iam.AttachUserPolicy, &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
	call(o, o.iam.DeleteUserPolicy, &iam.DeleteUserPolicyInput{UserName: &user, PolicyName: &policy})
}
