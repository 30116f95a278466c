package rotation

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
)

// fakeVPC is the network of a world: by default a new account's default VPC.
type fakeVPC struct {
	id        string
	tags      []steps.Tag
	names     bool
	subnets   []steps.Subnet
	gateway   string
	detached  bool
	tables    []steps.RouteTable
	nats      []string
	endpoints []*fakeEndpoint
	address   string    // of this machine, "" if nobody tells
	seen      string    // the address that the database sees of this machine, if another
	released  time.Time // when the interfaces of a deleted function are gone
	made      int       // rules so far
}

type fakeEndpoint struct {
	steps.VPCEndpoint
	ready, gone time.Time
}

func newVPC() *fakeVPC {
	return &fakeVPC{
		id: "vpc-1", names: true, gateway: "igw-1", address: "203.0.113.7",
		subnets: []steps.Subnet{{ID: "subnet-a", Zone: "eu-west-1a", CIDR: "172.31.0.0/20"}, {ID: "subnet-b", Zone: "eu-west-1b", CIDR: "172.31.16.0/20"}},
		tables:  []steps.RouteTable{{ID: "rtb-1", Main: true}},
	}
}

// reachable reports whether the security group lets this machine in.
func (fake *fakeAWS) reachable() bool {
	if fake.database == nil || !fake.database.PubliclyAccessible {
		return false
	}
	address, err := netip.ParseAddr(cmp.Or(fake.vpc.seen, fake.vpc.address))
	return slices.ContainsFunc(fake.groups, func(g *steps.SecurityGroup) bool {
		return slices.Contains(fake.database.SecurityGroups, g.ID) && slices.ContainsFunc(g.Admitted(3306), func(peer string) bool {
			p, wrong := netip.ParsePrefix(peer)
			return peer == anywhere || err == nil && wrong == nil && p.Contains(address)
		})
	})
}

// groupInUse reports whether an endpoint, a function or what a function left
// behind has a group.
func (fake *fakeAWS) groupInUse(id string) bool { return len(fake.interfaces(id)) > 0 }

func (fake *fakeAWS) interfaces(group string) []steps.NetworkInterface {
	var all []steps.NetworkInterface
	now := fake.clock.Now()
	if s := fake.stack; s != nil && slices.Contains(s.spec.GroupIDs, group) && (s.Status != "DELETE_COMPLETE" || now.Before(fake.vpc.released)) {
		all = append(all, steps.NetworkInterface{ID: "eni-1", Description: "AWS Lambda VPC ENI-" + s.spec.FunctionName})
	}
	for _, e := range fake.vpc.endpoints {
		if slices.Contains(e.GroupIDs, group) && (e.gone.IsZero() || now.Before(e.gone)) {
			all = append(all, steps.NetworkInterface{ID: "eni-" + e.ID, Description: "VPC Endpoint Interface " + e.ID})
		}
	}
	return all
}

func (f fakeEC2) DNSAttributes(context.Context, string) (support, hostnames bool, err error) {
	return true, f.fake.vpc.names, f.fake.failWith["ec2 DescribeVpcAttribute"]
}

func (f fakeEC2) Subnets(context.Context, string) ([]steps.Subnet, error) {
	return f.fake.vpc.subnets, f.fake.failWith["ec2 DescribeSubnets"]
}

func (f fakeEC2) SubnetsByID(_ context.Context, ids []string) ([]steps.Subnet, error) {
	found := filterSubnets(f.fake.vpc.subnets, ids)
	if len(found) != len(ids) {
		return nil, &steps.ServiceError{Service: "ec2", Code: "InvalidSubnetID.NotFound", Kind: steps.ErrNotFound, Message: "The subnet ID does not exist"}
	}
	return found, f.fake.failWith["ec2 DescribeSubnets"]
}

func (f fakeEC2) RouteTables(context.Context, string) ([]steps.RouteTable, error) {
	return f.fake.vpc.tables, f.fake.failWith["ec2 DescribeRouteTables"]
}

