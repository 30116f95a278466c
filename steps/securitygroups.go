package steps

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
)

// SecurityGroup is a security group and its inbound rules.
type SecurityGroup struct {
	ID    string
	Name  string
	VPCID string
	Rules []InboundRule
	Tags  []Tag
}

// InboundRule admits TCP from CIDR, or from the members of another security
// group, to the ports FromPort to ToPort. GroupID is the group that has it.
type InboundRule struct {
	ID       string
	GroupID  string
	CIDR     string
	Source   string // a security group's id, where CIDR is ""
	FromPort int32
	ToPort   int32
	Owner    string // the run whose tag it carries, or ""
}

// Peer is whom the rule admits: a CIDR or a security group's id.
func (r InboundRule) Peer() string { return cmp.Or(r.CIDR, r.Source) }

// Admits reports whether port is in the rule's range.
func (r InboundRule) Admits(port int32) bool { return r.FromPort <= port && port <= r.ToPort }

// Admits reports whether a rule of the group lets a CIDR, or the members of a
// security group, in on port.
func (g SecurityGroup) Admits(peer string, port int32) bool {
	for _, rule := range g.Rules {
		if rule.Peer() == peer && rule.Admits(port) {
			return true
		}
	}
	return false
}

// Covers reports whether a rule of the group lets every address of a CIDR in on
// port.
func (g SecurityGroup) Covers(cidr string, port int32) bool {
	p, err := netip.ParsePrefix(cidr)
	return err == nil && slices.ContainsFunc(g.Rules, func(r InboundRule) bool {
		covers, err := netip.ParsePrefix(r.CIDR)
		return err == nil && r.Admits(port) && covers.Bits() <= p.Bits() && covers.Contains(p.Addr())
	})
}

// Admitted lists whom the group lets in on a port.
func (g SecurityGroup) Admitted(port int32) []string {
	var peers []string
	for _, rule := range g.Rules {
		if rule.Admits(port) {
			peers = append(peers, rule.Peer())
		}
	}
	return peers
}

// Network are the EC2 calls that the steps make; one method is one call.
type Network interface {
	VPCs
	VPCEndpoints

	// DefaultVPC returns the default VPC's id, or ErrNoDefaultNetwork.
	DefaultVPC(ctx context.Context) (string, error)
	// CreateSecurityGroup tags the group as it creates it, and returns its id.
	CreateSecurityGroup(ctx context.Context, name, description, vpcID string, tags []Tag) (string, error)
	// SecurityGroup returns ErrNotFound once the group is gone.
	SecurityGroup(ctx context.Context, id string) (SecurityGroup, error)
	// SecurityGroupsByTag returns the groups that carry the tag, InboundRulesByTag
	// the rules. Here as in the other calls by tag, one without a value stands for
	// all of its key.
	SecurityGroupsByTag(ctx context.Context, tag Tag) ([]SecurityGroup, error)
	InboundRulesByTag(ctx context.Context, tag Tag) ([]InboundRule, error)
	// SecurityGroupsByName returns the groups of that name in a VPC.
	SecurityGroupsByName(ctx context.Context, name, vpcID string) ([]SecurityGroup, error)
	// OpenPort admits TCP from cidr to port; ErrAlreadyExists if such a rule is
	// there. It returns the rule's id.
	OpenPort(ctx context.Context, groupID, cidr string, port int32, tags []Tag) (string, error)
	// AdmitGroup admits TCP from the members of a security group, as OpenPort
	// does from a CIDR.
	AdmitGroup(ctx context.Context, groupID, source string, port int32, tags []Tag) (string, error)
	// ClosePort revokes the rule by its id; ErrNotFound if it is gone.
	ClosePort(ctx context.Context, groupID, ruleID string) error
	// DeleteSecurityGroup returns ErrInUse while something still uses it.
	DeleteSecurityGroup(ctx context.Context, id string) error
}
