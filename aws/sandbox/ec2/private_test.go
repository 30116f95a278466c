package ec2

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/cloud"
)

const secretsService = "com.amazonaws.us-east-1.secretsmanager"

// eventually waits for a condition that something in the background brings
// about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 2000 {
		if holds() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("never happened: %s", what)
}

func newEndpoint(t *testing.T, s *Service, groups ...string) string {
	t.Helper()
	id := *call(t, s.createVpcEndpoint, &ec2.CreateVpcEndpointInput{
		VpcId: aws.String(s.VPC().ID), ServiceName: aws.String(secretsService), VpcEndpointType: types.VpcEndpointTypeInterface,
		SubnetIds: []string{s.VPC().Subnets[0].ID}, SecurityGroupIds: groups, PrivateDnsEnabled: aws.Bool(true),
	}).VpcEndpoint.VpcEndpointId
	eventually(t, "the endpoint is available", func() bool {
		found := call(t, s.describeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{id}}).VpcEndpoints
		return found[0].State == endpointAvailable
	})
	return id
}

// attachFunction is a function in the first subnet that is in a group.
func attachFunction(t *testing.T, s *Service, group string, subnet int) Origin {
	t.Helper()
	if _, err := s.AttachFunction("f", []string{s.VPC().Subnets[subnet].ID}, []string{group}); err != nil {
		t.Fatal(err)
	}
	return s.FunctionOrigin("f", cloud.FunctionAddress)
}

func admitGroup(t *testing.T, s *Service, id, source string, port int32) {
	t.Helper()
	p := tcp(port)
	p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: &source}}
	authorize(t, s, id, p)
}

func TestFunctionOutsideAVPCReachesSecretsManager(t *testing.T) {
	t.Parallel()
	if s := newEC2(t); !s.Reaches(s.FunctionOrigin("none", cloud.FunctionAddress), "secretsmanager") {
		t.Error("it does not")
	}
}

func TestFunctionInAPublicSubnetHasNoInternet(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	if s.Reaches(attachFunction(t, s, s.VPC().GroupID, 0), "secretsmanager") {
		t.Error("a function's interface has no public address, so an internet gateway is no way out")
	}
}

func TestEndpointIsReachedIfItsGroupAdmits(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	function, gate := newGroup(t, s, "function"), newGroup(t, s, "gate")
	from := attachFunction(t, s, function, 1)
	newEndpoint(t, s, gate)
	if s.Reaches(from, "secretsmanager") {
		t.Error("past a group that admits nobody")
	}
	admitGroup(t, s, gate, function, 443)
	if !s.Reaches(from, "secretsmanager") {
		t.Error("not through a group that admits the function's")
	}
	call(t, s.modifyVpcAttribute, &ec2.ModifyVpcAttributeInput{VpcId: aws.String(s.VPC().ID), EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(false)}})
	if s.Reaches(from, "secretsmanager") {
		t.Error("by a name that does not lead to the endpoint any more")
	}
}

func TestNATRouteReachesSecretsManager(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	from := attachFunction(t, s, s.VPC().GroupID, 1)
	address := call(t, s.allocateAddress, &ec2.AllocateAddressInput{}).AllocationId
	nat := call(t, s.createNatGateway, &ec2.CreateNatGatewayInput{SubnetId: &s.VPC().Subnets[0].ID, AllocationId: address}).NatGateway.NatGatewayId
	table := call(t, s.createRouteTable, &ec2.CreateRouteTableInput{VpcId: aws.String(s.VPC().ID)}).RouteTable.RouteTableId
	call(t, s.createRoute, &ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: aws.String("0.0.0.0/0"), NatGatewayId: nat})
	call(t, s.associateRouteTable, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: &s.VPC().Subnets[1].ID})
	eventually(t, "the NAT gateway leads out", func() bool { return s.Reaches(from, "secretsmanager") })
	found := call(t, s.describeRouteTables, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{filter("route.nat-gateway-id", *nat)}}).RouteTables
	if len(found) != 1 || *found[0].Associations[0].SubnetId != s.VPC().Subnets[1].ID {
		t.Errorf("tables with that route: %+v", found)
	}
	if gateways := call(t, s.describeNatGateways, &ec2.DescribeNatGatewaysInput{Filter: []types.Filter{filter("state", "available")}}).NatGateways; len(gateways) != 1 {
		t.Errorf("gateways %+v", gateways)
	}
}

func TestSecondEndpointWithPrivateDNSConflicts(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	newEndpoint(t, s)
	in := &ec2.CreateVpcEndpointInput{VpcId: aws.String(s.VPC().ID), ServiceName: aws.String(secretsService), VpcEndpointType: types.VpcEndpointTypeInterface}
	wantError(t, s.createVpcEndpoint, in, "InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for secretsmanager.us-east-1.amazonaws.com in the VPC "+s.VPC().ID)
	in.ServiceName = aws.String("com.amazonaws.us-east-1.nothing")
	wantError(t, s.createVpcEndpoint, in, "InvalidServiceName", "The Vpc Endpoint Service 'com.amazonaws.us-east-1.nothing' does not exist")
}