func (f fakeEC2) NATGateways(context.Context, string) ([]string, error) {
	return f.fake.vpc.nats, f.fake.failWith["ec2 DescribeNatGateways"]
}

func (f fakeEC2) GroupInterfaces(_ context.Context, id string) ([]steps.NetworkInterface, error) {
	return f.fake.interfaces(id), f.fake.failWith["ec2 DescribeNetworkInterfaces"]
}

func (f fakeEC2) VPCInterfaces(context.Context, string) ([]steps.NetworkInterface, error) {
	return nil, f.fake.failWith["ec2 DescribeNetworkInterfaces"]
}

func (f fakeEC2) CreateDefaultVPC(context.Context) (string, error) {
	if err := f.fake.change("ec2 CreateDefaultVpc"); err != nil {
		return "", err
	}
	if f.fake.vpc.id != "" {
		return "", steps.ErrAlreadyExists
	}
	made := newVPC()
	made.id, made.address = "vpc-2", f.fake.vpc.address
	f.fake.vpc = made
	return "vpc-2", f.fake.loseAnswer["ec2 CreateDefaultVpc"]
}

func (f fakeEC2) TagNetwork(_ context.Context, _ []string, tags []steps.Tag) error {
	if err := f.fake.change("ec2 CreateTags"); err != nil {
		return err
	}
	f.fake.vpc.tags = tags
	return nil
}

func (f fakeEC2) VPCsByTag(_ context.Context, tag steps.Tag) ([]steps.VPC, error) {
	if f.fake.vpc.id == "" || !slices.Contains(f.fake.vpc.tags, tag) {
		return nil, nil
	}
	return []steps.VPC{{ID: f.fake.vpc.id, Tags: f.fake.vpc.tags}}, nil
}

func (f fakeEC2) DeleteSubnet(_ context.Context, id string) error {
	f.fake.vpc.subnets = slices.DeleteFunc(slices.Clone(f.fake.vpc.subnets), func(s steps.Subnet) bool { return s.ID == id })
	return f.fake.change("ec2 DeleteSubnet")
}

func (f fakeEC2) InternetGateway(context.Context, string) (string, error) {
	if f.fake.vpc.detached {
		return "", nil
	}
	return f.fake.vpc.gateway, nil
}

func (f fakeEC2) InternetGatewaysByTag(_ context.Context, tag steps.Tag) ([]string, error) {
	if f.fake.vpc.gateway == "" || !slices.Contains(f.fake.vpc.tags, tag) {
		return nil, nil
	}
	return []string{f.fake.vpc.gateway}, nil
}

func (f fakeEC2) DetachInternetGateway(context.Context, string, string) error {
	f.fake.vpc.detached = true
	return f.fake.change("ec2 DetachInternetGateway")
}

func (f fakeEC2) DeleteInternetGateway(context.Context, string) error {
	if err := f.fake.change("ec2 DeleteInternetGateway"); err != nil {
		return err
	}
	f.fake.vpc.gateway = ""
	return nil
}

func (f fakeEC2) DeleteVPC(context.Context, string) error {
	if err := f.fake.change("ec2 DeleteVpc"); err != nil {
		return err
	}
	if len(f.fake.vpc.subnets) > 0 || f.fake.vpc.gateway != "" || len(f.fake.groups) > 0 {
		return steps.ErrInUse
	}
	f.fake.vpc.id = ""
	return nil
}

type fakeAddress struct{ fake *fakeAWS }

func (f fakeAddress) PublicAddress(context.Context) (netip.Addr, error) {
	address, err := netip.ParseAddr(f.fake.vpc.address)
	if err != nil {
		return netip.Addr{}, steps.ErrPublicAddressUnknown
	}
	return address, nil
}

func (f fakeEC2) SecretsEndpointService(context.Context) (steps.EndpointService, error) {
	return steps.EndpointService{
		Name: "com.amazonaws.eu-west-1.secretsmanager", PublicName: "secretsmanager.eu-west-1.amazonaws.com", Zones: []string{"eu-west-1b", "eu-west-1c"},
	}, f.fake.failWith["ec2 DescribeVpcEndpointServices"]
}

