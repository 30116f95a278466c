package rotation

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"keyturn/steps"
)

// openings are the rules that the run's group still lacks: everybody's in the
// public network, in the private one those of the group's own members, which the
// function will be, and of the person.
func (r run) openings(ctx context.Context, group steps.SecurityGroup) ([]action, error) {
	if !r.Setup().Private() {
		if group.Admits(anywhere, steps.MySQLPort) {
			return nil, nil
		}
		return []action{openPort()}, nil
	}
	cidr, err := r.personCIDR(ctx)
	if err != nil {
		return nil, err
	}
	var actions []action
	if group.ID == "" || !group.Admits(group.ID, steps.MySQLPort) {
		actions = append(actions, admitMembers(steps.MySQLPort, "for the rotation function"))
	}
	if !group.Admits(cidr, steps.MySQLPort) {
		who := whom(cidr)
		if r.Setup().MyCIDR == "" {
			who = "this machine (" + cidr + ")"
		}
		actions = append(actions, openPortTo(cidr, who))
	}
	return actions, nil
}

// personCIDR is whom the private network admits beside the function: what the
// person said, or the address from which this machine reaches the internet.
func (r run) personCIDR(ctx context.Context) (string, error) {
	if cidr := r.Setup().MyCIDR; cidr != "" {
		return cidr, nil
	}
	address, err := r.Services().Address.PublicAddress(ctx)
	if err != nil {
		return "", fmt.Errorf("find this machine's address: %w", err)
	}
	return netip.PrefixFrom(address, address.BitLen()).String(), nil
}

// whereDatabase says in words how the network sees the database.
func (r run) whereDatabase() string {
	switch {
	case r.Setup().WithoutPublicAddress():
		return "without a public address"
	case r.Setup().Private():
		return "closed to the internet"
	}
	return "reachable from the internet"
}

// admitMembers admits the run's group to itself: database, function and endpoint
// share it.
func admitMembers(port int32, purpose string) action {
	why := fmt.Sprintf("open port %d within the security group, %s", port, purpose)
	return act("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		group := r.state().Group
		return r.admit(ctx, steps.InboundRule{GroupID: group.ID, Source: group.ID, FromPort: port, ToPort: port})
	})
}

// openPortTo admits a block of addresses, those of who, on MySQL's port.
func openPortTo(cidr, who string) action {
	why := fmt.Sprintf("open port %d to %s", steps.MySQLPort, who)
	return act("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		return r.admit(ctx, steps.InboundRule{GroupID: r.state().Group.ID, CIDR: cidr, FromPort: steps.MySQLPort, ToPort: steps.MySQLPort})
	})
}

// openPort admits everybody on MySQL's port, as the tutorial's "Anywhere" does.
func openPort() action { return openPortTo(anywhere, whom(anywhere)) }

// admit makes an inbound rule of a group, which is the run's or an endpoint's.
func (r run) admit(ctx context.Context, rule steps.InboundRule) error {
	return r.Create(steps.KindInboundRule, r.recordOf(rule), func() (string, error) {
		network := r.Services().Network
		var id string
		var err error
		if rule.CIDR != "" {
			id, err = network.OpenPort(ctx, rule.GroupID, rule.CIDR, rule.FromPort, r.Tags())
		} else {
			id, err = network.AdmitGroup(ctx, rule.GroupID, rule.Source, rule.FromPort, r.Tags())
		}
		if errors.Is(err, steps.ErrAlreadyExists) {
			return r.ruleOf(ctx, rule)
		}
		if err != nil {
			return "", fmt.Errorf("open port %d: %w", rule.FromPort, err)
		}
		rule.ID = id
		if rule.GroupID == r.state().Group.ID {
			r.update(func(s *State) { s.Group.Rules = append(s.Group.Rules[:len(s.Group.Rules):len(s.Group.Rules)], rule) })
		}
		return id, nil
	})
}

// recordOf names a rule in the receipt, where it has no name in AWS.
func (r run) recordOf(rule steps.InboundRule) string {
	name := steps.InboundRuleName(rule.Peer(), rule.FromPort)
	if group, ok := r.Receipt().Record(steps.KindSecurityGroup, r.groupName()); ok && group.ID != "" && group.ID != rule.GroupID && rule.GroupID != "" {
		name += inGroup + rule.GroupID
	}
	return name
}

// ruleOf finds the id of the rule that was there already.
func (r run) ruleOf(ctx context.Context, wanted steps.InboundRule) (string, error) {
	group, err := r.Services().Network.SecurityGroup(ctx, wanted.GroupID)
	if err != nil {
		return "", fmt.Errorf("read the security group: %w", err)
	}
	for _, rule := range group.Rules {
		if rule.Peer() == wanted.Peer() && rule.Admits(wanted.FromPort) {
			return rule.ID, nil
		}
	}
	return "", fmt.Errorf("read the security group %s: its rule for port %d: %w", wanted.GroupID, wanted.FromPort, steps.ErrNotFound)
}

// proveNotOpen looks at every rule of every group of the database.
func (r run) proveNotOpen(ctx context.Context) error {
	const check = "not-open-to-the-internet"
	var admitted []string
	for _, id := range r.state().Database.SecurityGroups {
		group, err := r.Services().Network.SecurityGroup(ctx, id)
		if err != nil {
			return fmt.Errorf("look at the database's security group: %w", err)
		}
		for _, rule := range group.Rules {
			if rule.CIDR == anywhere || rule.CIDR == steps.EverybodyIPv6 {
				return r.Prove(check, false, fmt.Sprintf("%s admits everybody (%s) to the ports %d to %d", id, rule.CIDR, rule.FromPort, rule.ToPort))
			}
		}
		for _, peer := range group.Admitted(steps.MySQLPort) {
			if peer == id {
				peer = id + " itself"
			}
			admitted = append(admitted, peer)
		}
	}
	return r.Prove(check, true, fmt.Sprintf("port %d is open to %s, and to nobody else", steps.MySQLPort, strings.Join(admitted, " and ")))
}