func TestSameTokenReturnsTheSameEndpoint(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	in := &ec2.CreateVpcEndpointInput{
		VpcId: aws.String(s.VPC().ID), ServiceName: aws.String(secretsService), VpcEndpointType: types.VpcEndpointTypeInterface, ClientToken: aws.String("t"),
	}
	first := *call(t, s.createVpcEndpoint, in).VpcEndpoint.VpcEndpointId
	if again := *call(t, s.createVpcEndpoint, in).VpcEndpoint.VpcEndpointId; again != first {
		t.Errorf("%s, then %s", first, again)
	}
}

func TestDeletedEndpointIsListedAsUnsuccessful(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	id := newEndpoint(t, s)
	in := &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}}
	if out := call(t, s.deleteVpcEndpoints, in); len(out.Unsuccessful) > 0 {
		t.Fatalf("%+v", out.Unsuccessful)
	}
	eventually(t, "the endpoint is gone", func() bool {
		return len(call(t, s.describeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{}).VpcEndpoints) == 0
	})
	out := call(t, s.deleteVpcEndpoints, in)
	if len(out.Unsuccessful) != 1 || *out.Unsuccessful[0].Error.Code != "InvalidVpcEndpoint.NotFound" {
		t.Errorf("%+v", out.Unsuccessful)
	}
	wantError(t, s.describeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{id}}, "InvalidVpcEndpointId.NotFound", "")
}

func TestGroupWithAnInterfaceIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	group := newGroup(t, s, "function")
	attachFunction(t, s, group, 0)
	wantError(t, s.deleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &group}, "DependencyViolation", "")
	interfaces := call(t, s.describeNetworkInterfaces, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("group-id", group)}}).NetworkInterfaces
	if len(interfaces) != 1 || interfaces[0].InterfaceType != types.NetworkInterfaceTypeLambda || *interfaces[0].PrivateIpAddress != "172.31.0.4" {
		t.Errorf("interfaces %+v", interfaces)
	}
	s.ReleaseFunction("f")
	eventually(t, "the interface is gone", func() bool {
		return len(call(t, s.describeNetworkInterfaces, &ec2.DescribeNetworkInterfacesInput{}).NetworkInterfaces) == 0
	})
	call(t, s.deleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &group})
}

// deleteVPC takes the default VPC away in the order in which EC2 lets it go.
func deleteVPC(t *testing.T, s *Service) {
	t.Helper()
	vpc := s.VPC()
	wantError(t, s.deleteVpc, &ec2.DeleteVpcInput{VpcId: &vpc.ID}, "DependencyViolation", "The vpc '"+vpc.ID+"' has dependencies and cannot be deleted.")
	for _, n := range vpc.Subnets {
		call(t, s.deleteSubnet, &ec2.DeleteSubnetInput{SubnetId: &n.ID})
	}
	gateway := call(t, s.describeInternetGateways, &ec2.DescribeInternetGatewaysInput{Filters: []types.Filter{filter("attachment.vpc-id", vpc.ID)}}).InternetGateways[0].InternetGatewayId
	wantError(t, s.deleteInternetGateway, &ec2.DeleteInternetGatewayInput{InternetGatewayId: gateway}, "DependencyViolation", "")
	call(t, s.detachInternetGateway, &ec2.DetachInternetGatewayInput{InternetGatewayId: gateway, VpcId: &vpc.ID})
	call(t, s.deleteInternetGateway, &ec2.DeleteInternetGatewayInput{InternetGatewayId: gateway})
	call(t, s.deleteVpc, &ec2.DeleteVpcInput{VpcId: &vpc.ID})
}

func TestDefaultVPCIsDeletedAndCreatedAgain(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	wantError(t, s.createDefaultVpc, &ec2.CreateDefaultVpcInput{}, "DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.")
	before := s.VPC().ID
	deleteVPC(t, s)
	if vpcs := call(t, s.describeVpcs, &ec2.DescribeVpcsInput{}).Vpcs; len(vpcs) > 0 {
		t.Errorf("VPCs %+v", vpcs)
	}
	if groups := call(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{}).SecurityGroups; len(groups) > 0 {
		t.Errorf("groups %+v", groups)
	}
	wantError(t, s.createSecurityGroup, &ec2.CreateSecurityGroupInput{GroupName: aws.String("a"), Description: aws.String("b")}, "VPCIdNotSpecified", "No default VPC for this user")
	made := call(t, s.createDefaultVpc, &ec2.CreateDefaultVpcInput{}).Vpc
	if *made.VpcId == before || !*made.IsDefault || len(call(t, s.describeSubnets, &ec2.DescribeSubnetsInput{}).Subnets) != 3 {
		t.Errorf("made %+v", made)
	}
	if !slices.ContainsFunc(call(t, s.describeRouteTables, &ec2.DescribeRouteTablesInput{}).RouteTables[0].Routes, func(r types.Route) bool {
		return aws.ToString(r.GatewayId) == s.VPC().GatewayID
	}) {
		t.Error("no route to the internet gateway")
	}
}
