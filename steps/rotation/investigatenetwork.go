package rotation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"keyturn/steps"
)

// explainClosedPort says why a database in the private network does not answer
// this machine, and offers the rules that are missing.
func (r run) explainClosedPort(ctx context.Context, d *steps.Diagnosis, db steps.DBInstance, group steps.SecurityGroup) {
	missing, err := r.planInboundRules(ctx, group)
	if r.usesExistingDatabase() {
		missing, err = r.planExistingDatabaseRule(ctx, db)
	}
	if err != nil {
		return
	}
	admitted := strings.Join(group.Admitted(steps.MySQLPort), ", ")
	if len(missing) == 0 {
		cidr, _, _ := r.admittedCIDR(ctx)
		d.Why = fmt.Sprintf("The security group %s admits %s, so port %d is open to this machine as https://checkip.amazonaws.com sees it. "+
			"Behind a proxy or a provider's own address translation the database sees another address.", group.ID, describeCIDR(cidr), steps.MySQLPort)
		d.Fix = "Name the address that the database sees, or your network's block of addresses, with --my-cidr in a new run. " +
			"Some networks also let nobody out on that port."
		return
	}
	d.Why = fmt.Sprintf("The security group %s lets nobody in on port %d.", group.ID, steps.MySQLPort)
	if admitted != "" {
		d.Why = fmt.Sprintf("The security group %s admits only %s on port %d.", group.ID, admitted, steps.MySQLPort)
	}
	d.Fix = "Add the inbound rule that is missing, then try again."
	r.offerRules(d, group, missing)
}

// offerRules offers to make the rules of the database's security group that are
// missing: its owner's, if it was there before.
func (r run) offerRules(d *steps.Diagnosis, group steps.SecurityGroup, missing []action) {
	if !r.Owns(group.Tags) && !r.usesExistingDatabase() {
		return
	}
	for i, open := range missing {
		remedy := r.ruleRemedy(group, open)
		remedy.ID = fmt.Sprintf("open-port-%d", i+1)
		d.Remedies = append(d.Remedies, remedy)
	}
}

// explainSecretsManagerUnreachable says why a function that ran out of time did not reach Secrets
// Manager: a function in a VPC needs an endpoint that lets it in, or a NAT route.
// It reports whether that is what the log tells (facts of AWS's documentation,
// "Troubleshoot rotation": no activity after "Found credentials", or after
// createSecret).
func (r run) explainSecretsManagerUnreachable(ctx context.Context, d *steps.Diagnosis) bool {
	lines, err := r.functionLog(ctx)
	if err != nil {
		return false
	}
	last, _ := lastInvocation(lines[min(r.state().logSeen, len(lines)):])
	if !timedOut(last) || loggedProgress(last) {
		return false
	}
	function, err := r.Services().Functions.Function(ctx, r.state().FunctionARN)
	if err != nil || function.VPCID == "" {
		return false
	}
	d.ID = "function-cannot-reach-secrets-manager"
	d.What = "The rotation function does not reach Secrets Manager"
	d.Fix = "Open that way, then try again: the same version is taken up. Until then the secret's current version is as it was."
	logged := fmt.Sprintf(" Its log ends %s, and then its %d s were over.", whereLogEnds(last), function.Timeout)
	d.Why = r.whySecretsManagerUnreachable(ctx, function) + logged
	if r.Setup().Private() {
		d.Offer(r.functionNetworkRemedy(ctx))
	} else {
		d.Offer(r.leaveVPC(function))
	}
	return true
}

// timedOut reports whether an invocation ended because its time was up.
func timedOut(invocation []steps.LogLine) bool {
	return slices.ContainsFunc(invocation, func(l steps.LogLine) bool { return strings.Contains(l.Text, "Task timed out") })
}

const foundCredentials = "Found credentials in environment variables"

// loggedProgress reports whether the function logged more than that it has
// credentials: its first word comes after its first answer of Secrets Manager's.
func loggedProgress(invocation []steps.LogLine) bool {
	return slices.ContainsFunc(invocation, func(l steps.LogLine) bool {
		return strings.HasPrefix(l.Text, "[") && !strings.Contains(l.Text, foundCredentials)
	})
}

// whereLogEnds is where an invocation's log ends, for a sentence.
func whereLogEnds(invocation []steps.LogLine) string {
	for _, l := range invocation {
		if strings.Contains(l.Text, foundCredentials) {
			return fmt.Sprintf("at %q", foundCredentials)
		}
	}
	return "where the invocation starts"
}

