package ec2

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"keyturn/aws/sandbox/wire"
)

// accesses lists what a request does. EC2's reading actions have no resource
// types. Tags in a creation are a CreateTags of their own.
func (s *Service) accesses(operation string, in any) []wire.Access {
	action := "ec2:" + operation
	switch in := in.(type) {
	case *ec2.CreateSecurityGroupInput:
		vpc := wire.Member(in, "VpcId")
		if vpc == "" {
			vpc = s.VPC().ID
		}
		all := []wire.Access{
			{Action: action, Resource: s.cloud.ARN("ec2", "security-group/*")},
			{Action: action, Resource: s.cloud.ARN("ec2", "vpc/"+vpc)},
		}
		return append(all, s.taggingAccesses("security-group/*", len(in.TagSpecifications))...)
	case *ec2.CreateVpcEndpointInput:
		all := []wire.Access{
			{Action: action, Resource: s.cloud.ARN("ec2", "vpc-endpoint/*")},
			{Action: action, Resource: s.cloud.ARN("ec2", "vpc/"+wire.Member(in, "VpcId"))},
			// An endpoint's private DNS is created in Route 53 in the caller's name.
			{Action: "route53:AssociateVPCWithHostedZone", Resource: "*"},
		}
		all = append(append(all, s.resourceAccesses(action, "subnet/", in.SubnetIds...)...), s.resourceAccesses(action, "security-group/", in.SecurityGroupIds...)...)
		return append(all, s.taggingAccesses("vpc-endpoint/*", len(in.TagSpecifications))...)
	case *ec2.AuthorizeSecurityGroupIngressInput:
		return append(s.groupAccesses(action, in), s.taggingAccesses("security-group-rule/*", len(in.TagSpecifications))...)
	case *ec2.AuthorizeSecurityGroupEgressInput:
		return append(s.groupAccesses(action, in), s.taggingAccesses("security-group-rule/*", len(in.TagSpecifications))...)
	case *ec2.DeleteVpcEndpointsInput:
		return s.resourceAccesses(action, "vpc-endpoint/", in.VpcEndpointIds...)
	case *ec2.DeleteSubnetInput:
		return s.resourceAccesses(action, "subnet/", wire.Member(in, "SubnetId"))
	case *ec2.DeleteVpcInput:
		return s.resourceAccesses(action, "vpc/", wire.Member(in, "VpcId"))
	case *ec2.DetachInternetGatewayInput:
		return append(s.resourceAccesses(action, "internet-gateway/", wire.Member(in, "InternetGatewayId")), s.resourceAccesses(action, "vpc/", wire.Member(in, "VpcId"))...)
	case *ec2.DeleteInternetGatewayInput:
		return s.resourceAccesses(action, "internet-gateway/", wire.Member(in, "InternetGatewayId"))
	case *ec2.RevokeSecurityGroupIngressInput, *ec2.RevokeSecurityGroupEgressInput, *ec2.DeleteSecurityGroupInput:
		return s.groupAccesses(action, in)
	}
	return nil
}

// resourceAccesses is an action on resources of one kind, one access an id.
func (s *Service) resourceAccesses(action, kind string, ids ...string) []wire.Access {
	var all []wire.Access
	for _, id := range ids {
		all = append(all, wire.Access{Action: action, Resource: s.cloud.ARN("ec2", kind+id)})
	}
	return all
}

func (s *Service) groupAccesses(action string, in any) []wire.Access {
	id := wire.Member(in, "GroupId")
	if id == "" {
		id = "*"
	}
	return []wire.Access{{Action: action, Resource: s.cloud.ARN("ec2", "security-group/"+id)}}
}

func (s *Service) taggingAccesses(resource string, specifications int) []wire.Access {
	if specifications == 0 {
		return nil
	}
	return []wire.Access{{Action: "ec2:CreateTags", Resource: s.cloud.ARN("ec2", resource)}}
}
