package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// authorize adds all the rules or, if one of them cannot be, none.
func (s *Service) authorize(in ruleRequest, specs []types.TagSpecification) ([]types.SecurityGroupRule, error) {
	tags, err := specified(specs, types.ResourceTypeSecurityGroupRule)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.groupByIDOrName(in.group, in.name)
	if err != nil {
		return nil, err
	}
	rules, err := s.expand(in)
	if err != nil {
		return nil, err
	}
	count := len(rules)
	for _, r := range g.rules {
		if r.egress == in.egress {
			count++
		}
		if slices.ContainsFunc(rules, func(n rule) bool { return n.match == r.match }) {
			return nil, wire.Errorf("InvalidPermission.Duplicate", `the specified rule "%s" already exists`, r.match)
		}
	}
	if count > ruleQuota {
		return nil, wire.Errorf("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
	}

	made := make([]types.SecurityGroupRule, 0, len(rules))
	for _, r := range rules {
		r.id = newID("sgr-")
		s.setTags(r.id, tags)
		g.rules = append(g.rules, r)
		made = append(made, s.described(g, r))
	}
	s.notifyRuleChange()
	return made, nil
}
