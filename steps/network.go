package steps

import (
	"context"
	"errors"
	"fmt"
)

// groupName names the run's own security group.
func (r *Run) groupName() string { return "keyturn-" + r.ID() }

// admits reports whether a rule of the group lets cidr in on port.
func (g SecurityGroup) admits(cidr string, port int32) bool {
	for _, rule := range g.Rules {
		if rule.CIDR == cidr && rule.Admits(port) {
			return true
		}
	}
	return false
}

// findGroup returns the run's security group, or a zero one.
func (r *Run) findGroup(ctx context.Context) (SecurityGroup, error) {
	groups, err := r.account.Services.Network.SecurityGroupsByTag(ctx, r.tags()[0])
	if err != nil {
		return SecurityGroup{}, fmt.Errorf("look for the security group: %w", err)
	}
	if len(groups) == 0 {
		groups, err = r.recordedGroup(ctx)
	}
	if err != nil || len(groups) == 0 {
		return SecurityGroup{}, err
	}
	group := groups[0]
	if err := r.made(KindSecurityGroup, r.groupName(), group.ID); err != nil {
		return SecurityGroup{}, err
	}
	for _, rule := range group.Rules {
		if err := r.made(KindInboundRule, ruleName(rule.CIDR), rule.ID); err != nil {
			return SecurityGroup{}, err
		}
	}
	return group, nil
}

// recordedGroup asks for the group of the receipt by its id: a new tag can
// take a while to be found.
func (r *Run) recordedGroup(ctx context.Context) ([]SecurityGroup, error) {
	record, ok := r.Receipt().Record(KindSecurityGroup, r.groupName())
	if !ok || record.ID == "" {
		return nil, nil
	}
	group, err := r.account.Services.Network.SecurityGroup(ctx, record.ID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the security group: %w", err)
	}
	return []SecurityGroup{group}, nil
}

func createGroup(vpc string) action {
	return act("ec2", "CreateSecurityGroup", "create a security group for this run", func(ctx context.Context, r *Run) error {
		name := r.groupName()
		return r.make(KindSecurityGroup, name, func() (string, error) {
			id, err := r.account.Services.Network.CreateSecurityGroup(ctx, name,
				"keyturn: admits MySQL clients to a tutorial database", vpc, r.tags())
			group := SecurityGroup{ID: id, Name: name, VPCID: vpc, Tags: r.tags()}
			if errors.Is(err, ErrAlreadyExists) { // by this call, if its first answer was lost
				found, lookErr := r.findGroup(ctx)
				if lookErr != nil || found.ID != "" {
					group, err = found, lookErr
				}
			}
			if err != nil {
				return "", fmt.Errorf("create the security group: %w", err)
			}
			r.note(func(s *State) { s.Group = group })
			return group.ID, nil
		})
	})
}

// openPort admits everybody on MySQL's port, as the tutorial's "Anywhere" does.
func openPort() action {
	why := fmt.Sprintf("open port %d to %s", mysqlPort, whom(anywhere))
	return act("ec2", "AuthorizeSecurityGroupIngress", why, func(ctx context.Context, r *Run) error {
		group := r.State().Group
		return r.make(KindInboundRule, ruleName(anywhere), func() (string, error) {
			id, err := r.account.Services.Network.OpenPort(ctx, group.ID, anywhere, mysqlPort, r.tags())
			if errors.Is(err, ErrAlreadyExists) {
				return r.ruleOf(ctx, group.ID)
			}
			if err != nil {
				return "", fmt.Errorf("open port %d: %w", mysqlPort, err)
			}
			r.note(func(s *State) {
				rule := InboundRule{ID: id, CIDR: anywhere, FromPort: mysqlPort, ToPort: mysqlPort}
				s.Group.Rules = append(s.Group.Rules[:len(s.Group.Rules):len(s.Group.Rules)], rule)
			})
			return id, nil
		})
	})
}

// ruleOf finds the id of the rule that was there already.
func (r *Run) ruleOf(ctx context.Context, groupID string) (string, error) {
	group, err := r.account.Services.Network.SecurityGroup(ctx, groupID)
	if err != nil {
		return "", fmt.Errorf("read the security group: %w", err)
	}
	for _, rule := range group.Rules {
		if rule.CIDR == anywhere && rule.Admits(mysqlPort) {
			return rule.ID, nil
		}
	}
	return "", fmt.Errorf("read the security group %s: its rule for port %d: %w", groupID, mysqlPort, ErrNotFound)
}

// whom says in words who an inbound rule lets in.
func whom(cidr string) string {
	if cidr == anywhere {
		return "everybody (" + anywhere + ")"
	}
	return cidr
}

// ruleName names an inbound rule in the receipt, where it has no name in AWS.
func ruleName(cidr string) string { return fmt.Sprintf("tcp/%d from %s", mysqlPort, cidr) }
