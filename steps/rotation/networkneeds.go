package rotation

import (
	"cmp"

	"keyturn/steps"
)

// networkNeeds are the actions that making the database's network needs beside
// those of its security group, and those that look at an existing one's.
func networkNeeds(p steps.PermissionScope) []steps.Permission {
	var needs []steps.Permission
	if p.Setup.CreateDefaultVPC {
		vpc := []string{p.ARN("ec2", "vpc/*"), p.ARN("ec2", "internet-gateway/*")}
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:CreateDefaultVpc", "ec2:DescribeInternetGateways")...)
		needs = append(needs, steps.PermissionsFor(vpc, "ec2:CreateTags")...)
	}
	if len(p.Setup.Subnets()) > 0 {
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeSubnets", "ec2:DescribeRouteTables")...)
		needs = append(needs, steps.PermissionsFor([]string{subnetGroupARN(p)}, "rds:DescribeDBSubnetGroups", "rds:CreateDBSubnetGroup", "rds:AddTagsToResource")...)
	}
	if p.Setup.Private() {
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeVpcAttribute", "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcEndpoints")...)
	}
	return needs
}

// subnetGroupARN is the run's own DB subnet group.
func subnetGroupARN(p steps.PermissionScope) string {
	return p.ARN("rds", "subgrp:"+groupName(p.RunID))
}

// functionNetworkNeeds are the actions that open the function's way to Secrets Manager. An
// endpoint with private DNS is given its name in Route 53 in the caller's name
// (service authorization reference, "CreateVpcEndpoint").
func functionNetworkNeeds(p steps.PermissionScope) []steps.Permission {
	if !p.Setup.Private() {
		return nil
	}
	needs := steps.PermissionsFor([]string{"*"}, "ec2:DescribeSubnets", "ec2:DescribeNatGateways", "ec2:DescribeRouteTables")
	function := cmp.Or(p.Setup.FunctionARN, p.ARN("lambda", "function:"+p.Setup.FunctionName))
	needs = append(needs, steps.PermissionsFor([]string{function}, "lambda:GetFunctionConfiguration")...)
	if !makesDatabase(p.Setup) {
		needs = append(needs, groupNeeds(p)...)
	}
	if wanted := p.Setup.Endpoint(); wanted != steps.EndpointAuto && wanted != steps.EndpointCreate {
		return needs
	}
	endpoint := p.ARN("ec2", "vpc-endpoint/*")
	needs = append(needs, steps.PermissionsFor([]string{
		endpoint, p.ARN("ec2", "vpc/*"), p.ARN("ec2", "subnet/*"), p.ARN("ec2", "security-group/*"),
	}, "ec2:CreateVpcEndpoint")...)
	needs = append(needs, steps.PermissionsFor([]string{endpoint}, "ec2:CreateTags")...)
	return append(needs, steps.PermissionsFor([]string{"*"}, "route53:AssociateVPCWithHostedZone")...)
}

// networkRemovalNeeds are the actions that take the private network, and a VPC
// that the run made, away again.
func networkRemovalNeeds(p steps.PermissionScope) []steps.Permission {
	var needs []steps.Permission
	if len(p.Setup.Subnets()) > 0 {
		needs = append(needs, steps.PermissionsFor([]string{subnetGroupARN(p)}, "rds:DeleteDBSubnetGroup")...)
	}
	if p.Setup.Private() {
		needs = append(needs, steps.PermissionsFor([]string{p.ARN("ec2", "vpc-endpoint/*")}, "ec2:DeleteVpcEndpoints")...)
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeNetworkInterfaces")...)
	}
	if p.Setup.CreateDefaultVPC {
		vpc, gateway := p.ARN("ec2", "vpc/*"), p.ARN("ec2", "internet-gateway/*")
		needs = append(needs, steps.PermissionsFor([]string{"*"}, "ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces")...)
		needs = append(needs, steps.PermissionsFor([]string{p.ARN("ec2", "subnet/*")}, "ec2:DeleteSubnet")...)
		needs = append(needs, steps.PermissionsFor([]string{gateway, vpc}, "ec2:DetachInternetGateway")...)
		needs = append(needs, steps.PermissionsFor([]string{gateway}, "ec2:DeleteInternetGateway")...)
		needs = append(needs, steps.PermissionsFor([]string{vpc}, "ec2:DeleteVpc")...)
	}
	return needs
}
