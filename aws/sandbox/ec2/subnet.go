package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// freeSubnetAddresses is the number of addresses of an empty /20: AWS reserves
// five of every subnet.
const freeSubnetAddresses = 1<<12 - 5

var subnetFilters = filterSet[types.Subnet]{
	fields: map[string]func(types.Subnet) []string{
		"availability-zone":          func(n types.Subnet) []string { return optionalValue(n.AvailabilityZone) },
		"availabilityZone":           func(n types.Subnet) []string { return optionalValue(n.AvailabilityZone) },
		"availability-zone-id":       func(n types.Subnet) []string { return optionalValue(n.AvailabilityZoneId) },
		"availabilityZoneId":         func(n types.Subnet) []string { return optionalValue(n.AvailabilityZoneId) },
		"available-ip-address-count": func(n types.Subnet) []string { return optionalValue(n.AvailableIpAddressCount) },
		"cidr-block":                 func(n types.Subnet) []string { return optionalValue(n.CidrBlock) },
		"cidr":                       func(n types.Subnet) []string { return optionalValue(n.CidrBlock) },
		"cidrBlock":                  func(n types.Subnet) []string { return optionalValue(n.CidrBlock) },
		"default-for-az":             func(n types.Subnet) []string { return optionalValue(n.DefaultForAz) },
		"defaultForAz":               func(n types.Subnet) []string { return optionalValue(n.DefaultForAz) },
		"enable-dns64":               func(n types.Subnet) []string { return optionalValue(n.EnableDns64) },
		"ipv6-native":                func(n types.Subnet) []string { return optionalValue(n.Ipv6Native) },
		"map-public-ip-on-launch":    func(n types.Subnet) []string { return optionalValue(n.MapPublicIpOnLaunch) },
		"owner-id":                   func(n types.Subnet) []string { return optionalValue(n.OwnerId) },
		"state":                      func(n types.Subnet) []string { return []string{string(n.State)} },
		"subnet-arn":                 func(n types.Subnet) []string { return optionalValue(n.SubnetArn) },
		"subnet-id":                  func(n types.Subnet) []string { return optionalValue(n.SubnetId) },
		"vpc-id":                     func(n types.Subnet) []string { return optionalValue(n.VpcId) },

		// A default subnet has none of these.
		"customer-owned-ipv4-pool":                    func(types.Subnet) []string { return nil },
		"ipv6-cidr-block-association.association-id":  func(types.Subnet) []string { return nil },
		"ipv6-cidr-block-association.ipv6-cidr-block": func(types.Subnet) []string { return nil },
		"ipv6-cidr-block-association.state":           func(types.Subnet) []string { return nil },
		"outpost-arn":                                 func(types.Subnet) []string { return nil },

		"map-customer-owned-ip-on-launch": func(n types.Subnet) []string { return optionalValue(n.MapCustomerOwnedIpOnLaunch) },
		"private-dns-name-options-on-launch.hostname-type": func(n types.Subnet) []string {
			return []string{string(n.PrivateDnsNameOptionsOnLaunch.HostnameType)}
		},
	},
	tags: func(n types.Subnet) []types.Tag { return n.Tags },
}

