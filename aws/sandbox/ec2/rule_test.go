package ec2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestAuthorizeIngressRejectsInvalidRules(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "g")
	authorize(t, s, g, tcp(3306, "0.0.0.0/0"))
	port := func(protocol string, from, to *int32) []types.IpPermission {
		return []types.IpPermission{{IpProtocol: &protocol, FromPort: from, ToPort: to, IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}}}}
	}
	for name, c := range map[string]struct {
		permissions   []types.IpPermission
		code, message string
	}{
		"a rule that is there":        {[]types.IpPermission{tcp(3306, "0.0.0.0/0")}, "InvalidPermission.Duplicate", `the specified rule "peer: 0.0.0.0/0, TCP, from port: 3306, to port: 3306, ALLOW" already exists`},
		"one that is there, of two":   {[]types.IpPermission{tcp(3307, "10.0.0.0/8"), tcp(3306, "0.0.0.0/0")}, "InvalidPermission.Duplicate", ""},
		"the same by another name":    {[]types.IpPermission{{IpProtocol: aws.String("6"), FromPort: aws.Int32(3306), ToPort: aws.Int32(3306), IpRanges: []types.IpRange{{CidrIp: aws.String("1.2.3.4/0")}}}}, "InvalidPermission.Duplicate", ""},
		"one rule twice":              {[]types.IpPermission{tcp(80, "10.0.0.0/8", "10.0.0.0/8")}, "InvalidParameterValue", "The same permission must not appear multiple times"},
		"a block that is none":        {[]types.IpPermission{tcp(80, "10.0.0.0/33")}, "InvalidParameterValue", "CIDR block 10.0.0.0/33 is malformed"},
		"an address without a length": {[]types.IpPermission{tcp(80, "10.0.0.1")}, "InvalidParameterValue", "CIDR block 10.0.0.1 is malformed"},
		"an IPv6 block as IPv4":       {[]types.IpPermission{tcp(80, "::/0")}, "InvalidParameterValue", "CIDR block ::/0 is malformed"},
		"TCP without ports":           {port("tcp", nil, nil), "InvalidParameterValue", "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."},
		"a port too high":             {port("tcp", aws.Int32(1), aws.Int32(65536)), "InvalidParameterValue", "TCP/UDP port (65536) out of range"},
		"ports the wrong way round":   {port("tcp", aws.Int32(90), aws.Int32(80)), "InvalidParameterValue", "Invalid TCP/UDP port range (90:80)"},
		"a protocol unheard of":       {port("carrier-pigeon", nil, nil), "InvalidParameterValue", "Invalid value 'carrier-pigeon' for IP protocol. Unknown protocol."},
		"no source":                   {[]types.IpPermission{tcp(80)}, "MissingParameter", ""},
		"no permission":               {nil, "MissingParameter", ""},
		"a group that is not there":   {[]types.IpPermission{{IpProtocol: aws.String("-1"), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: aws.String("sg-01234567")}}}}, "InvalidGroup.NotFound", "The security group 'sg-01234567' does not exist"},
		"a prefix list":               {[]types.IpPermission{{IpProtocol: aws.String("-1"), PrefixListIds: []types.PrefixListId{{PrefixListId: aws.String("pl-01234567")}}}}, "InvalidPrefixListID.NotFound", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, s.authorizeIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &g, IpPermissions: c.permissions}, c.code, c.message)
			if n := len(s.groups[1].rules); n != 2 { // outbound and 3306
				t.Errorf("the group has %d rules after a refusal, want 2", n)
			}
		})
	}
}

