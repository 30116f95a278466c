package rotation

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"keyturn/steps"
)

// planInboundRules are the rules that the run's group still lacks: everybody's in the
// public network, in the private one those of the group's own members, which the
// function will be, and of the person.
func (r run) planInboundRules(ctx context.Context, group steps.SecurityGroup) ([]action, error) {
	if !r.Setup().Private() {
		if group.Admits(anywhere, steps.MySQLPort) {
			return nil, nil
		}
		return []action{openPortToEverybody()}, nil
	}
	cidr, who, err := r.admittedCIDR(ctx)
	if err != nil {
		return nil, err
	}
	var actions []action
	if group.ID == "" || !group.Admits(group.ID, steps.MySQLPort) {
		actions = append(actions, openPortWithinGroup(steps.MySQLPort))
	}
	if !group.Admits(cidr, steps.MySQLPort) && (!r.state().privateSubnets || r.Setup().WithoutPublicAddress()) {
		actions = append(actions, openPortToCIDR(cidr, who))
	}
	return actions, nil
}

// admittedCIDR is whom the private network admits beside the function, and how that is
// said: what the person chose, or the address from which this machine reaches the
// internet.
func (r run) admittedCIDR(ctx context.Context) (cidr, who string, err error) {
	if cidr := r.Setup().MyCIDR; cidr != "" {
		return cidr, describeCIDR(cidr), nil
	}
	address, err := r.Services().Address.PublicAddress(ctx)
	if err != nil {
		return "", "", fmt.Errorf("find this machine's address: %w", err)
	}
	cidr = netip.PrefixFrom(address, address.BitLen()).String()
	return cidr, "this machine (" + cidr + ")", nil
}

// describeReachability says in words how the network sees the database.
func (r run) describeReachability() string {
	switch {
	case r.withoutPublicAddress():
		return "without a public address"
	case r.Setup().Private():
		return "closed to the internet"
	}
	return "reachable from the internet"
}

// openPortWithinGroup admits the run's group to itself: database, function and endpoint
// share it.
func openPortWithinGroup(port int32) action {
	why := fmt.Sprintf("open port %d within the run's group", port)
	return newCall("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		group := r.state().Group
		return r.createInboundRule(ctx, steps.InboundRule{GroupID: group.ID, Source: group.ID, FromPort: port, ToPort: port})
	})
}

// openPortToCIDR admits a block of addresses, those of who, on MySQL's port.
func openPortToCIDR(cidr, who string) action {
	why := fmt.Sprintf("open port %d to %s", steps.MySQLPort, who)
	return newCall("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r run) error {
		return r.createInboundRule(ctx, steps.InboundRule{GroupID: r.state().Group.ID, CIDR: cidr, FromPort: steps.MySQLPort, ToPort: steps.MySQLPort})
	})
}

// openPortToEverybody admits everybody on MySQL's port, as the tutorial's "Anywhere" does.
func openPortToEverybody() action { return openPortToCIDR(anywhere, describeCIDR(anywhere)) }

// createInboundRule makes an inbound rule of a group, which is the run's or an endpoint's.
func (r run) createInboundRule(ctx context.Context, rule steps.InboundRule) error {
	return r.Create(steps.KindInboundRule, r.ruleRecordName(rule), func() (string, error) {
		network := r.Services().Network
		var id string
		var err error
		if rule.CIDR != "" {
			id, err = network.OpenPort(ctx, rule.GroupID, rule.CIDR, rule.FromPort, r.Tags())
		} else {
			id, err = network.AdmitGroup(ctx, rule.GroupID, rule.Source, rule.FromPort, r.Tags())
		}
		if errors.Is(err, steps.ErrAlreadyExists) {
			return r.findExistingRule(ctx, rule)
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

// ruleRecordName names a rule in the receipt, where it has no name in AWS. Of one in a
// group that the run did not make, the group is the last word.
func (r run) ruleRecordName(rule steps.InboundRule) string {
	name := steps.InboundRuleName(rule.Peer(), rule.FromPort)
	if rule.GroupID != "" && !r.isOwnGroup(rule.GroupID) {
		name += otherGroupMark + rule.GroupID
	}
	return name
}

// isOwnGroup reports that a security group is the one that the run made.
func (r run) isOwnGroup(id string) bool {
	group, _ := r.Receipt().Record(steps.KindSecurityGroup, r.groupName())
	return group.ID == id
}

// findExistingRule finds the id of the rule that was there already: made by this call, if
// its first answer was lost, or by somebody else, whose it stays in a group that is
// not the run's.
func (r run) findExistingRule(ctx context.Context, wanted steps.InboundRule) (string, error) {
	group, err := r.Services().Network.SecurityGroup(ctx, wanted.GroupID)
	if err != nil {
		return "", fmt.Errorf("read the security group: %w", err)
	}
	at := slices.IndexFunc(group.Rules, func(rule steps.InboundRule) bool {
		return rule.Peer() == wanted.Peer() && rule.Admits(wanted.FromPort) && (rule.Owner == r.ID() || r.isOwnGroup(group.ID))
	})
	if at < 0 {
		return "", &steps.NameTakenError{Kind: steps.KindInboundRule, Name: group.ID}
	}
	return group.Rules[at].ID, nil
}

// proveNotOpen looks at every rule of every group of the database. What the owner
// of an existing one has opened is said, and left as it is.
func (r run) proveNotOpen(ctx context.Context) error {
	const check = "not-open-to-the-internet"
	db := r.state().Database
	groups, err := r.databaseGroups(ctx, db)
	if err != nil {
		return err
	}
	if r.usesExistingDatabase() && !db.PubliclyAccessible {
		return r.Prove(check, true, "it has no public address")
	}
	var admitted []string
	for _, group := range groups {
		for _, rule := range group.Rules {
			if rule.CIDR != anywhere && rule.CIDR != steps.EverybodyIPv6 {
				continue
			}
			open := fmt.Sprintf("%s admits everybody (%s) to the ports %d to %d", group.ID, rule.CIDR, rule.FromPort, rule.ToPort)
			if r.usesExistingDatabase() && rule.Owner != r.ID() {
				r.Report(steps.Noted{Step: r.Step(), Text: open + ". That was so before: keyturn leaves it as it is."})
				return nil
			}
			return r.Prove(check, false, open)
		}
		for _, peer := range group.Admitted(db.ListenPort) {
			if peer == group.ID {
				peer = group.ID + " itself"
			}
			admitted = append(admitted, peer)
		}
	}
	if len(admitted) == 0 {
		admitted = []string{"nobody yet"}
	}
	return r.Prove(check, true, fmt.Sprintf("port %d is open to %s, and to nobody else", db.ListenPort, strings.Join(admitted, " and ")))
}
