package ec2

import (
	"context"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/aws/sandbox/wire"
)

// The account's quota is one VPC a region. Where the default one was deleted, one
// of the owner's own can take its place.
func (s *Service) createVpc(_ context.Context, in *ec2.CreateVpcInput) (*ec2.CreateVpcOutput, error) {
	cidr, err := cidrBlock("cidrBlock", aws.ToString(in.CidrBlock))
	if err != nil {
		return nil, err
	}
	tags, err := specified(in.TagSpecifications, types.ResourceTypeVpc)
	if err != nil {
		return nil, err
	}
	// What is in a VPC of one's own has no public name until its owner wants that.
	vpc := VPC{ID: newID("vpc-"), CIDR: cidr.String(), GroupID: newID("sg-"), DNSSupport: true}
	if err := s.takeIn(vpc, tags); err != nil {
		return nil, err
	}
	described := s.toVpc(vpc)
	return &ec2.CreateVpcOutput{Vpc: &described}, nil
}

// takeIn gives the account a VPC, if it has none.
func (s *Service) takeIn(vpc VPC, tags []types.Tag) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.VPC().ID != "" {
		return wire.Errorf("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	}
	s.setVPC(vpc)
	s.setTags(vpc.ID, tags)
	s.notifyRuleChange()
	return nil
}

// cidrBlock reads a CIDR block of a VPC or a subnet, /16 to /28.
func cidrBlock(parameter, text string) (netip.Prefix, error) {
	cidr, err := netip.ParsePrefix(text)
	if err != nil || !cidr.Addr().Is4() {
		return cidr, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter %s is invalid. This is not a valid CIDR block.", text, parameter)
	}
	if cidr.Bits() < 16 || cidr.Bits() > 28 {
		return cidr, wire.Errorf("InvalidVpc.Range", "The CIDR '%s' is invalid.", text)
	}
	return cidr.Masked(), nil
}

func (s *Service) createSubnet(_ context.Context, in *ec2.CreateSubnetInput) (*ec2.CreateSubnetOutput, error) {
	cidr, err := cidrBlock("cidrBlock", aws.ToString(in.CidrBlock))
	if err != nil {
		return nil, err
	}
	subnet, err := s.addSubnet(in, cidr)
	if err != nil {
		return nil, err
	}
	described := s.toSubnet(subnet)
	return &ec2.CreateSubnetOutput{Subnet: &described}, nil
}

// addSubnet checks a subnet by EC2's rules and adds it to the VPC.
func (s *Service) addSubnet(in *ec2.CreateSubnetInput, cidr netip.Prefix) (Subnet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkVPC(aws.ToString(in.VpcId)); err != nil {
		return Subnet{}, err
	}
	if whole := netip.MustParsePrefix(s.VPC().CIDR); !whole.Overlaps(cidr) || cidr.Bits() < whole.Bits() {
		return Subnet{}, wire.Errorf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", cidr)
	}
	if slices.ContainsFunc(s.VPC().Subnets, func(n Subnet) bool { return netip.MustParsePrefix(n.CIDR).Overlaps(cidr) }) {
		return Subnet{}, wire.Errorf("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", cidr)
	}
	subnet := Subnet{ID: newID("subnet-"), CIDR: cidr.String()}
	for _, zone := range defaultVPC(s.cloud, "vpc").Subnets { // the region's zones
		if wanted := aws.ToString(in.AvailabilityZone); subnet.Zone == "" && (wanted == "" || wanted == zone.Zone) {
			subnet.Zone, subnet.ZoneID = zone.Zone, zone.ZoneID
		}
	}
	if subnet.Zone == "" {
		return Subnet{}, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid.", aws.ToString(in.AvailabilityZone))
	}
	s.changeVPC(func(v *VPC) { v.Subnets = append(v.Subnets, subnet) })
	return subnet, nil
}

// createInternetGateway makes the one gateway that the account's VPC can have.
func (s *Service) createInternetGateway(context.Context, *ec2.CreateInternetGatewayInput) (*ec2.CreateInternetGatewayOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.VPC().GatewayID != "" {
		return nil, wire.Errorf("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached.")
	}
	id := newID("igw-")
	s.changeVPC(func(v *VPC) { v.GatewayID, v.Detached = id, true })
	return &ec2.CreateInternetGatewayOutput{InternetGateway: &types.InternetGateway{
		InternetGatewayId: &id, OwnerId: &s.cloud.AccountID, Attachments: []types.InternetGatewayAttachment{},
	}}, nil
}

func (s *Service) attachInternetGateway(_ context.Context, in *ec2.AttachInternetGatewayInput) (*ec2.AttachInternetGatewayOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkInternetGateway(aws.ToString(in.InternetGatewayId)); err != nil {
		return nil, err
	}
	if err := s.checkVPC(aws.ToString(in.VpcId)); err != nil {
		return nil, err
	}
	if !s.VPC().Detached {
		return nil, wire.Errorf("Resource.AlreadyAssociated", "resource %s is already attached to network %s", *in.InternetGatewayId, *in.VpcId)
	}
	s.changeVPC(func(v *VPC) { v.Detached = false })
	return &ec2.AttachInternetGatewayOutput{}, nil
}
