package rotation

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox"
	"keyturn/steps"
)

// owner is EC2 for whoever owns the account: what is there before the run is
// theirs.
func owner(t *testing.T, served *sandbox.Sandbox) *ec2.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	url := served.URL()
	return ec2.NewFromConfig(awssdk.Config{
		Region: served.Region, BaseEndpoint: &url, HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider(served.AccessKeyID, served.SecretAccessKey, ""),
	})
}

// inPrivate opens a run in the private network of a sandbox of its own.
func inPrivate(t *testing.T, change ...func(*steps.Services)) (*steps.Run, *sandbox.Sandbox, *events) {
	t.Helper()
	run, served, heard := inSandboxOf(t, "", change...)
	setup := run.Setup()
	setup.Network = steps.NetworkPrivate
	run.Answer(setup)
	return run, served, heard
}

func ok[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// network is what there is in the account's network, by id.
func network(t *testing.T, api *ec2.Client) []string {
	t.Helper()
	var ids []string
	for _, v := range ok[*ec2.DescribeVpcsOutput](t)(api.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs {
		ids = append(ids, *v.VpcId)
	}
	for _, e := range ok[*ec2.DescribeVpcEndpointsOutput](t)(api.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{})).VpcEndpoints {
		ids = append(ids, *e.VpcEndpointId)
	}
	for _, r := range ok[*ec2.DescribeSecurityGroupRulesOutput](t)(api.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{})).SecurityGroupRules {
		ids = append(ids, *r.GroupId+" "+*r.SecurityGroupRuleId)
	}
	for _, i := range ok[*ec2.DescribeNetworkInterfacesOutput](t)(api.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{})).NetworkInterfaces {
		ids = append(ids, *i.NetworkInterfaceId)
	}
	slices.Sort(ids)
	return ids
}

func TestPrivateNetworkBesideAnEndpointThatIsThere(t *testing.T) {
	t.Parallel()
	run, served, _ := inPrivate(t)
	api := owner(t, served)
	vpc := ok[*ec2.DescribeVpcsOutput](t)(api.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs[0].VpcId
	subnet := ok[*ec2.DescribeSubnetsOutput](t)(api.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})).Subnets[2].SubnetId
	group := ok[*ec2.CreateSecurityGroupOutput](t)(api.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: awssdk.String("endpoints"), Description: awssdk.String("of somebody"), VpcId: vpc,
	})).GroupId
	ok[*ec2.CreateVpcEndpointOutput](t)(api.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
		VpcId: vpc, ServiceName: awssdk.String("com.amazonaws.us-east-1.secretsmanager"), VpcEndpointType: types.VpcEndpointTypeInterface,
		SubnetIds: []string{*subnet}, SecurityGroupIds: []string{*group},
	}))
	before := network(t, api)
	planIsReceived(t, run, served)
	if after := network(t, api); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestPrivateNetworkThroughANATGatewayThatIsThere(t *testing.T) {
	t.Parallel()
	run, served, _ := inPrivate(t)
	api := owner(t, served)
	vpc := ok[*ec2.DescribeVpcsOutput](t)(api.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs[0].VpcId
	subnets := ok[*ec2.DescribeSubnetsOutput](t)(api.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})).Subnets
	address := ok[*ec2.AllocateAddressOutput](t)(api.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{})).AllocationId
	nat := ok[*ec2.CreateNatGatewayOutput](t)(api.CreateNatGateway(t.Context(), &ec2.CreateNatGatewayInput{SubnetId: subnets[0].SubnetId, AllocationId: address})).NatGateway.NatGatewayId
	table := ok[*ec2.CreateRouteTableOutput](t)(api.CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: vpc})).RouteTable.RouteTableId
	ok[*ec2.CreateRouteOutput](t)(api.CreateRoute(t.Context(), &ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: awssdk.String("0.0.0.0/0"), NatGatewayId: nat}))
	ok[*ec2.AssociateRouteTableOutput](t)(api.AssociateRouteTable(t.Context(), &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: subnets[1].SubnetId}))
	before := network(t, api)
	planIsReceived(t, run, served)
	if after := network(t, api); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	if slices.Contains(changes(served), "ec2 CreateVpcEndpoint") {
		t.Error("an endpoint was made, though a NAT route is there")
	}
}

