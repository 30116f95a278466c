package ec2

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// rule is one rule of a security group, with one peer.
type rule struct {
	match
	id          string
	description string
}

// match is what a rule applies to, unique in a group. protocol is "tcp", "udp",
// "icmp", "icmpv6", another protocol's number, or "-1" for all. from and to are
// ports, or an ICMP type and code; -1 means any.
type match struct {
	egress   bool
	protocol string
	from, to int32
	peer     peer
}

// peer is a CIDR block, or the members of a group.
type peer struct {
	cidr  netip.Prefix
	group string
}

var anywhere = netip.MustParsePrefix("0.0.0.0/0")

// hasPorts reports whether the rule's protocol has ports, or types and codes.
func (m match) hasPorts() bool {
	return m.protocol == "tcp" || m.protocol == "udp" || m.protocol == "icmp" || m.protocol == "icmpv6"
}

// String formats the match as in EC2's errors.
func (m match) String() string {
	peer := m.peer.group
	if peer == "" {
		peer = m.peer.cidr.String()
	}
	what := "protocol: " + m.protocol
	switch m.protocol {
	case "-1":
		what = "ALL"
	case "tcp", "udp":
		what = fmt.Sprintf("%s, from port: %d, to port: %d", strings.ToUpper(m.protocol), m.from, m.to)
	case "icmp", "icmpv6":
		what = fmt.Sprintf("%s, type: %d, code: %d", strings.ToUpper(m.protocol), m.from, m.to)
	}
	return fmt.Sprintf("peer: %s, %s, ALLOW", peer, what)
}

// rulesOf splits a permission into rules without ids, one a peer. The caller
// holds the lock.
func (s *Service) rulesOf(p types.IpPermission, egress bool) ([]rule, error) {
	m, err := parseMatch(p)
	if err != nil {
		return nil, err
	}
	m.egress = egress
	var rules []rule
	add := func(peer peer, description *string) {
		m.peer = peer
		rules = append(rules, rule{match: m, description: aws.ToString(description)})
	}
	for _, r := range p.IpRanges {
		cidr, err := parseCIDR(aws.ToString(r.CidrIp), netip.Addr.Is4)
		if err != nil {
			return nil, err
		}
		add(peer{cidr: cidr}, r.Description)
	}
	for _, r := range p.Ipv6Ranges {
		cidr, err := parseCIDR(aws.ToString(r.CidrIpv6), netip.Addr.Is6)
		if err != nil {
			return nil, err
		}
		add(peer{cidr: cidr}, r.Description)
	}
	for _, pair := range p.UserIdGroupPairs {
		g, err := s.groupByIDOrName(pair.GroupId, pair.GroupName)
		if err != nil {
			return nil, err
		}
		add(peer{group: g.id}, pair.Description)
	}
	for _, list := range p.PrefixListIds {
		return nil, wire.Errorf("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", aws.ToString(list.PrefixListId))
	}
	for _, r := range rules {
		if r.description != "" && !groupTextPattern.MatchString(r.description) {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
		}
	}
	return rules, nil
}

func parseMatch(p types.IpPermission) (match, error) {
	protocol, err := parseProtocol(aws.ToString(p.IpProtocol))
	if err != nil {
		return match{}, err
	}
	m := match{protocol: protocol, from: -1, to: -1}
	if !m.hasPorts() {
		return m, nil
	}
	if protocol == "tcp" || protocol == "udp" {
		if p.FromPort == nil || p.ToPort == nil {
			return m, wire.Errorf("InvalidParameterValue", "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
		}
		m.from, m.to = *p.FromPort, *p.ToPort
		for _, port := range []int32{m.from, m.to} {
			if port < 0 || port > 65535 {
				return m, wire.Errorf("InvalidParameterValue", "TCP/UDP port (%d) out of range", port)
			}
		}
		if m.from > m.to {
			return m, wire.Errorf("InvalidParameterValue", "Invalid TCP/UDP port range (%d:%d)", m.from, m.to)
		}
		return m, nil
	}
	if p.FromPort != nil {
		m.from = *p.FromPort
	}
	if p.ToPort != nil {
		m.to = *p.ToPort
	}
	if m.from < -1 || m.from > 255 || m.to < -1 || m.to > 255 {
		return m, wire.Errorf("InvalidParameterValue", "ICMP type/code (%d:%d) out of range", m.from, m.to)
	}
	return m, nil
}

// parseProtocol returns a protocol as EC2 spells it in responses.
func parseProtocol(name string) (string, error) {
	switch name = strings.ToLower(name); name {
	case "tcp", "6":
		return "tcp", nil
	case "udp", "17":
		return "udp", nil
	case "icmp", "1":
		return "icmp", nil
	case "icmpv6", "58":
		return "icmpv6", nil
	case "-1", "all":
		return "-1", nil
	}
	if n, err := strconv.ParseUint(name, 10, 8); err == nil {
		return strconv.FormatUint(n, 10), nil
	}
	return "", wire.Errorf("InvalidParameterValue", "Invalid value '%s' for IP protocol. Unknown protocol.", name)
}

// parseCIDR parses a CIDR block and sets its host bits to zero, as EC2 does.
func parseCIDR(cidr string, family func(netip.Addr) bool) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil || !family(p.Addr()) || p.Addr().Is4In6() {
		return netip.Prefix{}, wire.Errorf("InvalidParameterValue", "CIDR block %s is malformed", cidr)
	}
	return p.Masked(), nil
}

// described converts a rule to the SDK's type.
func (s *Service) described(g *group, r rule) types.SecurityGroupRule {
	d := types.SecurityGroupRule{
		FromPort:             aws.Int32(r.from),
		GroupId:              &g.id,
		GroupOwnerId:         &s.cloud.AccountID,
		IpProtocol:           aws.String(r.protocol),
		IsEgress:             aws.Bool(r.egress),
		SecurityGroupRuleArn: aws.String(s.cloud.ARN("ec2", "security-group-rule/"+r.id)),
		SecurityGroupRuleId:  aws.String(r.id),
		Tags:                 append([]types.Tag{}, s.tags[r.id]...),
		ToPort:               aws.Int32(r.to),
	}
	if r.description != "" {
		d.Description = aws.String(r.description)
	}
	switch {
	case r.peer.group != "":
		d.ReferencedGroupInfo = &types.ReferencedSecurityGroup{GroupId: aws.String(r.peer.group), UserId: &s.cloud.AccountID, VpcId: aws.String(s.VPC().ID)}
	case r.peer.cidr.Addr().Is4():
		d.CidrIpv4 = aws.String(r.peer.cidr.String())
	default:
		d.CidrIpv6 = aws.String(r.peer.cidr.String())
	}
	return d
}
