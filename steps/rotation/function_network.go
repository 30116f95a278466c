package rotation

import (
	"context"
	"fmt"
	"slices"

	"keyturn/steps"
)

// httpsPort is where AWS's services answer.
const httpsPort = 443

// functionNetwork is how a function in a VPC reaches Secrets Manager, and where the two are.
type functionNetwork struct {
	Service    steps.EndpointService
	Endpoint   steps.VPCEndpoint // zero where a NAT gateway leads there, or as long as none is made
	NATGateway string
	VPCID      string
	SubnetIDs  []string // of the function
	GroupIDs   []string // of the function; none where it gets the run's group
	Existing   bool     // the function was there before: it stays where it is
	// EndpointSubnet is where an endpoint is to be made, "" where none is.
	EndpointSubnet string
}

// planFunctionNetwork decides where the function will be, how it will reach Secrets Manager
// and the database, and what is left to do for that. To Secrets Manager, an endpoint
// with the service's own name that is there is used, else a route through a NAT
// gateway that is there, else an endpoint is made.
func (r run) planFunctionNetwork(ctx context.Context) ([]action, error) {
	if !r.Setup().Private() {
		return nil, nil
	}
	db, err := r.requireDatabase(ctx)
	if err != nil {
		return nil, err
	}
	group, err := r.findFunctionGroup(ctx, db)
	if err != nil {
		return nil, err
	}
	if err := r.checkVPCDNS(ctx, db.VPCID); err != nil {
		return nil, err
	}
	fn, found, err := r.findEndpoints(ctx, db.VPCID)
	if err != nil {
		return nil, err
	}
	subnets, err := r.Services().Network.Subnets(ctx, db.VPCID)
	if err != nil {
		return nil, fmt.Errorf("look at the VPC's subnets: %w", err)
	}
	if err := r.chooseFunctionSubnets(ctx, &fn, db); err != nil {
		return nil, err
	}
	if len(subnets) == 0 {
		return nil, fmt.Errorf("look at the subnets of %s: %w", db.VPCID, steps.ErrNoDefaultNetwork)
	}
	leading, err := r.chooseEndpointOrNAT(ctx, &fn, subnets, found, group)
	if err != nil {
		return nil, err
	}
	opening, err := r.planDatabaseRule(ctx, fn, db, subnets, group)
	r.update(func(s *State) { s.FunctionNetwork = fn })
	actions := append(opening, leading...)
	if group.ID == "" && (!fn.Existing || fn.EndpointSubnet != "") {
		r.update(func(s *State) { s.VPCID = db.VPCID })
		actions = append([]action{createGroup()}, actions...)
	}
	return actions, err
}

// findFunctionGroup is the run's security group, which the function and a new
// endpoint have. A database that the run made has it, too; beside one that was there
// the group is made with the function.
func (r run) findFunctionGroup(ctx context.Context, db steps.DBInstance) (steps.SecurityGroup, error) {
	group, err := r.findGroup(ctx)
	if err == nil && group.ID == "" && !r.usesExistingDatabase() {
		err = fmt.Errorf("look for the security group %s of %s: %w", r.groupName(), db.ID, steps.ErrNotFound)
	}
	r.update(func(s *State) { s.Group = group })
	return group, err
}

// chooseFunctionSubnets says where the function may be: in the subnets of the database, or
// where it is.
func (r run) chooseFunctionSubnets(ctx context.Context, fn *functionNetwork, db steps.DBInstance) error {
	fn.SubnetIDs = db.SubnetIDs
	arn := r.Setup().FunctionARN
	if arn == "" {
		return nil
	}
	function, err := existingFunction{arn}.describe(ctx, r)
	if err != nil {
		return err
	}
	fn.Existing, fn.SubnetIDs, fn.GroupIDs = true, function.SubnetIDs, function.GroupIDs
	return checkFunctionVPC(function, db.VPCID)
}

// members are the function's security groups, the run's once it is made; none
// outside any VPC.
func (fn functionNetwork) members(group steps.SecurityGroup) []string {
	if len(fn.GroupIDs) > 0 || group.ID == "" || fn.VPCID == "" {
		return fn.GroupIDs
	}
	return []string{group.ID}
}

// chooseEndpointOrNAT takes the way to Secrets Manager and narrows the function's subnets to
// those that it uses.
func (r run) chooseEndpointOrNAT(ctx context.Context, fn *functionNetwork, subnets []steps.Subnet, found []steps.VPCEndpoint, group steps.SecurityGroup) ([]action, error) {
	allowed := filterSubnets(subnets, fn.SubnetIDs)
	own := slices.IndexFunc(found, func(e steps.VPCEndpoint) bool { return r.Owns(e.Tags) && hasUsablePrivateDNS(e) })
	there, err := r.existingEndpoint(*fn, found)
	if own >= 0 {
		there, err = own, r.RecordCreated(steps.KindVPCEndpoint, r.endpointName(), found[own].ID)
	}
	if err != nil {
		return nil, err
	}
	if there >= 0 {
		fn.useEndpoint(found[there], allowed)
		return r.planEndpointRule(ctx, *fn, subnets, group)
	}
	if r.Setup().Endpoint() == steps.EndpointAuto {
		if ok, err := r.useNAT(ctx, fn, allowed); ok || err != nil {
			return nil, err
		}
	}
	offers := func(s steps.Subnet) bool { return slices.Contains(fn.Service.Zones, s.Zone) }
	at := slices.IndexFunc(allowed, offers)
	fn.setSubnet(allowed[max(at, 0)])
	if at < 0 { // not beside the function, but in its VPC
		allowed = subnets
		at = slices.IndexFunc(allowed, offers)
	}
	if at < 0 {
		return nil, &steps.EndpointError{
			ID: fn.Service.Name, Why: "None of the subnets of " + fn.VPCID + " is in an Availability Zone that has this endpoint service.",
			Fix: "Add a subnet in another zone, or name an endpoint that is there with --vpc-endpoint.",
		}
	}
	fn.EndpointSubnet = allowed[at].ID // one zone is enough, and each is paid for
	return r.planEndpoint(*fn, group), nil
}

