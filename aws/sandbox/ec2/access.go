package ec2

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"keyturn/aws/sandbox/wire"
)

// accesses are what a request does. EC2's reading actions know no resources;
// tags that come with a creation are a CreateTags of their own.
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
		return append(all, s.tagging("security-group/*", len(in.TagSpecifications))...)
	case *ec2.CreateVpcEndpointInput:
		all := []wire.Access{
			{Action: action, Resource: s.cloud.ARN("ec2", "vpc-endpoint/*")},
			{Action: action, Resource: s.cloud.ARN("ec2", "vpc/"+wire.Member(in, "VpcId"))},
			// An endpoint's private DNS is made in Route 53 in the caller's name.
			{Action: "route53:AssociateVPCWithHostedZone", Resource: "*"},
		}
		all = append(append(all, s.on(action, "subnet/", in.SubnetIds...)...), s.on(action, "security-group/", in.SecurityGroupIds...)...)
		return append(all, s.tagging("vpc-endpoint/*", len(in.TagSpecifications))...)
	case *ec2.AuthorizeSecurityGroupIngressInput:
		return append(s.onGroup(action, in), s.tagging("security-group-rule/*", len(in.TagSpecifications))...)
	case *ec2.AuthorizeSecurityGroupEgressInput:
		return append(s.onGroup(action, in), s.tagging("security-group-rule/*", len(in.TagSpecifications))...)
	case *ec2.DeleteVpcEndpointsInput:
		return s.on(action, "vpc-endpoint/", in.VpcEndpointIds...)
	case *ec2.DeleteSubnetInput:
		return s.on(action, "subnet/", wire.Member(in, "SubnetId"))
	case *ec2.DeleteVpcInput:
		return s.on(action, "vpc/", wire.Member(in, "VpcId"))
	case *ec2.DetachInternetGatewayInput:
		return append(s.on(action, "internet-gateway/", wire.Member(in, "InternetGatewayId")), s.on(action, "vpc/", wire.Member(in, "VpcId"))...)
	case *ec2.DeleteInternetGatewayInput:
		return s.on(action, "internet-gateway/", wire.Member(in, "InternetGatewayId"))
	case *ec2.RevokeSecurityGroupIngressInput, *ec2.RevokeSecurityGroupEgressInput, *ec2.DeleteSecurityGroupInput:
		return s.onGroup(action, in)
	}
	return nil
}

// on is an action on resources of one kind, by their ids.
func (s *Service) on(action, kind string, ids ...string) []wire.Access {
	var all []wire.Access
	for _, id := range ids {
		all = append(all, wire.Access{Action: action, Resource: s.cloud.ARN("ec2", kind+id)})
	}
	return all
}

func (s *Service) onGroup(action string, in any) []wire.Access {
	id := wire.Member(in, "GroupId")
	if id == "" {
		id = "*"
	}
	return []wire.Access{{Action: action, Resource: s.cloud.ARN("ec2", "security-group/"+id)}}
}

func (s *Service) tagging(resource string, specifications int) []wire.Access {
	if specifications == 0 {
		return nil
	}
	return []wire.Access{{Action: "ec2:CreateTags", Resource: s.cloud.ARN("ec2", resource)}}
}