// removeDefaultVPC leaves the account without one, as careful owners do.
func removeDefaultVPC(t *testing.T, api *ec2.Client) {
	t.Helper()
	vpc := ok[*ec2.DescribeVpcsOutput](t)(api.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})).Vpcs[0].VpcId
	for _, s := range ok[*ec2.DescribeSubnetsOutput](t)(api.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})).Subnets {
		ok[*ec2.DeleteSubnetOutput](t)(api.DeleteSubnet(t.Context(), &ec2.DeleteSubnetInput{SubnetId: s.SubnetId}))
	}
	gateway := ok[*ec2.DescribeInternetGatewaysOutput](t)(api.DescribeInternetGateways(t.Context(), &ec2.DescribeInternetGatewaysInput{})).InternetGateways[0].InternetGatewayId
	ok[*ec2.DetachInternetGatewayOutput](t)(api.DetachInternetGateway(t.Context(), &ec2.DetachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc}))
	ok[*ec2.DeleteInternetGatewayOutput](t)(api.DeleteInternetGateway(t.Context(), &ec2.DeleteInternetGatewayInput{InternetGatewayId: gateway}))
	ok[*ec2.DeleteVpcOutput](t)(api.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: vpc}))
}

func TestPrivateNetworkInADefaultVPCOfItsOwn(t *testing.T) {
	t.Parallel()
	run, served, _ := inPrivate(t)
	api := owner(t, served)
	removeDefaultVPC(t, api)
	if d := diagnosisOf(t, run, StepDatabase); d.ID != "no-default-network" || len(d.Remedies) != 1 {
		t.Errorf("%+v", d)
	}
	setup := run.Setup()
	setup.CreateDefaultVPC = true
	run.Answer(setup)
	planIsReceived(t, run, served)
	if after := network(t, api); len(after) > 0 {
		t.Errorf("left %v", after)
	}
}

// diagnosisOf is why a step cannot be prepared or carried out.
func diagnosisOf(t *testing.T, run *steps.Run, id steps.StepID) steps.Diagnosis {
	t.Helper()
	_, err := run.Prepare(t.Context(), find(id))
	if err == nil {
		err = run.Carry(t.Context(), find(id))
	}
	failed, isStep := errors.AsType[*steps.StepError](err)
	if !isStep {
		t.Fatalf("%s: %v", id, err)
	}
	return failed.Diagnosis
}

func TestFunctionWithoutAWayTimesOutAndIsMended(t *testing.T) {
	t.Parallel()
	run, served, heard := inPrivate(t)
	api := owner(t, served)
	closed := false
	heard.on = func(e steps.Event) { // somebody closes the endpoint's port just before the rotation
		if started, is := e.(steps.CallStarted); is && started.Call.Operation == "RotateSecret" && !closed {
			closed = true
			for _, r := range ok[*ec2.DescribeSecurityGroupRulesOutput](t)(api.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{})).SecurityGroupRules {
				if awssdk.ToInt32(r.FromPort) == 443 {
					ok[*ec2.RevokeSecurityGroupIngressOutput](t)(api.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: r.GroupId, SecurityGroupRuleIds: []string{*r.SecurityGroupRuleId}}))
				}
			}
		}
	}
	for _, id := range []steps.StepID{StepDatabase, StepSecret} {
		carry(t, run, id)
	}
	d := diagnosisOf(t, run, StepRotate)
	if d.ID != "function-cannot-reach-secrets-manager" || !strings.Contains(d.Why, "does not let it in on port 443") || !strings.Contains(d.Why, "30 s") {
		t.Fatalf("%+v", d)
	}
	ok[*ec2.AuthorizeSecurityGroupIngressOutput](t)(api.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: awssdk.String(run.Receipt().Existing(steps.KindSecurityGroup)[0].ID),
		IpPermissions: []types.IpPermission{{
			IpProtocol: awssdk.String("tcp"), FromPort: awssdk.Int32(443), ToPort: awssdk.Int32(443),
			IpRanges: []types.IpRange{{CidrIp: awssdk.String("172.31.0.0/16")}},
		}},
	}))
	for _, id := range []steps.StepID{StepRotate, StepVerify, StepCleanup} {
		carry(t, run, id)
	}
	if left := run.Receipt().Left(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func carry(t *testing.T, run *steps.Run, id steps.StepID) {
	t.Helper()
	if _, err := run.Prepare(t.Context(), find(id)); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if err := run.Carry(t.Context(), find(id)); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
}
