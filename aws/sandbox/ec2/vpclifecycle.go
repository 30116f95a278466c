package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"keyturn/aws/sandbox/wire"
)

// createDefaultVpc creates a default VPC, if it was deleted.
func (s *Service) createDefaultVpc(context.Context, *ec2.CreateDefaultVpcInput) (*ec2.CreateDefaultVpcOutput, error) {
	s.mu.Lock()
	if vpc := s.VPC(); vpc.ID != "" && !vpc.Default {
		s.mu.Unlock()
		return nil, wire.Errorf("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	}
	if s.VPC().ID != "" {
		s.mu.Unlock()
		return nil, wire.Errorf("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.")
	}
	s.setVPC(defaultVPC(s.cloud, newID("")))
	s.notifyRuleChange()
	s.mu.Unlock()
	vpc := s.toVpc(s.VPC())
	return &ec2.CreateDefaultVpcOutput{Vpc: &vpc}, nil
}

// changeVPC replaces the VPC with a changed copy. The caller holds the lock.
func (s *Service) changeVPC(change func(*VPC)) {
	vpc := s.VPC()
	vpc.Subnets = slices.Clone(vpc.Subnets)
	change(&vpc)
	s.vpc.Store(&vpc)
	s.notifyRuleChange()
}

// modifyVpcAttribute changes one attribute a call, as on AWS.
func (s *Service) modifyVpcAttribute(_ context.Context, in *ec2.ModifyVpcAttributeInput) (*ec2.ModifyVpcAttributeOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkVPC(aws.ToString(in.VpcId)); err != nil {
		return nil, err
	}
	switch {
	case in.EnableDnsSupport != nil && in.EnableDnsHostnames != nil:
		return nil, wire.Errorf("InvalidParameterCombination", "Only one attribute can be modified at a time.")
	case in.EnableDnsSupport != nil:
		s.changeVPC(func(v *VPC) { v.DNSSupport = aws.ToBool(in.EnableDnsSupport.Value) })
	case in.EnableDnsHostnames != nil:
		s.changeVPC(func(v *VPC) { v.DNSHostnames = aws.ToBool(in.EnableDnsHostnames.Value) })
	default:
		return nil, wire.Errorf("MissingParameter", "The request must contain one of the parameters EnableDnsSupport, EnableDnsHostnames")
	}
	return &ec2.ModifyVpcAttributeOutput{}, nil
}

// deleteVpc fails while the VPC has anything but its default security group and
// its main route table.
func (s *Service) deleteVpc(_ context.Context, in *ec2.DeleteVpcInput) (*ec2.DeleteVpcOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := aws.ToString(in.VpcId)
	if err := s.checkVPC(id); err != nil {
		return nil, err
	}
	vpc := s.VPC()
	if len(vpc.Subnets) > 0 || vpc.GatewayID != "" && !vpc.Detached || len(s.groups) > 1 || len(s.tables) > 1 || len(s.endpoints) > 0 || len(s.interfaces) > 0 {
		return nil, wire.Errorf("DependencyViolation", "The vpc '%s' has dependencies and cannot be deleted.", id)
	}
	delete(s.tags, id)
	delete(s.tags, vpc.GroupID)
	s.groups, s.tables = nil, nil
	s.vpc.Store(&VPC{})
	s.notifyRuleChange()
	return &ec2.DeleteVpcOutput{}, nil
}

func (s *Service) deleteSubnet(_ context.Context, in *ec2.DeleteSubnetInput) (*ec2.DeleteSubnetOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := aws.ToString(in.SubnetId)
	if err := s.checkSubnet(id); err != nil {
		return nil, err
	}
	inUse := s.hasInterface(func(n *networkInterface) bool { return n.subnet.ID == id })
	if inUse || slices.ContainsFunc(s.groups, func(g *group) bool { return s.inUse(g.id) }) {
		return nil, wire.Errorf("DependencyViolation", "The subnet '%s' has dependencies and cannot be deleted.", id)
	}
	s.changeVPC(func(v *VPC) {
		v.Subnets = slices.DeleteFunc(v.Subnets, func(n Subnet) bool { return n.ID == id })
	})
	for _, t := range s.tables {
		t.subnets = slices.DeleteFunc(t.subnets, func(n string) bool { return n == id })
	}
	delete(s.tags, id)
	return &ec2.DeleteSubnetOutput{}, nil
}
