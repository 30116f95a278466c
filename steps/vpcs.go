package steps

import (
	"context"
	"slices"
)

// VPC is a network of the account.
type VPC struct {
	ID   string
	Tags []Tag
}

// Subnet is a part of a VPC in one Availability Zone.
type Subnet struct {
	ID    string
	VPCID string
	Zone  string // "us-east-1a"
	CIDR  string
}

// RouteTable says where traffic out of subnets goes. Its route to the internet
// leads to NATGateway or to InternetGateway, which are "" where it does not. The
// main table is that of every subnet without one of its own.
type RouteTable struct {
	ID              string
	Main            bool
	SubnetIDs       []string
	NATGateway      string
	InternetGateway string
}

// TableOf is the route table in force for a subnet.
func TableOf(tables []RouteTable, subnetID string) RouteTable {
	var main RouteTable
	for _, t := range tables {
		if slices.Contains(t.SubnetIDs, subnetID) {
			return t
		}
		if t.Main {
			main = t
		}
	}
	return main
}

// NetworkInterface is what connects something to a subnet.
type NetworkInterface struct {
	ID          string
	Description string
}

// VPCs are the EC2 calls about networks that the steps make.
type VPCs interface {
	// DNSAttributes reports whether names resolve in the VPC (enableDnsSupport)
	// and whether what is in it has public names (enableDnsHostnames). Private DNS
	// of an endpoint needs both. Two calls.
	DNSAttributes(ctx context.Context, vpcID string) (support, hostnames bool, err error)
	// Subnets returns the VPC's subnets by Availability Zone, those of every VPC
	// for "".
	Subnets(ctx context.Context, vpcID string) ([]Subnet, error)
	// SubnetsByID returns ErrNotFound if one of them is not there.
	SubnetsByID(ctx context.Context, ids []string) ([]Subnet, error)
	RouteTables(ctx context.Context, vpcID string) ([]RouteTable, error)
	// NATGateways returns the ids of the VPC's NAT gateways that work.
	NATGateways(ctx context.Context, vpcID string) ([]string, error)
	// GroupInterfaces returns the network interfaces that have a security group,
	// VPCInterfaces those in a VPC.
	GroupInterfaces(ctx context.Context, groupID string) ([]NetworkInterface, error)
	VPCInterfaces(ctx context.Context, vpcID string) ([]NetworkInterface, error)

	// CreateDefaultVPC makes the region's default VPC with its subnets and its
	// internet gateway; ErrAlreadyExists if there is one. It cannot tag them.
	CreateDefaultVPC(ctx context.Context) (string, error)
	TagNetwork(ctx context.Context, ids []string, tags []Tag) error
	VPCsByTag(ctx context.Context, tag Tag) ([]VPC, error)
	DeleteSubnet(ctx context.Context, id string) error
	// InternetGateway returns the gateway that is attached to the VPC, or "".
	InternetGateway(ctx context.Context, vpcID string) (string, error)
	InternetGatewaysByTag(ctx context.Context, tag Tag) ([]string, error)
	DetachInternetGateway(ctx context.Context, id, vpcID string) error
	DeleteInternetGateway(ctx context.Context, id string) error
	DeleteVPC(ctx context.Context, id string) error
}
