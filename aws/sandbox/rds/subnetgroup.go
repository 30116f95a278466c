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

func (s *Service) describeDBSubnetGroups(_ context.Context, in *rds.DescribeDBSubnetGroupsInput) (*rds.DescribeDBSubnetGroupsOutput, error) {
	if n := aws.ToString(in.DBSubnetGroupName); n != "" && !strings.EqualFold(n, "default") {
		return nil, &wire.Error{Code: "DBSubnetGroupNotFoundFault", Message: "DB subnet group '" + n + "' does not exist.", Status: 404}
	}
	all, marker, err := records([]types.DBSubnetGroup{*s.subnetGroup()}, in.MaxRecords, 100, in.Marker)
	if err != nil {
		return nil, err
	}
	return &rds.DescribeDBSubnetGroupsOutput{DBSubnetGroups: all, Marker: marker}, nil
}
