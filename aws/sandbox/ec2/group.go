package ec2

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// Quotas of a new account (VPC User Guide, "Amazon VPC quotas"): security groups
// a region, rules a direction of a group.
const (
	groupQuota = 2500
	ruleQuota  = 60
)

// group is a security group of the default VPC. Its rules are oldest first.
type group struct {
	id          string
	name        string
	description string
	rules       []rule
}

// newDefaultGroup admits everything from its own members and lets everything out
// (VPC User Guide, "Default security groups").
func newDefaultGroup(v VPC) *group {
	return &group{
		id:          v.GroupID,
		name:        "default",
		description: "default VPC security group",
		rules: []rule{
			{id: newID("sgr-"), match: match{protocol: "-1", from: -1, to: -1, peer: peer{group: v.GroupID}}},
			allowAllEgress(),
		},
	}
}

// allowAllEgress is the outbound rule that every new group has.
func allowAllEgress() rule {
	return rule{id: newID("sgr-"), match: match{egress: true, protocol: "-1", from: -1, to: -1, peer: peer{cidr: anywhere}}}
}

// HasGroup reports whether the security group exists.
func (s *Service) HasGroup(id string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, err := s.group(id)
	return err == nil
}

// group finds a group by its id, or returns EC2's error. The caller holds the
// lock.
func (s *Service) group(id string) (*group, error) {
	for _, g := range s.groups {
		if g.id == id {
			return g, nil
		}
	}
	if !wellFormed(id, "sg-") {
		return nil, wire.Errorf("InvalidGroupId.Malformed", `Invalid id: "%s" (expecting "sg-...")`, id)
	}
	return nil, wire.Errorf("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
}

func (s *Service) groupByName(name string) (*group, error) {
	for _, g := range s.groups {
		if g.name == name {
			return g, nil
		}
	}
	return nil, wire.Errorf("InvalidGroup.NotFound", "The security group '%s' does not exist in default VPC '%s'", name, s.VPC().ID)
}

// groupByIDOrName finds a group by its id or, in the default VPC, by its name.
func (s *Service) groupByIDOrName(id, name *string) (*group, error) {
	switch {
	case id != nil && *id != "":
		return s.group(*id)
	case name != nil && *name != "":
		return s.groupByName(*name)
	}
	return nil, wire.Errorf("MissingParameter", "The request must contain the parameter groupName or groupId")
}

// groupTextPattern is the rule for a group's name and description in a VPC
// (CreateSecurityGroup, GroupName and Description).
var groupTextPattern = steps.NewPattern(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$`)

func (s *Service) createSecurityGroup(_ context.Context, in *ec2.CreateSecurityGroupInput) (*ec2.CreateSecurityGroupOutput, error) {
	name, description := aws.ToString(in.GroupName), aws.ToString(in.Description)
	if err := validateGroup(name, description); err != nil {
		return nil, err
	}
	tags, err := specified(in.TagSpecifications, types.ResourceTypeSecurityGroup)
	if err != nil {
		return nil, err
	}
	switch {
	case in.VpcId != nil:
		if err := s.checkVPC(*in.VpcId); err != nil {
			return nil, err
		}
	case s.VPC().ID == "":
		return nil, wire.Errorf("VPCIdNotSpecified", "No default VPC for this user")
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.groupByName(name); err == nil {
		return nil, wire.Errorf("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", name, s.VPC().ID)
	}
	if len(s.groups) >= groupQuota {
		return nil, wire.Errorf("SecurityGroupLimitExceeded", "The maximum number of security groups for VPC '%s' has been reached.", s.VPC().ID)
	}
	g := &group{id: newID("sg-"), name: name, description: description, rules: []rule{allowAllEgress()}}
	s.groups = append(s.groups, g)
	s.setTags(g.id, tags)
	return &ec2.CreateSecurityGroupOutput{
		GroupId:          &g.id,
		SecurityGroupArn: aws.String(s.groupARN(g)),
		Tags:             tags,
	}, nil
}

func validateGroup(name, description string) error {
	switch {
	case name == "":
		return wire.Errorf("MissingParameter", "The request must contain the parameter groupName")
	case description == "":
		return wire.Errorf("MissingParameter", "The request must contain the parameter groupDescription")
	case name == "default":
		return wire.Errorf("InvalidParameterValue", "Cannot use reserved security group name: default")
	case strings.HasPrefix(strings.ToLower(name), "sg-"):
		return wire.Errorf("InvalidParameterValue", "Value (%s) for parameter GroupName is invalid. Group names may not be in the format sg-*.", name)
	case !groupTextPattern.MatchString(name):
		return wire.Errorf("InvalidParameterValue", "Value (%s) for parameter GroupName is invalid. Valid names are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*", name)
	case !groupTextPattern.MatchString(description):
		return wire.Errorf("InvalidParameterValue", "Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
	}
	return nil
}

func (s *Service) groupARN(g *group) string { return s.cloud.ARN("ec2", "security-group/"+g.id) }

// deleteSecurityGroup fails while a resource uses the group or another group's
// rule references it.
func (s *Service) deleteSecurityGroup(_ context.Context, in *ec2.DeleteSecurityGroupInput) (*ec2.DeleteSecurityGroupOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.groupByIDOrName(in.GroupId, in.GroupName)
	if err != nil {
		return nil, err
	}
	if g.id == s.VPC().GroupID {
		return nil, wire.Errorf("CannotDelete", `the specified group: "%s" name: "%s" cannot be deleted by a user`, g.id, g.name)
	}
	if s.inUse(g.id) || s.hasInterface(func(n *networkInterface) bool { return slices.Contains(n.groups, g.id) }) || slices.ContainsFunc(s.groups, func(other *group) bool { return other != g && other.references(g.id) }) {
		return nil, wire.Errorf("DependencyViolation", "resource %s has a dependent object", g.id)
	}
	s.groups = slices.DeleteFunc(s.groups, func(other *group) bool { return other == g })
	delete(s.tags, g.id)
	for _, r := range g.rules {
		delete(s.tags, r.id)
	}
	s.notifyRuleChange()
	return &ec2.DeleteSecurityGroupOutput{GroupId: &g.id, Return: aws.Bool(true)}, nil
}

func (g *group) references(id string) bool {
	return slices.ContainsFunc(g.rules, func(r rule) bool { return r.peer.group == id })
}