// whySecretsManagerUnreachable looks at the endpoints and routes of the function's VPC.
func (r run) whySecretsManagerUnreachable(ctx context.Context, f steps.Function) string {
	const another = "its endpoint's policy or a network ACL may be in the way."
	network := r.Services().Network
	service, err := network.SecretsEndpointService(ctx)
	if err != nil {
		return "It is in " + f.VPCID + ": an endpoint, a NAT route, " + another
	}
	if support, hostnames, err := network.DNSAttributes(ctx, f.VPCID); err == nil && (!support || !hostnames) {
		return fmt.Sprintf("It is in %s, where names do not resolve to endpoints: enableDnsSupport is %t, enableDnsHostnames is %t.", f.VPCID, support, hostnames)
	}
	found, err := network.Endpoints(ctx, f.VPCID, service.Name)
	if err != nil {
		return "It is in " + f.VPCID + ": an endpoint, a NAT route, " + another
	}
	at := slices.IndexFunc(found, hasUsablePrivateDNS)
	if at < 0 {
		return fmt.Sprintf("It is in %s, and nothing there leads to Secrets Manager: no interface endpoint with private DNS, and no NAT route. "+
			"A function's network interface has no public address, so an internet gateway is no way out.", f.VPCID)
	}
	e := found[at]
	if e.State != steps.EndpointAvailable {
		return fmt.Sprintf("It is in %s, whose endpoint %s is still %s.", f.VPCID, e.ID, e.State)
	}
	if !r.endpointAdmits(ctx, e, f) {
		return fmt.Sprintf("It is in %s, and the security group %s of the endpoint %s does not let it in on port %d.", f.VPCID, joinNames(e.GroupIDs), e.ID, httpsPort)
	}
	return fmt.Sprintf("It is in %s, and the endpoint %s lets it in: %s", f.VPCID, e.ID, another)
}

// endpointAdmits reports whether a group of an endpoint lets a function in; true
// where it cannot be seen.
func (r run) endpointAdmits(ctx context.Context, e steps.VPCEndpoint, f steps.Function) bool {
	subnets, err := r.Services().Network.Subnets(ctx, f.VPCID)
	if err != nil {
		return true
	}
	for _, id := range e.GroupIDs {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return true
		}
		if groupAdmits(group, f.GroupIDs, cidrs(subnets, f.SubnetIDs), httpsPort) {
			return true
		}
	}
	return false
}

// functionNetworkRemedy offers what is missing of the run's own way to Secrets Manager.
func (r run) functionNetworkRemedy(ctx context.Context) (steps.Remedy, bool) {
	missing, err := r.planFunctionNetwork(ctx)
	if err != nil || len(missing) == 0 {
		return steps.Remedy{}, false
	}
	remedy := steps.Remedy{ID: "open-way", Label: missing[len(missing)-1].Call.Why + ", then try again"}
	for _, a := range missing {
		remedy.Plan = append(remedy.Plan, a.Call)
	}
	remedy.Apply = withRun(func(ctx context.Context, r run) error {
		for _, a := range missing {
			if err := a.Do(ctx, r.Run); err != nil {
				return err
			}
		}
		if r.state().FunctionNetwork.NATGateway != "" {
			return nil
		}
		return r.waitForEndpoint(ctx)
	})
	return remedy, true
}

// explainFunctionNotAdmitted says why the function of a private network does not
// reach the database: its groups do not admit the function's.
func (r run) explainFunctionNotAdmitted(ctx context.Context, d *steps.Diagnosis) bool {
	if !r.Setup().Private() {
		return false
	}
	fn, db := r.state().FunctionNetwork, r.state().Database
	own, err := r.findFunctionGroup(ctx, db)
	if err != nil {
		return false
	}
	groups, err := r.databaseGroups(ctx, db)
	if err != nil || len(groups) == 0 {
		return false
	}
	subnets, err := r.Services().Network.Subnets(ctx, db.VPCID)
	if err != nil || anyGroupAdmits(groups, fn, subnets, own, db.ListenPort) {
		return false
	}
	d.ID = "function-cannot-reach-database"
	d.What = "The rotation function does not reach the database"
	d.Why = fmt.Sprintf("The database's security group %s does not let the function in (%s) on port %d. %s", groups[0].ID, joinNames(fn.members(own)), db.ListenPort, d.Why)
	d.Fix = "Add the inbound rule that is missing, then try again: the same version is taken up."
	r.offerRules(d, groups[0], []action{openPortToFunction(groups[0], fn, db.ListenPort, "the database", own)})
	return true
}
