package ec2

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/uuid"

	"keyturn/aws/sandbox/wire"
)

// networkInterface is an endpoint's or a function's interface in a subnet.
// Databases' interfaces are not listed here; see SetInUse.
type networkInterface struct {
	id          string
	kind        types.NetworkInterfaceType
	owner       string // an endpoint's id or a function's name
	description string
	subnet      Subnet
	groups      []string
	address     netip.Addr
}

// firstHost is the first host number that a subnet assigns: AWS reserves the
// first four.
const firstHost = 4

// addInterfaces creates an interface in each of the subnets. The caller holds the
// lock.
func (s *Service) addInterfaces(kind types.NetworkInterfaceType, owner, description string, subnets, groups []string) []*networkInterface {
	var made []*networkInterface
	for _, n := range s.VPC().Subnets {
		if !slices.Contains(subnets, n.ID) {
			continue
		}
		i := &networkInterface{
			id: newID("eni-"), kind: kind, owner: owner, description: description, subnet: n, groups: slices.Clone(groups), address: s.freeAddress(n),
		}
		s.interfaces = append(s.interfaces, i)
		made = append(made, i)
	}
	return made
}

// freeAddress returns the lowest address of a subnet that no interface has.
func (s *Service) freeAddress(n Subnet) netip.Addr {
	base := netip.MustParsePrefix(n.CIDR).Addr().As4()
	for host := uint32(firstHost); ; host++ {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(base[:])+host)
		address := netip.AddrFrom4(b)
		if !s.hasInterface(func(i *networkInterface) bool { return i.address == address }) {
			return address
		}
	}
}

func (s *Service) hasInterface(matches func(*networkInterface) bool) bool {
	return slices.ContainsFunc(s.interfaces, matches)
}

// removeInterfaces removes an owner's interfaces. The caller holds the lock.
func (s *Service) removeInterfaces(owner string) {
	s.interfaces = slices.DeleteFunc(s.interfaces, func(i *networkInterface) bool { return i.owner == owner })
	s.notifyRuleChange()
}

// How long a function's interfaces remain after it is deleted: 20 minutes or more
// on AWS (Lambda Developer Guide, "Giving Lambda functions access to resources in
// an Amazon VPC").
const (
	interfaceRelease     = 20 * time.Minute
	interfaceReleaseDemo = 4 * time.Second
)

// AttachFunction creates a function's interfaces in the VPC and returns the VPC's
// id, or EC2's error for a subnet or a group that does not exist.
func (s *Service) AttachFunction(function string, subnets, groups []string) (vpcID string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range subnets {
		if err := s.checkSubnet(id); err != nil {
			return "", err
		}
	}
	for _, id := range groups {
		if _, err := s.group(id); err != nil {
			return "", err
		}
	}
	description := fmt.Sprintf("AWS Lambda VPC ENI-%s-%s", function, uuid.NewString())
	s.addInterfaces(types.NetworkInterfaceTypeLambda, function, description, subnets, groups)
	return s.VPC().ID, nil
}

// ReleaseFunction removes a function's interfaces after interfaceRelease. A
// function of the same name that is created meanwhile keeps its own.
func (s *Service) ReleaseFunction(function string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	formerOwner := function + " " + uuid.NewString()
	found := false
	for _, i := range s.interfaces {
		if i.kind == types.NetworkInterfaceTypeLambda && i.owner == function {
			i.owner, found = formerOwner, true
		}
	}
	if !found {
		return
	}
	s.cloud.Go(func(ctx context.Context) {
		if s.cloud.Sleep(ctx, interfaceRelease, interfaceReleaseDemo) != nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.removeInterfaces(formerOwner)
	})
}

var interfaceFilters = filterSet[types.NetworkInterface]{
	fields: map[string]func(types.NetworkInterface) []string{
		"description": func(i types.NetworkInterface) []string { return optionalValue(i.Description) },
		"group-id": func(i types.NetworkInterface) []string {
			return eachValue(i.Groups, func(g types.GroupIdentifier) *string { return g.GroupId })
		},
		"interface-type":       func(i types.NetworkInterface) []string { return []string{string(i.InterfaceType)} },
		"network-interface-id": func(i types.NetworkInterface) []string { return optionalValue(i.NetworkInterfaceId) },
		"status":               func(i types.NetworkInterface) []string { return []string{string(i.Status)} },
		"subnet-id":            func(i types.NetworkInterface) []string { return optionalValue(i.SubnetId) },
		"vpc-id":               func(i types.NetworkInterface) []string { return optionalValue(i.VpcId) },
	},
	tags: func(i types.NetworkInterface) []types.Tag { return i.TagSet },
}

func (s *Service) describeNetworkInterfaces(_ context.Context, in *ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, id := range in.NetworkInterfaceIds {
		if !s.hasInterface(func(i *networkInterface) bool { return i.id == id }) {
			return nil, wire.Errorf("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist", id)
		}
	}
	var all []types.NetworkInterface
	for _, i := range s.interfaces {
		if len(in.NetworkInterfaceIds) == 0 || slices.Contains(in.NetworkInterfaceIds, i.id) {
			all = append(all, s.toNetworkInterface(i))
		}
	}
	all, next, err := interfaceFilters.page(all, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: all, NextToken: next}, nil
}

func (s *Service) toNetworkInterface(i *networkInterface) types.NetworkInterface {
	d := types.NetworkInterface{
		NetworkInterfaceId: &i.id, InterfaceType: i.kind, Description: &i.description, Status: types.NetworkInterfaceStatusInUse,
		SubnetId: &i.subnet.ID, AvailabilityZone: &i.subnet.Zone, AvailabilityZoneId: &i.subnet.ZoneID,
		VpcId: aws.String(s.VPC().ID), OwnerId: &s.cloud.AccountID, PrivateIpAddress: aws.String(i.address.String()),
		RequesterManaged: aws.Bool(true), SourceDestCheck: aws.Bool(true), TagSet: slices.Clone(s.tags[i.id]), Groups: []types.GroupIdentifier{},
	}
	for _, id := range i.groups {
		g := types.GroupIdentifier{GroupId: aws.String(id)}
		if found, err := s.group(id); err == nil {
			g.GroupName = &found.name
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}
