package rds

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/ec2"
	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// subnetGroup is a DB subnet group that the account created.
type subnetGroup struct {
	described types.DBSubnetGroup
	tags      []types.Tag
}

const defaultSubnets = "default"

// defaultSubnetGroup returns the group that RDS creates of the default VPC's
// subnets.
func (s *Service) defaultSubnetGroup() *types.DBSubnetGroup {
	vpc := s.firewall.VPC()
	return s.groupOf(defaultSubnets, defaultSubnets, vpc.ID, vpc.Subnets)
}

func (s *Service) groupOf(name, description, vpcID string, subnets []ec2.Subnet) *types.DBSubnetGroup {
	g := &types.DBSubnetGroup{
		DBSubnetGroupArn:         aws.String(s.cloud.ARN("rds", "subgrp:"+name)),
		DBSubnetGroupDescription: aws.String(description),
		DBSubnetGroupName:        aws.String(name),
		SubnetGroupStatus:        aws.String("Complete"),
		SupportedNetworkTypes:    []string{"IPV4"},
		VpcId:                    aws.String(vpcID),
	}
	for _, n := range subnets {
		g.Subnets = append(g.Subnets, types.Subnet{
			SubnetAvailabilityZone: &types.AvailabilityZone{Name: aws.String(n.Zone)},
			SubnetIdentifier:       aws.String(n.ID),
			SubnetOutpost:          &types.Outpost{},
			SubnetStatus:           aws.String("Active"),
		})
	}
	return g
}

