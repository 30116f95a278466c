package rds

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
)

// subnetGroup is the group that RDS makes of the default VPC's subnets.
func (s *Service) subnetGroup() *types.DBSubnetGroup {
	vpc := s.firewall.VPC()
	g := &types.DBSubnetGroup{
		DBSubnetGroupArn:         aws.String(s.cloud.ARN("rds", "subgrp:default")),
		DBSubnetGroupDescription: aws.String("default"),
		DBSubnetGroupName:        aws.String("default"),
		SubnetGroupStatus:        aws.String("Complete"),
		SupportedNetworkTypes:    []string{"IPV4"},
		VpcId:                    aws.String(vpc.ID),
	}
	for _, n := range vpc.Subnets {
		g.Subnets = append(g.Subnets, types.Subnet{
			SubnetAvailabilityZone: &types.AvailabilityZone{Name: aws.String(n.Zone)},
			SubnetIdentifier:       aws.String(n.ID),
			SubnetOutpost:          &types.Outpost{},
			SubnetStatus:           aws.String("Active"),
		})
	}
	return g
}

// leastZones is how many zones a subnet group has to cover.
const leastZones = 2

// checkNetwork returns RDS's error where the default VPC cannot hold an
// instance.
func (s *Service) checkNetwork(public bool) error {
	vpc := s.firewall.VPC()
	switch {
	case len(vpc.Subnets) == 0:
		return wire.Errorf("InvalidSubnet", "No default subnet detected in VPC. Please contact AWS Support to recreate default Subnets.")
	case len(vpc.Subnets) < leastZones:
		return wire.Errorf("DBSubnetGroupDoesNotCoverEnoughAZs", "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: %s. Add subnets to cover at least 2 AZs.", vpc.Subnets[0].Zone)
	case public && (!vpc.DNSSupport || !vpc.DNSHostnames):
		return wire.Errorf("InvalidVPCNetworkStateFault", "Cannot create a publicly accessible DBInstance. The specified VPC does not support DNS resolution, DNS hostnames, or both. Update the VPC and then try again.")
	}
	return nil
}

func (s *Service) describeDBSubnetGroups(_ context.Context, in *rds.DescribeDBSubnetGroupsInput) (*rds.DescribeDBSubnetGroupsOutput, error) {
	if n := aws.ToString(in.DBSubnetGroupName); n != "" && !strings.EqualFold(n, "default") {
		return nil, &wire.Error{Code: "DBSubnetGroupNotFoundFault", Message: "DB subnet group '" + n + "' does not exist.", Status: 404}
	}
	var groups []types.DBSubnetGroup
	if s.firewall.VPC().ID != "" {
		groups = append(groups, *s.subnetGroup())
	}
	all, marker, err := records(groups, in.MaxRecords, 100, in.Marker)
	if err != nil {
		return nil, err
	}
	return &rds.DescribeDBSubnetGroupsOutput{DBSubnetGroups: all, Marker: marker}, nil
}
