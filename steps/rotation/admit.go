package rotation

import (
	"context"
	"fmt"
	"slices"

	"keyturn/steps"
)

// This file lets the function of a private network through: to the endpoint for
// Secrets Manager and to the database. Where one of them has a security group that
// the run did not make, a rule there is the only change to it.

// admitFunction plans a rule in a security group of the database where none lets
// the function in.
func (r run) admitFunction(ctx context.Context, w way, db steps.DBInstance, subnets []steps.Subnet, own steps.SecurityGroup) ([]action, error) {
	groups, err := r.groupsOf(ctx, db)
	if err != nil || len(groups) == 0 || anyAdmits(groups, w, subnets, own, db.ListenPort) {
		return nil, err
	}
	if r.usesDatabase() && r.Setup().DBExistingRule == steps.RuleNone {
		return nil, &steps.UnsuitableError{
			Kind: steps.KindDatabase, Name: db.ID,
			Why: fmt.Sprintf("No security group of it lets the function in on port %d, and --db-existing-rule none lets keyturn add no rule.", db.ListenPort),
			Fix: fmt.Sprintf("Take --db-existing-rule add, or admit the addresses of the function's subnets yourself: %s.", listed(cidrs(subnets, w.SubnetIDs))),
		}
	}
	return []action{admitThrough(groups[0], w, db.ListenPort, "the database", own)}, nil
}

// admitToEndpoint plans a rule in a security group of the endpoint where none lets
// the function in.
func (r run) admitToEndpoint(ctx context.Context, w way, subnets []steps.Subnet, own steps.SecurityGroup) ([]action, error) {
	var groups []steps.SecurityGroup
	for _, id := range w.Endpoint.GroupIDs {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look at the endpoint's security group: %w", err)
		}
		groups = append(groups, group)
	}
	if len(groups) == 0 || anyAdmits(groups, w, subnets, own, httpsPort) {
		return nil, nil
	}
	return []action{admitThrough(groups[0], w, httpsPort, "the endpoint", own)}, nil
}

// admitThrough plans the rule by which a security group lets the function in.
func admitThrough(group steps.SecurityGroup, w way, port int32, to string, own steps.SecurityGroup) action {
	rule := steps.InboundRule{FromPort: port, ToPort: port}
	if w.Own {
		rule.Source = w.GroupIDs[0]
	}
	switch {
	case group.ID == own.ID && !w.Own:
		return admitMembers(port)
	case group.ID == own.ID:
		why := fmt.Sprintf("open port %d to the function's security group %s", port, rule.Source)
		return act("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
			rule.GroupID = r.state().Group.ID
			return r.admit(ctx, rule)
		})
	}
	return admitTo(group, rule, fmt.Sprintf("let the function through to %s: open port %d of %s", to, port, ofYours(group)))
}

// anyAdmits reports that one of the security groups lets the function in on a port:
// its groups, or the addresses of its subnets.
func anyAdmits(groups []steps.SecurityGroup, w way, subnets []steps.Subnet, own steps.SecurityGroup, port int32) bool {
	return slices.ContainsFunc(groups, func(g steps.SecurityGroup) bool {
		return admits(g, w.members(own), cidrs(subnets, w.SubnetIDs), port)
	})
}

// admits reports whether a security group lets whoever has one of the groups, or
// one of the addresses, in on a port.
func admits(g steps.SecurityGroup, members, addresses []string, port int32) bool {
	outside := func(cidr string) bool { return !g.Covers(cidr, port) }
	return slices.ContainsFunc(members, func(id string) bool { return g.Admits(id, port) }) ||
		len(addresses) > 0 && !slices.ContainsFunc(addresses, outside)
}

// cidrs are the addresses of the subnets with these ids.
func cidrs(subnets []steps.Subnet, ids []string) []string {
	var all []string
	for _, s := range subnets {
		if slices.Contains(ids, s.ID) {
			all = append(all, s.CIDR)
		}
	}
	return all
}

// proveWay shows that the function is in the VPC, that the database lets it in, and
// that the way from there to Secrets Manager is open.
func (r run) proveWay(ctx context.Context) error {
	if !r.Setup().Private() {
		return nil
	}
	w, db := r.state().Way, r.state().Database
	function, err := r.Services().Functions.Function(ctx, r.state().FunctionARN)
	if err != nil {
		return fmt.Errorf("look at the function: %w", err)
	}
	groups, err := r.groupsOf(ctx, db)
	if err != nil {
		return err
	}
	subnets, err := r.Services().Network.Subnets(ctx, db.VPCID)
	if err != nil {
		return fmt.Errorf("look at the VPC's subnets: %w", err)
	}
	detail := fmt.Sprintf("%s, with %s", function.VPCID, listed(function.GroupIDs))
	at := slices.IndexFunc(groups, func(g steps.SecurityGroup) bool {
		return admits(g, function.GroupIDs, cidrs(subnets, function.SubnetIDs), db.ListenPort)
	})
	switch {
	case at < 0:
		detail += fmt.Sprintf(", which the database does not let in on port %d", db.ListenPort)
	case slices.Contains(function.GroupIDs, groups[at].ID):
		detail = fmt.Sprintf("%s, shares %s", function.VPCID, listed(function.GroupIDs)) // with the database
	default:
		detail += fmt.Sprintf(", which the database's %s lets in", groups[at].ID)
	}
	if w.NATGateway != "" {
		detail += "; it reaches Secrets Manager through the NAT gateway " + w.NATGateway
	}
	if err := r.Prove("function-in-vpc", function.VPCID != "" && function.VPCID == db.VPCID && at >= 0, detail); err != nil {
		return err
	}
	if w.NATGateway != "" {
		return nil
	}
	return r.proveEndpoint(ctx)
}

// listed joins names for a sentence: "engine, host and port".
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