func (f fakeEC2) Endpoints(context.Context, string, string) ([]steps.VPCEndpoint, error) {
	var found []steps.VPCEndpoint
	now := f.fake.clock.Now()
	for _, e := range f.fake.vpc.endpoints {
		switch {
		case !e.gone.IsZero() && !now.Before(e.gone):
			continue
		case !e.gone.IsZero():
			e.State = steps.EndpointDeleting
		case e.State == steps.EndpointPending && !now.Before(e.ready):
			e.State = steps.EndpointAvailable
		}
		found = append(found, e.VPCEndpoint)
	}
	return found, f.fake.failWith["ec2 DescribeVpcEndpoints"]
}

func (f fakeEC2) EndpointsByTag(ctx context.Context, tag steps.Tag) ([]steps.VPCEndpoint, error) {
	all, err := f.Endpoints(ctx, "", "")
	return slices.DeleteFunc(all, func(e steps.VPCEndpoint) bool { return !slices.Contains(e.Tags, tag) }), err
}

func (f fakeEC2) CreateEndpoint(_ context.Context, s steps.VPCEndpointSpec) (steps.VPCEndpoint, error) {
	if err := f.fake.change("ec2 CreateVpcEndpoint"); err != nil {
		return steps.VPCEndpoint{}, err
	}
	e := &fakeEndpoint{ready: f.fake.clock.Now().Add(80 * time.Second), VPCEndpoint: steps.VPCEndpoint{
		ID: fmt.Sprintf("vpce-%d", len(f.fake.vpc.endpoints)+1), VPCID: s.VPCID, State: steps.EndpointPending, PrivateDNS: true,
		SubnetIDs: s.SubnetIDs, GroupIDs: s.GroupIDs, Tags: s.Tags,
	}}
	f.fake.vpc.endpoints = append(f.fake.vpc.endpoints, e)
	return e.VPCEndpoint, f.fake.loseAnswer["ec2 CreateVpcEndpoint"]
}

func (f fakeEC2) DeleteEndpoint(_ context.Context, id string) error {
	for _, e := range f.fake.vpc.endpoints {
		if e.ID == id {
			e.gone = f.fake.clock.Now().Add(time.Minute)
		}
	}
	return f.fake.change("ec2 DeleteVpcEndpoints")
}

type fakeLambda struct{ fake *fakeAWS }

// Function knows those that are set by their ARNs, and the stack's.
func (f fakeLambda) Function(_ context.Context, arn string) (steps.Function, error) {
	function, ok := f.fake.functions[arn]
	if stack := f.fake.stack; !ok && stack != nil && strings.HasSuffix(":"+arn, ":"+stack.spec.FunctionName) {
		function, ok = steps.Function{Name: stack.spec.FunctionName, State: "Active", Timeout: 30}, true
		if spec := stack.spec; len(spec.SubnetIDs) > 0 {
			function.VPCID, function.SubnetIDs, function.GroupIDs = f.fake.vpc.id, spec.SubnetIDs, spec.GroupIDs
		}
	}
	if !ok {
		return function, &steps.ServiceError{Service: "lambda", Operation: "GetFunctionConfiguration", Code: "ResourceNotFoundException", Kind: steps.ErrNotFound}
	}
	return function, f.fake.failWith["lambda GetFunctionConfiguration"]
}

func (f fakeLambda) Invokers(context.Context, string) ([]steps.Invoker, error) {
	return f.fake.invokers, f.fake.failWith["lambda GetPolicy"]
}

func (f fakeLambda) LeaveVPC(context.Context, string) error {
	return f.fake.change("lambda UpdateFunctionConfiguration")
}

func (f fakeLambda) AllowInvoking(_ context.Context, _, service, accountID string) error {
	if err := f.fake.change("lambda AddPermission"); err != nil {
		return err
	}
	f.fake.invokers = append(f.fake.invokers, steps.Invoker{Service: service, Accounts: []string{accountID}})
	return nil
}