// subnetGroupNamed returns the group with a name, or the default one for "".
func (s *Service) subnetGroupNamed(name string) (*types.DBSubnetGroup, error) {
	if name == "" || strings.EqualFold(name, defaultSubnets) {
		return s.defaultSubnetGroup(), nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	g, ok := s.subnets[strings.ToLower(name)]
	if !ok {
		return nil, noSubnetGroup(name)
	}
	return &g.described, nil
}

func noSubnetGroup(name string) error {
	return &wire.Error{Code: "DBSubnetGroupNotFoundFault", Message: "DB subnet group '" + name + "' does not exist.", Status: 404}
}

// subnetsOf returns the IDs of a group's subnets.
func subnetsOf(g *types.DBSubnetGroup) []string {
	if g == nil {
		return nil
	}
	var ids []string
	for _, n := range g.Subnets {
		ids = append(ids, *n.SubnetIdentifier)
	}
	return ids
}

// minZones is how many availability zones a subnet group has to cover.
const minZones = 2

// checkNetwork returns RDS's error if the named subnet group, or the default VPC,
// cannot hold an instance.
func (s *Service) checkNetwork(group string, public bool) error {
	vpc := s.firewall.VPC()
	found, err := s.subnetGroupNamed(group)
	byDefault := err == nil && *found.DBSubnetGroupName == defaultSubnets
	switch {
	case err != nil:
		return err
	case byDefault && (len(vpc.Subnets) == 0 || !vpc.Default):
		return wire.Errorf("InvalidSubnet", "No default subnet detected in VPC. Please contact AWS Support to recreate default Subnets.")
	case byDefault && len(vpc.Subnets) < minZones:
		return tooFewZones([]string{vpc.Subnets[0].Zone})
	case public && (!vpc.DNSSupport || !vpc.DNSHostnames):
		return wire.Errorf("InvalidVPCNetworkStateFault", "Cannot create a publicly accessible DBInstance. The specified VPC does not support DNS resolution, DNS hostnames, or both. Update the VPC and then try again.")
	case public && (vpc.GatewayID == "" || vpc.Detached):
		return wire.Errorf("InvalidVPCNetworkStateFault", "Cannot create a publicly accessible DBInstance. The specified VPC has no internet gateway attached. Update the VPC and then try again.")
	}
	return nil
}

func tooFewZones(zones []string) error {
	return wire.Errorf("DBSubnetGroupDoesNotCoverEnoughAZs", "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: %s. Add subnets to cover at least 2 AZs.", strings.Join(zones, ", "))
}

// subnetGroupName is a group's name (CreateDBSubnetGroup, DBSubnetGroupName), but
// for its length.
var subnetGroupName = steps.NewPattern(`^[A-Za-z0-9 _.-]+$`)

func (s *Service) createDBSubnetGroup(_ context.Context, in *rds.CreateDBSubnetGroupInput) (*rds.CreateDBSubnetGroupOutput, error) {
	name := strings.ToLower(aws.ToString(in.DBSubnetGroupName))
	switch {
	case name == "":
		return nil, missingParameter("DBSubnetGroupName")
	case len(name) > 255 || !subnetGroupName.MatchString(name) || name == defaultSubnets:
		return nil, wire.Errorf("InvalidParameterValue", "The parameter DBSubnetGroupName is not a valid identifier.")
	case aws.ToString(in.DBSubnetGroupDescription) == "":
		return nil, missingParameter("DBSubnetGroupDescription")
	}
	tags, err := validateTags(in.Tags)
	if err != nil {
		return nil, err
	}
	vpc := s.firewall.VPC()
	var subnets []ec2.Subnet
	zones := map[string]bool{}
	for _, id := range in.SubnetIds {
		at := slices.IndexFunc(vpc.Subnets, func(n ec2.Subnet) bool { return n.ID == id })
		if at < 0 {
			return nil, wire.Errorf("InvalidSubnet", "The requested subnet ids are invalid or do not exist: [%s]", id)
		}
		subnets = append(subnets, vpc.Subnets[at])
		zones[vpc.Subnets[at].Zone] = true
	}
	if len(zones) < minZones {
		return nil, tooFewZones(slices.Sorted(maps.Keys(zones)))
	}
	group := subnetGroup{*s.groupOf(name, *in.DBSubnetGroupDescription, vpc.ID, subnets), tags}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.subnets[name]; there {
		return nil, wire.Errorf("DBSubnetGroupAlreadyExists", "The DB subnet group '%s' already exists.", name)
	}
	s.subnets[name] = group
	return &rds.CreateDBSubnetGroupOutput{DBSubnetGroup: &group.described}, nil
}

func (s *Service) deleteDBSubnetGroup(_ context.Context, in *rds.DeleteDBSubnetGroupInput) (*rds.DeleteDBSubnetGroupOutput, error) {
	name := strings.ToLower(aws.ToString(in.DBSubnetGroupName))
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.subnets[name]; !there {
		return nil, noSubnetGroup(name)
	}
	for id, i := range s.instances {
		if *i.db.DBSubnetGroup.DBSubnetGroupName == name {
			return nil, wire.Errorf("InvalidDBSubnetGroupStateFault", "Cannot delete the subnet group '%s' because at least one database instance: %s is still using it.", name, id)
		}
	}
	delete(s.subnets, name)
	return &rds.DeleteDBSubnetGroupOutput{}, nil
}

func (s *Service) describeDBSubnetGroups(_ context.Context, in *rds.DescribeDBSubnetGroupsInput) (*rds.DescribeDBSubnetGroupsOutput, error) {
	var groups []types.DBSubnetGroup
	if n := aws.ToString(in.DBSubnetGroupName); n != "" {
		group, err := s.subnetGroupNamed(n)
		if err != nil {
			return nil, err
		}
		groups = append(groups, *group)
	} else {
		s.mu.RLock()
		for _, name := range slices.Sorted(maps.Keys(s.subnets)) {
			groups = append(groups, s.subnets[name].described)
		}
		s.mu.RUnlock()
		if s.firewall.VPC().Default {
			groups = append(groups, *s.defaultSubnetGroup())
		}
	}
	all, marker, err := page(groups, in.MaxRecords, 100, in.Marker)
	if err != nil {
		return nil, err
	}
	return &rds.DescribeDBSubnetGroupsOutput{DBSubnetGroups: all, Marker: marker}, nil
}
