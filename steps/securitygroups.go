package steps

import "context"

// SecurityGroup is a security group and its inbound rules.
type SecurityGroup struct {
	ID    string
	Name  string
	VPCID string
	Rules []InboundRule
	Tags  []Tag
}

// InboundRule admits TCP from CIDR to the ports FromPort to ToPort.
type InboundRule struct {
	ID       string
	CIDR     string
	FromPort int32
	ToPort   int32
	Owner    string // the run whose tag it carries, or ""
}

// Admits reports whether the rule opens port to everybody or to a narrower CIDR.
func (r InboundRule) Admits(port int32) bool { return r.FromPort <= port && port <= r.ToPort }

// Admits reports whether a rule of the group lets cidr in on port.
func (g SecurityGroup) Admits(cidr string, port int32) bool {
	for _, rule := range g.Rules {
		if rule.CIDR == cidr && rule.Admits(port) {
			return true
		}
	}
	return false
}

// Admitted lists whom the group lets in on a port.
func (g SecurityGroup) Admitted(port int32) []string {
	var cidrs []string
	for _, rule := range g.Rules {
		if rule.Admits(port) {
			cidrs = append(cidrs, rule.CIDR)
		}
	}
	return cidrs
}

// Network are the EC2 calls that the steps make; one method is one call.
type Network interface {
	// DefaultVPC returns the default VPC's id, or ErrNoDefaultNetwork.
	DefaultVPC(ctx context.Context) (string, error)
	// SubnetZones returns the Availability Zones in which a VPC has subnets.
	SubnetZones(ctx context.Context, vpcID string) ([]string, error)
	// CreateSecurityGroup tags the group as it creates it, and returns its id.
	CreateSecurityGroup(ctx context.Context, name, description, vpcID string, tags []Tag) (string, error)
	// SecurityGroup returns ErrNotFound once the group is gone.
	SecurityGroup(ctx context.Context, id string) (SecurityGroup, error)
	// SecurityGroupsByTag returns the groups that carry the tag.
	SecurityGroupsByTag(ctx context.Context, tag Tag) ([]SecurityGroup, error)
	// SecurityGroupsByName returns the groups of that name in a VPC.
	SecurityGroupsByName(ctx context.Context, name, vpcID string) ([]SecurityGroup, error)
	// OpenPort admits TCP from cidr to port; ErrAlreadyExists if such a rule is
	// there. It returns the rule's id.
	OpenPort(ctx context.Context, groupID, cidr string, port int32, tags []Tag) (string, error)
	// ClosePort revokes the rule by its id; ErrNotFound if it is gone.
	ClosePort(ctx context.Context, groupID, ruleID string) error
	// DeleteSecurityGroup returns ErrInUse while something still uses it.
	DeleteSecurityGroup(ctx context.Context, id string) error
}
