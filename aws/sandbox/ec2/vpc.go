package ec2

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// VPC is the account's VPC: the default one, unless its owner has deleted that and
// made another. A default VPC's size and its subnets' are those that
// the VPC User Guide, "Default VPC components", gives: a /16 with a /20 subnet
// in each Availability Zone, reachable from the internet.
type VPC struct {
	ID      string
	CIDR    string
	Default bool
	GroupID string // the default security group
	Subnets []Subnet
	// GatewayID is the internet gateway, "" once it is deleted.
	GatewayID string
	Detached  bool
	// The attributes enableDnsSupport and enableDnsHostnames.
	DNSSupport   bool
	DNSHostnames bool
}

// resolvesNames reports whether an endpoint's private DNS and a database's public
// name work.
func (v VPC) resolvesNames() bool { return v.DNSSupport && v.DNSHostnames }

// Subnet is a part of a VPC; of a default one, one a zone.
type Subnet struct {
	ID     string
	Zone   string // "us-east-1a"
	ZoneID string // "use1-az1"
	CIDR   string
}

// VPC returns the account's VPC, or a zero one where the account has none.
func (s *Service) VPC() VPC { return *s.vpc.Load() }

// setVPC gives the account its VPC with what belongs to it. The caller
// holds the lock, but for New.
func (s *Service) setVPC(vpc VPC) {
	s.vpc.Store(&vpc)
	s.groups = []*group{newDefaultGroup(vpc)}
	s.tables = []*routeTable{newMainTable(vpc)}
}

// defaultVPC has the same ids in every sandbox of an account and region, so that
// command lines with them can be used again. A default VPC that is created later
// has another salt.
func defaultVPC(c *cloud.Cloud, salt string) VPC {
	id := func(prefix, what string) string {
		if salt != "vpc" {
			what = salt + "/" + what
		}
		sum := sha256.Sum256([]byte(c.AccountID + "/" + c.Region + "/" + what))
		return prefix + hex.EncodeToString(sum[:])[:17]
	}
	vpc := VPC{
		ID: id("vpc-", "vpc"), CIDR: "172.31.0.0/16", Default: true, GroupID: id("sg-", "default"), GatewayID: id("igw-", "gateway"),
		DNSSupport: true, DNSHostnames: true,
	}
	for i, cidr := range []string{"172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"} {
		letter, number := string(rune('a'+i)), string(rune('1'+i))
		vpc.Subnets = append(vpc.Subnets, Subnet{
			ID:     id("subnet-", letter),
			Zone:   c.Region + letter,
			ZoneID: shortRegion(c.Region) + "-az" + number,
			CIDR:   cidr,
		})
	}
	return vpc
}

// shortRegion abbreviates a region as in zone IDs: "use1" for us-east-1, "apne1"
// for ap-northeast-1, "usgw1" for us-gov-west-1.
func shortRegion(region string) string {
	words := strings.Split(region, "-")
	short := words[0]
	for _, w := range words[1:] {
		switch w {
		case "northeast", "southeast", "northwest", "southwest":
			short += w[:1] + w[5:6]
		default:
			short += w[:1]
		}
	}
	return short
}

