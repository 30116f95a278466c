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

// planDatabaseRule plans a rule in a security group of the database where none lets
// the function in.
func (r run) planDatabaseRule(ctx context.Context, fn functionNetwork, db steps.DBInstance, subnets []steps.Subnet, runGroup steps.SecurityGroup) ([]action, error) {
	groups, err := r.databaseGroups(ctx, db)
	if err != nil || len(groups) == 0 || anyGroupAdmits(groups, fn, subnets, runGroup, db.ListenPort) {
		return nil, err
	}
	if r.usesExistingDatabase() && r.Setup().DBExistingRule == steps.RuleNone {
		return nil, &steps.UnsuitableError{
			Kind: steps.KindDatabase, Name: db.ID,
			Why: fmt.Sprintf("No security group of it lets the function in on port %d, and --db-existing-rule none lets keyturn add no rule.", db.ListenPort),
			Fix: fmt.Sprintf("Take --db-existing-rule add, or admit the addresses of the function's subnets yourself: %s.", joinNames(cidrs(subnets, fn.SubnetIDs))),
		}
	}
	return []action{openPortToFunction(groups[0], fn, db.ListenPort, "the database", runGroup)}, nil
}

// planEndpointRule plans a rule in a security group of the endpoint where none lets
// the function in.
func (r run) planEndpointRule(ctx context.Context, fn functionNetwork, subnets []steps.Subnet, runGroup steps.SecurityGroup) ([]action, error) {
	var groups []steps.SecurityGroup
	for _, id := range fn.Endpoint.GroupIDs {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look at the endpoint's security group: %w", err)
		}
		groups = append(groups, group)
	}
	if len(groups) == 0 || anyGroupAdmits(groups, fn, subnets, runGroup, httpsPort) {
		return nil, nil
	}
	return []action{openPortToFunction(groups[0], fn, httpsPort, "the endpoint", runGroup)}, nil
}

// openPortToFunction plans the rule by which a security group lets the function in.
func openPortToFunction(group steps.SecurityGroup, fn functionNetwork, port int32, to string, runGroup steps.SecurityGroup) action {
	rule := steps.InboundRule{FromPort: port, ToPort: port}
	if fn.Existing {
		rule.Source = fn.GroupIDs[0]
	}
	switch {
	case group.ID == runGroup.ID && !fn.Existing:
		return openPortWithinGroup(port)
	case group.ID == runGroup.ID:
		why := fmt.Sprintf("open port %d to the function's security group %s", port, rule.Source)
		return newCall("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
			rule.GroupID = r.state().Group.ID
			return r.createInboundRule(ctx, rule)
		})
	}
	return openPortInOtherGroup(group, rule, fmt.Sprintf("let the function through to %s: open port %d of %s", to, port, describeOtherGroup(group)))
}

// anyGroupAdmits reports that one of the security groups lets the function in on a port:
// its groups, or the addresses of its subnets.
func anyGroupAdmits(groups []steps.SecurityGroup, fn functionNetwork, subnets []steps.Subnet, runGroup steps.SecurityGroup, port int32) bool {
	return slices.ContainsFunc(groups, func(g steps.SecurityGroup) bool {
		return groupAdmits(g, fn.members(runGroup), cidrs(subnets, fn.SubnetIDs), port)
	})
}

// groupAdmits reports whether a security group lets whoever has one of the groups, or
// one of the addresses, in on a port.
func groupAdmits(g steps.SecurityGroup, members, addresses []string, port int32) bool {
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

// proveFunctionNetwork shows that the function is in the VPC, that the database lets it in, and
// that the way from there to Secrets Manager is open.
func (r run) proveFunctionNetwork(ctx context.Context) error {
	if !r.Setup().Private() {
		return nil
	}
	fn, db := r.state().FunctionNetwork, r.state().Database
	function, err := r.Services().Functions.Function(ctx, r.state().FunctionARN)
	if err != nil {
		return fmt.Errorf("look at the function: %w", err)
	}
	groups, err := r.databaseGroups(ctx, db)
	if err != nil {
		return err
	}
	subnets, err := r.Services().Network.Subnets(ctx, db.VPCID)
	if err != nil {
		return fmt.Errorf("look at the VPC's subnets: %w", err)
	}
	detail := fmt.Sprintf("%s, with %s", function.VPCID, joinNames(function.GroupIDs))
	at := slices.IndexFunc(groups, func(g steps.SecurityGroup) bool {
		return groupAdmits(g, function.GroupIDs, cidrs(subnets, function.SubnetIDs), db.ListenPort)
	})
	switch {
	case at < 0:
		detail += fmt.Sprintf(", which the database does not let in on port %d", db.ListenPort)
	case slices.Contains(function.GroupIDs, groups[at].ID):
		detail = fmt.Sprintf("%s, shares %s", function.VPCID, joinNames(function.GroupIDs)) // with the database
	default:
		detail += fmt.Sprintf(", which the database's %s lets in", groups[at].ID)
	}
	if fn.NATGateway != "" {
		detail += "; it reaches Secrets Manager through the NAT gateway " + fn.NATGateway
	}
	if err := r.Prove("function-in-vpc", function.VPCID != "" && function.VPCID == db.VPCID && at >= 0, detail); err != nil {
		return err
	}
	if fn.NATGateway != "" {
		return nil
	}
	return r.proveEndpoint(ctx)
}

// joinNames joins names for a sentence: "engine, host and port".
func joinNames(names []string) string {
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
