package ec2

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

func newEC2(t *testing.T) *Service {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	t.Cleanup(c.Close)
	return New(c)
}

// call runs a handler that must succeed.
func call[In, Out any](t *testing.T, h wire.Handler[In, Out], in *In) *Out {
	t.Helper()
	out, err := answerDryRun(h)(context.Background(), in)
	if err != nil {
		t.Fatalf("%T: %v", in, err)
	}
	return out
}

// wantError runs a handler that must answer with an error of AWS's.
func wantError[In, Out any](t *testing.T, h wire.Handler[In, Out], in *In, code, message string) {
	t.Helper()
	_, err := answerDryRun(h)(context.Background(), in)
	var e *wire.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T: got %v, want the error %s", in, err, code)
	}
	if e.Code != code || message != "" && e.Message != message {
		t.Fatalf("%T: got %s: %s\nwant %s: %s", in, e.Code, e.Message, code, message)
	}
}

func newGroup(t *testing.T, s *Service, name string) string {
	t.Helper()
	return *call(t, s.createSecurityGroup, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: aws.String("for a test"),
	}).GroupId
}

// tcp is a permission for one port and blocks of addresses.
func tcp(port int32, cidrs ...string) types.IpPermission {
	p := types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port}
	for _, c := range cidrs {
		p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: aws.String(c)})
	}
	return p
}

func authorize(t *testing.T, s *Service, groupID string, permissions ...types.IpPermission) []types.SecurityGroupRule {
	t.Helper()
	return call(t, s.authorizeIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &groupID, IpPermissions: permissions}).SecurityGroupRules
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func TestNewAccountHasADefaultVPC(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	vpcs := call(t, s.describeVpcs, &ec2.DescribeVpcsInput{Filters: []types.Filter{filter("is-default", "true")}}).Vpcs
	if len(vpcs) != 1 || !*vpcs[0].IsDefault || *vpcs[0].CidrBlock != "172.31.0.0/16" {
		t.Fatalf("default VPCs: %+v", vpcs)
	}
	subnets := call(t, s.describeSubnets, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("vpc-id", *vpcs[0].VpcId)}}).Subnets
	if len(subnets) != 3 || *subnets[2].AvailabilityZone != "us-east-1c" || *subnets[2].AvailabilityZoneId != "use1-az3" {
		t.Fatalf("subnets: %+v", subnets)
	}
	zones := call(t, s.describeAvailabilityZones, &ec2.DescribeAvailabilityZonesInput{}).AvailabilityZones
	if len(zones) != 3 || *zones[0].ZoneName != "us-east-1a" {
		t.Fatalf("zones: %+v", zones)
	}
	attribute := call(t, s.describeVpcAttribute, &ec2.DescribeVpcAttributeInput{VpcId: vpcs[0].VpcId, Attribute: types.VpcAttributeNameEnableDnsHostnames})
	if !*attribute.EnableDnsHostnames.Value || attribute.EnableDnsSupport != nil {
		t.Fatalf("DNS hostnames: %+v", attribute)
	}
	groups := call(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"default"}}).SecurityGroups
	if len(groups) != 1 || *groups[0].IpPermissions[0].UserIdGroupPairs[0].GroupId != *groups[0].GroupId || *groups[0].IpPermissionsEgress[0].IpRanges[0].CidrIp != "0.0.0.0/0" {
		t.Fatalf("default group: %+v", groups)
	}
}

func TestShortRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us-east-1": "use1", "eu-central-1": "euc1", "ap-southeast-2": "apse2", "ap-northeast-1": "apne1", "us-gov-west-1": "usgw1", "me-south-1": "mes1",
	} {
		if got := shortRegion(region); got != want {
			t.Errorf("shortRegion(%q) = %q, want %q", region, got, want)
		}
	}
}

func TestDryRunAnswersDryRunOperation(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	wantError(t, s.createSecurityGroup, &ec2.CreateSecurityGroupInput{DryRun: aws.Bool(true), GroupName: aws.String("a"), Description: aws.String("b")},
		"DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	if n := len(call(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{}).SecurityGroups); n != 1 {
		t.Errorf("%d groups after a dry run, want the default one", n)
	}
}

func TestMatchesWildcard(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "anything", true},
		{"my*", "mygroup", true},
		{"my*", "yours", false},
		{"*up", "mygroup", true},
		{"m*g*p", "mygroup", true},
		{"m?group", "mygroup", true},
		{"?", "", false},
		{"my", "mygroup", false},
		{"MY*", "mygroup", false},
		{`a\*b`, "a*b", true},
		{`a\*b`, "axb", false},
		{`a\?`, "a?", true},
		{`*\\`, `a\`, true},
		{"a*b*c", "aXbYbZc", true},
		{"*ab", "aab", true},
	} {
		if got := matchesWildcard(c.pattern, c.text); got != c.want {
			t.Errorf("wildcard(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}