// filterSubnets are the subnets of the ids; all of them where there is none.
func filterSubnets(subnets []steps.Subnet, ids []string) []steps.Subnet {
	if some := slices.DeleteFunc(slices.Clone(subnets), func(s steps.Subnet) bool { return !slices.Contains(ids, s.ID) }); len(some) > 0 {
		return some
	}
	return subnets
}

// existingEndpoint is which of the endpoints found is to be used; negative
// where one is to be made, or a NAT route will do.
func (r run) existingEndpoint(fn functionNetwork, found []steps.VPCEndpoint) (int, error) {
	wanted := r.Setup().Endpoint()
	usable := slices.IndexFunc(found, hasUsablePrivateDNS)
	switch {
	case wanted == steps.EndpointAuto:
		return usable, nil
	case wanted == steps.EndpointCreate && usable >= 0:
		return -1, &steps.EndpointError{
			ID: found[usable].ID, Why: fmt.Sprintf("It has the name %s in %s already, and a second endpoint cannot have it too.", fn.Service.PublicName, fn.VPCID),
			Fix: "Use that one: leave --vpc-endpoint at auto.",
		}
	case wanted == steps.EndpointCreate:
		return -1, nil
	}
	named := slices.IndexFunc(found, func(e steps.VPCEndpoint) bool { return e.ID == wanted })
	if named < 0 || !hasUsablePrivateDNS(found[named]) {
		return -1, unusableEndpointError(wanted, fn, found, named)
	}
	return named, nil
}

// findEndpoints finds what leads from a VPC to Secrets Manager.
func (r run) findEndpoints(ctx context.Context, vpc string) (functionNetwork, []steps.VPCEndpoint, error) {
	network := r.Services().Network
	service, err := network.SecretsEndpointService(ctx)
	if err != nil {
		return functionNetwork{}, nil, fmt.Errorf("look for Secrets Manager's endpoint service: %w", err)
	}
	found, err := network.Endpoints(ctx, vpc, service.Name)
	if err != nil {
		return functionNetwork{}, nil, fmt.Errorf("look for an endpoint: %w", err)
	}
	return functionNetwork{Service: service, VPCID: vpc}, found, nil
}

// hasUsablePrivateDNS reports that the service's own name leads, or is about to lead, to an
// endpoint.
func hasUsablePrivateDNS(e steps.VPCEndpoint) bool {
	return e.PrivateDNS && (e.State == steps.EndpointAvailable || e.State == steps.EndpointPending)
}

func unusableEndpointError(id string, fn functionNetwork, found []steps.VPCEndpoint, at int) error {
	e := &steps.EndpointError{ID: id, Fix: "Name another with --vpc-endpoint, or leave it at auto."}
	switch {
	case at < 0:
		e.Why = fmt.Sprintf("There is no interface endpoint of that id for %s in %s.", fn.Service.Name, fn.VPCID)
	case !found[at].PrivateDNS:
		e.Why = fmt.Sprintf("Its private DNS is off, so the name %s does not lead to it.", fn.Service.PublicName)
	default:
		e.Why = fmt.Sprintf("Its state is %q.", found[at].State)
	}
	return e
}

// useEndpoint puts the function beside the endpoint: traffic between zones is paid for.
func (fn *functionNetwork) useEndpoint(e steps.VPCEndpoint, allowed []steps.Subnet) {
	fn.Endpoint = e
	beside := slices.IndexFunc(allowed, func(s steps.Subnet) bool { return slices.Contains(e.SubnetIDs, s.ID) })
	fn.setSubnet(allowed[max(beside, 0)])
}

// setSubnet has a new function in one subnet.
func (fn *functionNetwork) setSubnet(subnet steps.Subnet) {
	if !fn.Existing {
		fn.SubnetIDs = []string{subnet.ID}
	}
}

// useNAT takes the subnets whose route to the internet leads through a NAT
// gateway that works. A function that was there uses all of its own.
func (r run) useNAT(ctx context.Context, fn *functionNetwork, allowed []steps.Subnet) (bool, error) {
	network := r.Services().Network
	gateways, err := network.NATGateways(ctx, fn.VPCID)
	if err != nil {
		return false, fmt.Errorf("look for NAT gateways: %w", err)
	}
	if len(gateways) == 0 {
		return false, nil
	}
	tables, err := network.RouteTables(ctx, fn.VPCID)
	if err != nil {
		return false, fmt.Errorf("look at the routes: %w", err)
	}
	var routed []string
	nat := ""
	for _, subnet := range allowed {
		if through := steps.TableOf(tables, subnet.ID).NATGateway; slices.Contains(gateways, through) {
			nat = through
			routed = append(routed, subnet.ID)
		}
	}
	if nat == "" || fn.Existing && len(routed) < len(allowed) {
		return false, nil
	}
	fn.NATGateway, fn.SubnetIDs = nat, routed
	return true, nil
}
