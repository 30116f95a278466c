package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// revoke removes all the rules named, by identifier or by what they match, or,
// if one of them is not there, none. A rule's description need not be given.
func (s *Service) revoke(in ruleRequest, ruleIDs []string) ([]types.RevokedSecurityGroupRule, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.groupByIDOrName(in.group, in.name)
	if err != nil {
		return nil, err
	}
	switch {
	case len(ruleIDs) == 0 && len(in.permissions) == 0:
		return nil, wire.Errorf("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
	case len(ruleIDs) > 0 && len(in.permissions) > 0:
		return nil, wire.Errorf("InvalidParameterCombination", "Only one of 'ipPermissions' or 'securityGroupRuleIds' can be provided.")
	}

	var doomed []rule
	for _, ruleID := range slices.Compact(slices.Sorted(slices.Values(ruleIDs))) {
		r, err := g.ruleByID(ruleID, in.egress)
		if err != nil {
			return nil, err
		}
		doomed = append(doomed, r)
	}
	if len(in.permissions) > 0 {
		wanted, err := s.expand(in)
		if err != nil {
			return nil, err
		}
		for _, w := range wanted {
			i := slices.IndexFunc(g.rules, func(r rule) bool { return r.match == w.match })
			if i < 0 {
				return nil, wire.Errorf("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
			}
			doomed = append(doomed, g.rules[i])
		}
	}

	var revoked []types.RevokedSecurityGroupRule
	for _, r := range doomed {
		g.rules = slices.DeleteFunc(g.rules, func(other rule) bool { return other.id == r.id })
		revoked = append(revoked, revokedRule(s.described(g, r)))
		delete(s.tags, r.id)
	}
	s.notifyRuleChange()
	return revoked, nil
}

func (g *group) ruleByID(id string, egress bool) (rule, error) {
	if !wellFormed(id, "sgr-") {
		return rule{}, wire.Errorf("InvalidSecurityGroupRuleId.Malformed", "The security group rule ID '%s' is malformed", id)
	}
	for _, r := range g.rules {
		if r.id == id && r.egress == egress {
			return r, nil
		}
	}
	return rule{}, wire.Errorf("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '%s' does not exist", id)
}

func revokedRule(d types.SecurityGroupRule) types.RevokedSecurityGroupRule {
	r := types.RevokedSecurityGroupRule{
		CidrIpv4:            d.CidrIpv4,
		CidrIpv6:            d.CidrIpv6,
		Description:         d.Description,
		FromPort:            d.FromPort,
		GroupId:             d.GroupId,
		IpProtocol:          d.IpProtocol,
		IsEgress:            d.IsEgress,
		SecurityGroupRuleId: d.SecurityGroupRuleId,
		ToPort:              d.ToPort,
	}
	if d.ReferencedGroupInfo != nil {
		r.ReferencedGroupId = d.ReferencedGroupInfo.GroupId
	}
	return r
}
