package ec2

import (
	"context"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// routeTable is a VPC's route table. The main table holds for every subnet
// without an association.
type routeTable struct {
	id      string
	main    bool
	subnets []string // explicitly associated
	routes  []route
}

// route is a route to an internet gateway or a NAT gateway, by id, or "local" for
// the VPC's own addresses.
type route struct {
	to      netip.Prefix
	gateway string
}

// newMainTable returns a new VPC's main table. From a default one the internet is reached
// through its internet gateway (VPC User Guide, "Default VPC components").
func newMainTable(vpc VPC) *routeTable {
	t := &routeTable{id: newID("rtb-"), main: true, routes: []route{{netip.MustParsePrefix(vpc.CIDR), "local"}}}
	if vpc.GatewayID != "" {
		t.routes = append(t.routes, route{anywhere, vpc.GatewayID})
	}
	return t
}

// routeTableFor returns a subnet's table, its own or the main one. The caller
// holds the lock.
func (s *Service) routeTableFor(subnetID string) *routeTable {
	for _, t := range s.tables {
		if slices.Contains(t.subnets, subnetID) {
			return t
		}
	}
	return s.tables[0]
}

// internetRoute returns the gateway of a table's route to the internet, or "".
func (t *routeTable) internetRoute() string {
	for _, r := range t.routes {
		if r.to == anywhere {
			return r.gateway
		}
	}
	return ""
}

var tableFilters = filterSet[types.RouteTable]{
	fields: map[string]func(types.RouteTable) []string{
		"route-table-id": func(t types.RouteTable) []string { return optionalValue(t.RouteTableId) },
		"vpc-id":         func(t types.RouteTable) []string { return optionalValue(t.VpcId) },
		"association.main": func(t types.RouteTable) []string {
			return optionalValue(aws.Bool(slices.ContainsFunc(t.Associations, func(a types.RouteTableAssociation) bool { return aws.ToBool(a.Main) })))
		},
		"association.subnet-id": func(t types.RouteTable) []string {
			return eachValue(t.Associations, func(a types.RouteTableAssociation) *string { return a.SubnetId })
		},
		"route.gateway-id": func(t types.RouteTable) []string {
			return eachValue(t.Routes, func(r types.Route) *string { return r.GatewayId })
		},
		"route.nat-gateway-id": func(t types.RouteTable) []string {
			return eachValue(t.Routes, func(r types.Route) *string { return r.NatGatewayId })
		},
	},
	tags: func(t types.RouteTable) []types.Tag { return t.Tags },
}

func (s *Service) describeRouteTables(_ context.Context, in *ec2.DescribeRouteTablesInput) (*ec2.DescribeRouteTablesOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, id := range in.RouteTableIds {
		if _, err := s.table(id); err != nil {
			return nil, err
		}
	}
	var tables []types.RouteTable
	for _, t := range s.tables {
		if len(in.RouteTableIds) == 0 || slices.Contains(in.RouteTableIds, t.id) {
			tables = append(tables, s.toRouteTable(t))
		}
	}
	tables, next, err := tableFilters.page(tables, in.Filters, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ec2.DescribeRouteTablesOutput{RouteTables: tables, NextToken: next}, nil
}

func (s *Service) table(id string) (*routeTable, error) {
	for _, t := range s.tables {
		if t.id == id {
			return t, nil
		}
	}
	if !wellFormed(id, "rtb-") {
		return nil, wire.Errorf("InvalidRouteTableId.Malformed", `Invalid id: "%s" (expecting "rtb-...")`, id)
	}
	return nil, wire.Errorf("InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist", id)
}

func (s *Service) toRouteTable(t *routeTable) types.RouteTable {
	d := types.RouteTable{
		RouteTableId: &t.id, VpcId: aws.String(s.VPC().ID), OwnerId: &s.cloud.AccountID, Tags: slices.Clone(s.tags[t.id]),
		Associations: []types.RouteTableAssociation{}, PropagatingVgws: []types.PropagatingVgw{},
	}
	associated := &types.RouteTableAssociationState{State: types.RouteTableAssociationStateCodeAssociated}
	if t.main {
		d.Associations = append(d.Associations, types.RouteTableAssociation{
			Main: aws.Bool(true), RouteTableId: &t.id, RouteTableAssociationId: aws.String("rtbassoc-" + t.id[4:]), AssociationState: associated,
		})
	}
	for _, subnet := range t.subnets {
		d.Associations = append(d.Associations, types.RouteTableAssociation{
			Main: aws.Bool(false), RouteTableId: &t.id, RouteTableAssociationId: aws.String("rtbassoc-" + subnet[7:]), SubnetId: aws.String(subnet), AssociationState: associated,
		})
	}
	for _, r := range t.routes {
		out := types.Route{DestinationCidrBlock: aws.String(r.to.String()), State: types.RouteStateActive, Origin: types.RouteOriginCreateRoute}
		switch {
		case r.gateway == "local":
			out.GatewayId, out.Origin = aws.String(r.gateway), types.RouteOriginCreateRouteTable
		case wellFormed(r.gateway, "nat-"):
			out.NatGatewayId = aws.String(r.gateway)
		default:
			out.GatewayId = aws.String(r.gateway)
		}
		d.Routes = append(d.Routes, out)
	}
	return d
}

func (s *Service) createRouteTable(_ context.Context, in *ec2.CreateRouteTableInput) (*ec2.CreateRouteTableOutput, error) {
	tags, err := specified(in.TagSpecifications, types.ResourceTypeRouteTable)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkVPC(aws.ToString(in.VpcId)); err != nil {
		return nil, err
	}
	t := &routeTable{id: newID("rtb-"), routes: []route{{netip.MustParsePrefix(s.VPC().CIDR), "local"}}}
	s.tables = append(s.tables, t)
	s.setTags(t.id, tags)
	described := s.toRouteTable(t)
	return &ec2.CreateRouteTableOutput{RouteTable: &described}, nil
}

func (s *Service) associateRouteTable(_ context.Context, in *ec2.AssociateRouteTableInput) (*ec2.AssociateRouteTableOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(aws.ToString(in.RouteTableId))
	if err != nil {
		return nil, err
	}
	subnet := aws.ToString(in.SubnetId)
	if err := s.checkSubnet(subnet); err != nil {
		return nil, err
	}
	for _, other := range s.tables {
		if slices.Contains(other.subnets, subnet) {
			return nil, wire.Errorf("Resource.AlreadyAssociated", "the specified association for route table %s conflicts with an existing association", t.id)
		}
	}
	t.subnets = append(t.subnets, subnet)
	s.notifyRuleChange()
	return &ec2.AssociateRouteTableOutput{
		AssociationId:    aws.String("rtbassoc-" + subnet[7:]),
		AssociationState: &types.RouteTableAssociationState{State: types.RouteTableAssociationStateCodeAssociated},
	}, nil
}

// createRoute adds a route to the VPC's internet gateway or to a NAT gateway.
func (s *Service) createRoute(_ context.Context, in *ec2.CreateRouteInput) (*ec2.CreateRouteOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(aws.ToString(in.RouteTableId))
	if err != nil {
		return nil, err
	}
	to, err := netip.ParsePrefix(aws.ToString(in.DestinationCidrBlock))
	if err != nil {
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.", aws.ToString(in.DestinationCidrBlock))
	}
	gateway := aws.ToString(in.GatewayId)
	switch {
	case in.NatGatewayId != nil:
		gateway = *in.NatGatewayId
		if !slices.ContainsFunc(s.nats, func(n *natGateway) bool { return n.id == gateway }) {
			return nil, wire.Errorf("InvalidNatGatewayID.NotFound", "The natGateway ID '%s' does not exist", gateway)
		}
	case gateway == "":
		return nil, wire.Errorf("MissingParameter", "The request must contain exactly one of gatewayId, natGatewayId")
	default:
		if err := s.checkInternetGateway(gateway); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(t.routes, func(r route) bool { return r.to == to.Masked() }) {
		return nil, wire.Errorf("RouteAlreadyExists", "The route identified by %s already exists.", to.Masked())
	}
	t.routes = append(t.routes, route{to.Masked(), gateway})
	s.notifyRuleChange()
	return &ec2.CreateRouteOutput{Return: aws.Bool(true)}, nil
}
