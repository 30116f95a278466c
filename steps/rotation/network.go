package rotation

import (
	"context"
	"errors"
	"fmt"

	"keyturn/steps"
	"keyturn/steps/format"
)

// groupName names the run's own security group, and its DB subnet group.
func (r run) groupName() string { return groupName(r.ID()) }

func groupName(runID string) string { return "keyturn-" + runID }

// groupNeeds are the actions that make the security group and open it. Their
// resources are not known before; EC2's reading actions know none.
func groupNeeds(p steps.PermissionScope) []steps.Permission {
	group := p.ARN("ec2", "security-group/*")
	needs := steps.PermissionsFor([]string{"*"}, "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules")
	if makesDatabase(p.Setup) && p.Setup.SubnetIDs == "" {
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeVpcs")...)
	}
	needs = append(needs, steps.Permission{
		Action: "ec2:CreateSecurityGroup", Resources: []string{group, p.ARN("ec2", "vpc/*")},
		Try: func(ctx context.Context, s steps.Services) error { return tryCreateGroup(ctx, s, p.Setup.Subnets()) },
	})
	return append(needs, ruleNeeds(p)...)
}

// ruleNeeds are those of a rule that carries the run's tag.
func ruleNeeds(p steps.PermissionScope) []steps.Permission {
	group, rule := p.ARN("ec2", "security-group/*"), p.ARN("ec2", "security-group-rule/*")
	return append(steps.PermissionsFor([]string{group, rule}, "ec2:CreateTags"), steps.Permission{
		Action: "ec2:AuthorizeSecurityGroupIngress", Resources: []string{group},
		Try: func(ctx context.Context, s steps.Services) error { return s.Permissions.DryRunOpenPort(ctx) },
	})
}

// tryCreateGroup asks in the VPC of the chosen subnets, or in the default one.
func tryCreateGroup(ctx context.Context, s steps.Services, subnets []string) error {
	vpc := ""
	if len(subnets) > 0 {
		found, err := s.Network.SubnetsByID(ctx, subnets[:1])
		if err != nil {
			return fmt.Errorf("look at the subnets: %w", err)
		}
		vpc = found[0].VPCID
	} else {
		var err error
		if vpc, err = s.Network.DefaultVPC(ctx); err != nil {
			return fmt.Errorf("find the default network: %w", err)
		}
	}
	return s.Permissions.DryRunCreateSecurityGroup(ctx, vpc)
}

// findGroup returns the run's security group, or a zero one.
func (r run) findGroup(ctx context.Context) (steps.SecurityGroup, error) {
	groups, err := r.Services().Network.SecurityGroupsByTag(ctx, r.Tags()[0])
	if err != nil {
		return steps.SecurityGroup{}, fmt.Errorf("look for the security group: %w", err)
	}
	if len(groups) == 0 {
		groups, err = r.recordedGroup(ctx)
	}
	if err != nil || len(groups) == 0 {
		return steps.SecurityGroup{}, err
	}
	group := groups[0]
	if err := r.RecordCreated(steps.KindSecurityGroup, r.groupName(), group.ID); err != nil {
		return steps.SecurityGroup{}, err
	}
	for _, rule := range group.Rules {
		if err := r.RecordCreated(steps.KindInboundRule, r.ruleRecordName(rule), rule.ID); err != nil {
			return steps.SecurityGroup{}, err
		}
	}
	return group, nil
}

// recordedGroup asks for the group of the receipt by its id: a new tag can
// take a while to be found.
func (r run) recordedGroup(ctx context.Context) ([]steps.SecurityGroup, error) {
	record, ok := r.Receipt().Record(steps.KindSecurityGroup, r.groupName())
	if !ok || record.ID == "" {
		return nil, nil
	}
	group, err := r.Services().Network.SecurityGroup(ctx, record.ID)
	if errors.Is(err, steps.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the security group: %w", err)
	}
	return []steps.SecurityGroup{group}, nil
}

func createGroup() action {
	return newCall("ec2", "CreateSecurityGroup", "create a security group for this run", func(ctx context.Context, r run) error {
		name, vpc := r.groupName(), r.state().VPCID
		return r.Create(steps.KindSecurityGroup, name, func() (string, error) {
			id, err := r.Services().Network.CreateSecurityGroup(ctx, name,
				"keyturn: admits MySQL clients to a tutorial database", vpc, r.Tags())
			group := steps.SecurityGroup{ID: id, Name: name, VPCID: vpc, Tags: r.Tags()}
			if errors.Is(err, steps.ErrAlreadyExists) { // by this call, if its first answer was lost
				found, lookErr := r.findGroup(ctx)
				if lookErr != nil || found.ID != "" {
					group, err = found, lookErr
				}
			}
			if err != nil {
				return "", fmt.Errorf("create the security group: %w", err)
			}
			r.update(func(s *State) { s.Group = group })
			return group.ID, nil
		})
	})
}

// describeCIDR says in words who an inbound rule lets in.
func describeCIDR(cidr string) string {
	if cidr == anywhere {
		return "everybody (" + anywhere + ")"
	}
	return cidr
}

// describeOpenPort says whom the run's group admits to the database, and in the public
// network since when.
func (r run) describeOpenPort() string {
	if !r.Setup().Private() {
		since := ""
		if at, ok := r.Receipt().OpenSince(); ok {
			since = " since " + format.Minute(at)
		}
		return fmt.Sprintf("port %d is open to %s%s, until clean-up", steps.MySQLPort, describeCIDR(anywhere), since)
	}
	var peers []string
	group := r.state().Group
	for _, peer := range group.Admitted(steps.MySQLPort) {
		if peer == group.ID {
			peer = "its own members"
		}
		peers = append(peers, peer)
	}
	return fmt.Sprintf("port %d is open to %s, and closed to the internet", steps.MySQLPort, joinNames(peers))
}