func TestAuthorizeReturnsTheNewRules(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "g")
	made := call(t, s.authorizeIngress, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &g, IpProtocol: aws.String("tcp"), FromPort: aws.Int32(3306), ToPort: aws.Int32(3306), CidrIp: aws.String("203.0.113.77/24"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroupRule, Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}},
	})
	if len(made.SecurityGroupRules) != 1 {
		t.Fatalf("rules: %+v", made.SecurityGroupRules)
	}
	r := made.SecurityGroupRules[0]
	if *r.CidrIpv4 != "203.0.113.0/24" || *r.IsEgress || *r.GroupId != g || !wellFormed(*r.SecurityGroupRuleId, "sgr-") || *r.Tags[0].Value != "v" {
		t.Errorf("rule: %+v", r)
	}
	listed := call(t, s.describeSecurityGroupRules, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", g), filter("tag:k", "v")}}).SecurityGroupRules
	if len(listed) != 1 || *listed[0].SecurityGroupRuleId != *r.SecurityGroupRuleId {
		t.Errorf("listed: %+v", listed)
	}
	wantError(t, s.describeSecurityGroupRules, &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{"sgr-01234567"}},
		"InvalidSecurityGroupRuleId.NotFound", "The security group rule ID 'sgr-01234567' does not exist")
}

func TestRulesOfOnePortAreOnePermission(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "g")
	authorize(t, s, g, tcp(3306, "10.0.0.0/8"), tcp(443, "10.0.0.0/8"))
	authorize(t, s, g, tcp(3306, "192.168.0.0/16"))
	p := call(t, s.describeSecurityGroups, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{g}}).SecurityGroups[0].IpPermissions
	if len(p) != 2 || len(p[0].IpRanges) != 2 || len(p[1].IpRanges) != 1 {
		t.Errorf("permissions: %+v", p)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "g")
	rules := authorize(t, s, g, tcp(3306, "10.0.0.0/8", "192.168.0.0/16"))

	wantError(t, s.revokeIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &g, IpPermissions: []types.IpPermission{tcp(3306, "10.0.0.0/8"), tcp(3307, "10.0.0.0/8")}},
		"InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
	wantError(t, s.revokeIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &g}, "MissingParameter", "")
	wantError(t, s.revokeIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &g, SecurityGroupRuleIds: []string{"sgr-01234567"}},
		"InvalidSecurityGroupRuleId.NotFound", "The security group rule ID 'sgr-01234567' does not exist")
	wantError(t, s.revokeEgress, &ec2.RevokeSecurityGroupEgressInput{GroupId: &g, SecurityGroupRuleIds: []string{*rules[0].SecurityGroupRuleId}},
		"InvalidSecurityGroupRuleId.NotFound", "")

	byID := call(t, s.revokeIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &g, SecurityGroupRuleIds: []string{*rules[0].SecurityGroupRuleId}})
	if len(byID.RevokedSecurityGroupRules) != 1 || *byID.RevokedSecurityGroupRules[0].CidrIpv4 != "10.0.0.0/8" {
		t.Errorf("revoked by identifier: %+v", byID.RevokedSecurityGroupRules)
	}
	byMatch := call(t, s.revokeIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &g, IpPermissions: []types.IpPermission{tcp(3306, "192.168.0.0/16")}})
	if *byMatch.RevokedSecurityGroupRules[0].SecurityGroupRuleId != *rules[1].SecurityGroupRuleId {
		t.Errorf("revoked by what it matches: %+v", byMatch.RevokedSecurityGroupRules)
	}
	call(t, s.revokeEgress, &ec2.RevokeSecurityGroupEgressInput{GroupId: &g, IpPermissions: []types.IpPermission{{IpProtocol: aws.String("all"), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}})
	if left := s.groups[1].rules; len(left) != 0 {
		t.Errorf("rules left: %v", left)
	}
}

func TestGroupHasAtMostSixtyRules(t *testing.T) {
	t.Parallel()
	s := newEC2(t)
	g := newGroup(t, s, "g")
	for port := range int32(60) {
		authorize(t, s, g, tcp(port, "10.0.0.0/8"))
	}
	wantError(t, s.authorizeIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &g, IpPermissions: []types.IpPermission{tcp(60, "10.0.0.0/8")}},
		"RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
}