var vpcFilters = filterSet[types.Vpc]{
	fields: map[string]func(types.Vpc) []string{
		"cidr":                              func(v types.Vpc) []string { return optionalValue(v.CidrBlock) },
		"cidr-block-association.cidr-block": func(v types.Vpc) []string { return optionalValue(v.CidrBlock) },
		"cidr-block-association.state":      func(types.Vpc) []string { return []string{"associated"} },
		"dhcp-options-id":                   func(v types.Vpc) []string { return optionalValue(v.DhcpOptionsId) },
		"is-default":                        func(v types.Vpc) []string { return optionalValue(v.IsDefault) },
		"isDefault":                         func(v types.Vpc) []string { return optionalValue(v.IsDefault) }, // the older name, which EC2 still takes

		"cidr-block-association.association-id": func(v types.Vpc) []string { return optionalValue(v.CidrBlockAssociationSet[0].AssociationId) },

		// A default VPC has no IPv6 addresses.
		"ipv6-cidr-block-association.association-id":  func(types.Vpc) []string { return nil },
		"ipv6-cidr-block-association.ipv6-cidr-block": func(types.Vpc) []string { return nil },
		"ipv6-cidr-block-association.ipv6-pool":       func(types.Vpc) []string { return nil },
		"ipv6-cidr-block-association.state":           func(types.Vpc) []string { return nil },
		"owner-id":                                    func(v types.Vpc) []string { return optionalValue(v.OwnerId) },
		"state":                                       func(v types.Vpc) []string { return []string{string(v.State)} },
		"vpc-id":                                      func(v types.Vpc) []string { return optionalValue(v.VpcId) },
	},
	tags: func(v types.Vpc) []types.Tag { return v.Tags },
}

func (s *Service) describeVpcs(_ context.Context, in *ec2.DescribeVpcsInput) (*ec2.DescribeVpcsOutput, error) {
	for _, id := range in.VpcIds {
		if err := s.checkVPC(id); err != nil {
			return nil, err
		}
	}
	var all []types.Vpc
	if vpc := s.VPC(); vpc.ID != "" {
		all = append(all, s.toVpc(vpc))
	}
	vpcs, next, err := vpcFilters.page(all, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeVpcsOutput{Vpcs: vpcs, NextToken: next}, nil
}

func (s *Service) toVpc(vpc VPC) types.Vpc {
	return types.Vpc{
		CidrBlock: &vpc.CIDR,
		CidrBlockAssociationSet: []types.VpcCidrBlockAssociation{{
			AssociationId:  aws.String("vpc-cidr-assoc-" + strings.TrimPrefix(vpc.ID, "vpc-")),
			CidrBlock:      &vpc.CIDR,
			CidrBlockState: &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeAssociated},
		}},
		DhcpOptionsId:   aws.String("dopt-" + strings.TrimPrefix(vpc.ID, "vpc-")),
		InstanceTenancy: types.TenancyDefault,
		IsDefault:       aws.Bool(vpc.Default),
		OwnerId:         &s.cloud.AccountID,
		State:           types.VpcStateAvailable,
		Tags:            s.tagsOf(vpc.ID),
		VpcId:           &vpc.ID,
	}
}

// checkVPC returns EC2's error for an identifier that is not the VPC's.
func (s *Service) checkVPC(id string) error {
	switch {
	case id != "" && id == s.VPC().ID:
		return nil
	case !wellFormed(id, "vpc-"):
		return wire.Errorf("InvalidVpcID.Malformed", `Invalid id: "%s" (expecting "vpc-...")`, id)
	}
	return wire.Errorf("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", id)
}

// describeVpcAttribute answers that network address usage metrics are off.
func (s *Service) describeVpcAttribute(_ context.Context, in *ec2.DescribeVpcAttributeInput) (*ec2.DescribeVpcAttributeOutput, error) {
	if err := s.checkVPC(aws.ToString(in.VpcId)); err != nil {
		return nil, err
	}
	vpc := s.VPC()
	out := &ec2.DescribeVpcAttributeOutput{VpcId: &vpc.ID}
	value := func(v bool) *types.AttributeBooleanValue { return &types.AttributeBooleanValue{Value: &v} }
	switch in.Attribute {
	case types.VpcAttributeNameEnableDnsSupport:
		out.EnableDnsSupport = value(vpc.DNSSupport)
	case types.VpcAttributeNameEnableDnsHostnames:
		out.EnableDnsHostnames = value(vpc.DNSHostnames)
	case types.VpcAttributeNameEnableNetworkAddressUsageMetrics:
		out.EnableNetworkAddressUsageMetrics = value(false)
	default:
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", in.Attribute)
	}
	return out, nil
}
