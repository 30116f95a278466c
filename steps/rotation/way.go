package rotation

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"keyturn/steps"
)

// httpsPort is where AWS's services answer.
const httpsPort = 443

// way is how a function in a VPC reaches Secrets Manager, and where it is.
type way struct {
	Service    steps.EndpointService
	Endpoint   steps.VPCEndpoint // zero where a NAT gateway leads there, or as long as none is made
	NATGateway string
	VPCID      string
	SubnetIDs  []string
	GroupIDs   []string
}

// planWay decides how the function will reach Secrets Manager, and what is left
// to do for that: an endpoint with the service's own name that is there is used,
// else a route through a NAT gateway that is there, else an endpoint is made.
func (r run) planWay(ctx context.Context) ([]action, error) {
	if !r.Setup().Private() {
		return nil, nil
	}
	db, err := r.needDatabase(ctx)
	if err != nil {
		return nil, err
	}
	group, err := r.needGroup(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.checkNames(ctx, db.VPCID); err != nil {
		return nil, err
	}
	w, found, err := r.lookForEndpoints(ctx, db.VPCID)
	if err != nil {
		return nil, err
	}
	w.GroupIDs = []string{group.ID}
	subnets, err := r.Services().Network.Subnets(ctx, db.VPCID)
	if err != nil {
		return nil, fmt.Errorf("look at the VPC's subnets: %w", err)
	}
	if len(subnets) == 0 {
		return nil, fmt.Errorf("look at the subnets of %s: %w", db.VPCID, steps.ErrNoDefaultNetwork)
	}
	actions, err := r.chooseWay(ctx, &w, subnets, found, group)
	r.update(func(s *State) { s.Way = w })
	return actions, err
}

func (r run) chooseWay(ctx context.Context, w *way, subnets []steps.Subnet, found []steps.VPCEndpoint, group steps.SecurityGroup) ([]action, error) {
	own := slices.IndexFunc(found, func(e steps.VPCEndpoint) bool { return r.Owns(e.Tags) && isUsable(e) })
	if own >= 0 {
		w.use(found[own], subnets)
		return admitToOwnEndpoint(group), r.RecordCreated(steps.KindVPCEndpoint, r.endpointName(), found[own].ID)
	}
	there, err := r.endpointThatIsThere(*w, found)
	if err != nil {
		return nil, err
	}
	if there >= 0 {
		w.use(found[there], subnets)
		return r.admitToEndpoint(ctx, *w, subnets, group)
	}
	if r.Setup().Endpoint() == steps.EndpointAuto {
		if ok, err := r.useNAT(ctx, w, subnets); ok || err != nil {
			return nil, err
		}
	}
	at := slices.IndexFunc(subnets, func(s steps.Subnet) bool { return slices.Contains(w.Service.Zones, s.Zone) })
	if at < 0 {
		return nil, &steps.EndpointError{
			ID: w.Service.Name, Why: "None of the subnets of " + w.VPCID + " is in an Availability Zone that has this endpoint service.",
			Fix: "Add a subnet in another zone, or name an endpoint that is there with --vpc-endpoint.",
		}
	}
	w.SubnetIDs = []string{subnets[at].ID} // one zone is enough, and each is paid for
	return r.makeEndpoint(group), nil
}

// endpointThatIsThere is which of the endpoints found is to be used; negative
// where one is to be made, or a NAT route will do.
func (r run) endpointThatIsThere(w way, found []steps.VPCEndpoint) (int, error) {
	wanted := r.Setup().Endpoint()
	usable := slices.IndexFunc(found, isUsable)
	switch {
	case wanted == steps.EndpointAuto:
		return usable, nil
	case wanted == steps.EndpointCreate && usable >= 0:
		return -1, &steps.EndpointError{
			ID: found[usable].ID, Why: fmt.Sprintf("It has the name %s in %s already, and a second endpoint cannot have it too.", w.Service.PublicName, w.VPCID),
			Fix: "Use that one: leave --vpc-endpoint at auto.",
		}
	case wanted == steps.EndpointCreate:
		return -1, nil
	}
	named := slices.IndexFunc(found, func(e steps.VPCEndpoint) bool { return e.ID == wanted })
	if named < 0 || !isUsable(found[named]) {
		return -1, unusableEndpoint(wanted, w, found, named)
	}
	return named, nil
}

// checkEndpointAnswer looks, before anything is made, whether the person's answer
// about the endpoint can hold.
func (r run) checkEndpointAnswer(ctx context.Context, vpc string) error {
	if !r.Setup().Private() {
		return nil
	}
	w, found, err := r.lookForEndpoints(ctx, vpc)
	if err != nil {
		return err
	}
	_, err = r.endpointThatIsThere(w, found)
	return err
}

// lookForEndpoints finds what leads from a VPC to Secrets Manager.
func (r run) lookForEndpoints(ctx context.Context, vpc string) (way, []steps.VPCEndpoint, error) {
	network := r.Services().Network
	service, err := network.SecretsEndpointService(ctx)
	if err != nil {
		return way{}, nil, fmt.Errorf("look for Secrets Manager's endpoint service: %w", err)
	}
	found, err := network.Endpoints(ctx, vpc, service.Name)
	if err != nil {
		return way{}, nil, fmt.Errorf("look for an endpoint: %w", err)
	}
	return way{Service: service, VPCID: vpc}, found, nil
}

// isUsable reports that the service's own name leads, or is about to lead, to an
// endpoint.
func isUsable(e steps.VPCEndpoint) bool {
	return e.PrivateDNS && (e.State == steps.EndpointAvailable || e.State == steps.EndpointPending)
}

func unusableEndpoint(id string, w way, found []steps.VPCEndpoint, at int) error {
	e := &steps.EndpointError{ID: id, Fix: "Name another with --vpc-endpoint, or leave it at auto."}
	switch {
	case at < 0:
		e.Why = fmt.Sprintf("There is no interface endpoint of that id for %s in %s.", w.Service.Name, w.VPCID)
	case !found[at].PrivateDNS:
		e.Why = fmt.Sprintf("Its private DNS is off, so the name %s does not lead to it.", w.Service.PublicName)
	default:
		e.Why = fmt.Sprintf("Its state is %q.", found[at].State)
	}
	return e
}

// use puts the function beside the endpoint: traffic between zones is paid for.
func (w *way) use(e steps.VPCEndpoint, subnets []steps.Subnet) {
	w.Endpoint = e
	w.SubnetIDs = []string{subnets[0].ID}
	if len(e.SubnetIDs) > 0 {
		w.SubnetIDs = e.SubnetIDs[:1]
	}
}

// useNAT takes the subnets whose route to the internet leads through a NAT
// gateway that works.
func (r run) useNAT(ctx context.Context, w *way, subnets []steps.Subnet) (bool, error) {
	network := r.Services().Network
	gateways, err := network.NATGateways(ctx, w.VPCID)
	if err != nil {
		return false, fmt.Errorf("look for NAT gateways: %w", err)
	}
	if len(gateways) == 0 {
		return false, nil
	}
	tables, err := network.RouteTables(ctx, w.VPCID)
	if err != nil {
		return false, fmt.Errorf("look at the routes: %w", err)
	}
	for _, subnet := range subnets {
		if nat := natOf(tables, subnet.ID); slices.Contains(gateways, nat) {
			w.NATGateway = nat
			w.SubnetIDs = append(w.SubnetIDs, subnet.ID)
		}
	}
	return w.NATGateway != "", nil
}

// natOf is the NAT gateway to which a subnet's route to the internet leads, or
// "".
func natOf(tables []steps.RouteTable, subnetID string) string {
	main := ""
	for _, t := range tables {
		if slices.Contains(t.SubnetIDs, subnetID) {
			return t.NATGateway
		}
		if t.Main {
			main = t.NATGateway
		}
	}
	return main
}

// admitToEndpoint plans a rule in the security group of an endpoint that does
// not admit the function: the one change to something that the run did not make.
func (r run) admitToEndpoint(ctx context.Context, w way, subnets []steps.Subnet, group steps.SecurityGroup) ([]action, error) {
	e := w.Endpoint
	for _, id := range e.GroupIDs {
		g, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look at the endpoint's security group: %w", err)
		}
		if admitsFunction(g, group.ID, w.SubnetIDs, subnets) {
			return nil, nil
		}
	}
	if len(e.GroupIDs) == 0 {
		return nil, nil
	}
	rule := steps.InboundRule{GroupID: e.GroupIDs[0], Source: group.ID, FromPort: httpsPort, ToPort: httpsPort}
	why := fmt.Sprintf("let the function through to the endpoint %s: open port %d of its security group %s", e.ID, httpsPort, rule.GroupID)
	return []action{act("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error { return r.admit(ctx, rule) })}, nil
}

// admitsFunction reports whether a group lets a member of another group, in some
// subnets, in on the port of AWS's services.
func admitsFunction(g steps.SecurityGroup, member string, in []string, subnets []steps.Subnet) bool {
	if g.Admits(member, httpsPort) {
		return true
	}
	for _, rule := range g.Rules {
		covers, err := netip.ParsePrefix(rule.CIDR)
		if err != nil || !rule.Admits(httpsPort) {
			continue
		}
		if !slices.ContainsFunc(subnets, func(s steps.Subnet) bool {
			p, err := netip.ParsePrefix(s.CIDR)
			return slices.Contains(in, s.ID) && (err != nil || p.Bits() < covers.Bits() || !covers.Contains(p.Addr()))
		}) {
			return true
		}
	}
	return false
}

// needGroup returns the run's security group; ErrNotFound where it is gone.
func (r run) needGroup(ctx context.Context) (steps.SecurityGroup, error) {
	group, err := r.findGroup(ctx)
	if err == nil && group.ID == "" {
		err = fmt.Errorf("look for the security group %s: %w", r.groupName(), steps.ErrNotFound)
	}
	if err == nil {
		r.update(func(s *State) { s.Group = group })
	}
	return group, err
}

// proveWay shows that the function is in the VPC, and that the way from there to
// Secrets Manager is open.
func (r run) proveWay(ctx context.Context) error {
	if !r.Setup().Private() {
		return nil
	}
	w := r.state().Way
	function, err := r.Services().Functions.Function(ctx, r.state().FunctionARN)
	if err != nil {
		return fmt.Errorf("look at the function: %w", err)
	}
	db := r.state().Database
	detail := fmt.Sprintf("%s, with the security group %s, as the database", function.VPCID, listed(function.GroupIDs))
	if w.NATGateway != "" {
		detail += "; it reaches Secrets Manager through the NAT gateway " + w.NATGateway
	}
	shares := slices.ContainsFunc(function.GroupIDs, func(id string) bool { return slices.Contains(db.SecurityGroups, id) })
	if err := r.Prove("function-in-vpc", function.VPCID != "" && function.VPCID == db.VPCID && shares, detail); err != nil {
		return err
	}
	if w.NATGateway != "" {
		return nil
	}
	return r.proveEndpoint(ctx)
}

// listed joins a few names: "sg-1 and sg-2".
func listed(names []string) string {
	text := ""
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += name
	}
	return text
}