func (s *Service) describeSubnets(_ context.Context, in *ec2.DescribeSubnetsInput) (*ec2.DescribeSubnetsOutput, error) {
	for _, id := range in.SubnetIds {
		if err := s.checkSubnet(id); err != nil {
			return nil, err
		}
	}
	var subnets []types.Subnet
	for _, n := range s.VPC().Subnets {
		if len(in.SubnetIds) == 0 || slices.Contains(in.SubnetIds, n.ID) {
			subnets = append(subnets, s.toSubnet(n))
		}
	}
	subnets, next, err := subnetFilters.page(subnets, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeSubnetsOutput{Subnets: subnets, NextToken: next}, nil
}

func (s *Service) toSubnet(n Subnet) types.Subnet {
	return types.Subnet{
		AssignIpv6AddressOnCreation: aws.Bool(false),
		AvailabilityZone:            aws.String(n.Zone),
		AvailabilityZoneId:          aws.String(n.ZoneID),
		AvailableIpAddressCount:     aws.Int32(freeSubnetAddresses),
		CidrBlock:                   aws.String(n.CIDR),
		DefaultForAz:                aws.Bool(s.VPC().Default),
		EnableDns64:                 aws.Bool(false),
		Ipv6CidrBlockAssociationSet: []types.SubnetIpv6CidrBlockAssociation{},
		Ipv6Native:                  aws.Bool(false),
		MapCustomerOwnedIpOnLaunch:  aws.Bool(false),
		MapPublicIpOnLaunch:         aws.Bool(s.VPC().Default),
		OwnerId:                     &s.cloud.AccountID,
		PrivateDnsNameOptionsOnLaunch: &types.PrivateDnsNameOptionsOnLaunch{
			EnableResourceNameDnsAAAARecord: aws.Bool(false),
			EnableResourceNameDnsARecord:    aws.Bool(false),
			HostnameType:                    types.HostnameTypeIpName,
		},
		State:     types.SubnetStateAvailable,
		SubnetArn: aws.String(s.cloud.ARN("ec2", "subnet/"+n.ID)),
		SubnetId:  aws.String(n.ID),
		Tags:      s.tagsOf(n.ID),
		VpcId:     aws.String(s.VPC().ID),
	}
}

func (s *Service) checkSubnet(id string) error {
	switch {
	case slices.ContainsFunc(s.VPC().Subnets, func(n Subnet) bool { return n.ID == id }):
		return nil
	case !wellFormed(id, "subnet-"):
		return wire.Errorf("InvalidSubnetID.Malformed", `Invalid id: "%s" (expecting "subnet-...")`, id)
	}
	return wire.Errorf("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", id)
}

var zoneFilters = filterSet[types.AvailabilityZone]{
	fields: map[string]func(types.AvailabilityZone) []string{
		"group-name":    func(z types.AvailabilityZone) []string { return optionalValue(z.GroupName) },
		"opt-in-status": func(z types.AvailabilityZone) []string { return []string{string(z.OptInStatus)} },
		"region-name":   func(z types.AvailabilityZone) []string { return optionalValue(z.RegionName) },
		"state":         func(z types.AvailabilityZone) []string { return []string{string(z.State)} },
		"zone-id":       func(z types.AvailabilityZone) []string { return optionalValue(z.ZoneId) },
		"zone-name":     func(z types.AvailabilityZone) []string { return optionalValue(z.ZoneName) },
		"zone-type":     func(z types.AvailabilityZone) []string { return optionalValue(z.ZoneType) },
	},
}

func (s *Service) describeAvailabilityZones(_ context.Context, in *ec2.DescribeAvailabilityZonesInput) (*ec2.DescribeAvailabilityZonesOutput, error) {
	for _, name := range in.ZoneNames {
		if !slices.ContainsFunc(s.VPC().Subnets, func(n Subnet) bool { return n.Zone == name }) {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid availability zone: [%s]", name)
		}
	}
	for _, id := range in.ZoneIds {
		if !slices.ContainsFunc(s.VPC().Subnets, func(n Subnet) bool { return n.ZoneID == id }) {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid availability zone-id: [%s]", id)
		}
	}
	var zones []types.AvailabilityZone
	for _, n := range s.VPC().Subnets {
		if len(in.ZoneNames) > 0 && !slices.Contains(in.ZoneNames, n.Zone) || len(in.ZoneIds) > 0 && !slices.Contains(in.ZoneIds, n.ZoneID) {
			continue
		}
		zones = append(zones, types.AvailabilityZone{
			GroupName:          aws.String(s.cloud.Region + "-zg-1"),
			Messages:           []types.AvailabilityZoneMessage{},
			NetworkBorderGroup: &s.cloud.Region,
			OptInStatus:        types.AvailabilityZoneOptInStatusOptInNotRequired,
			RegionName:         &s.cloud.Region,
			State:              types.AvailabilityZoneStateAvailable,
			ZoneId:             aws.String(n.ZoneID),
			ZoneName:           aws.String(n.Zone),
			ZoneType:           aws.String("availability-zone"),
		})
	}
	zones, err := zoneFilters.apply(zones, in.Filters)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeAvailabilityZonesOutput{AvailabilityZones: zones}, nil
}
