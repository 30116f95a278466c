package fault

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
)

const (
	rotate = "secretsmanager RotateSecret"
	mysql  = 3306
	https  = 443
)

func networkFaults() []Fault {
	return []Fault{
		{
			Name: "closed-security-group", Family: Network,
			Wrong: "The inbound rules for port 3306 are revoked before the secret is rotated.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, _ any) error {
				return a.closePort(ctx, mysql)
			}}},
		},
		{
			Name: "closed-before-sign-in", Family: Network,
			Wrong: "The inbound rules for port 3306 are revoked when the secret is stored.",
			strikes: []strike{{before: []string{"secretsmanager CreateSecret"}, do: func(ctx context.Context, a *Account, _ any) error {
				return a.closePort(ctx, mysql)
			}}},
		},
		{
			Name: "no-route-to-secrets-manager", Family: Network,
			Wrong: "The function is in a VPC from which nothing leads to Secrets Manager.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, in any) error {
				return a.strand(ctx, *in.(*rotateInput).RotationLambdaARN)
			}}},
		},
		{
			Name: "endpoint-closed-in-rotation", Family: Network,
			Wrong: "Secrets Manager's endpoint lets nobody in once the function has put the new password there.",
			strikes: []strike{{before: []string{"secretsmanager PutSecretValue"}, by: function, do: func(ctx context.Context, a *Account, _ any) error {
				return a.closePort(ctx, https)
			}}},
		},
		{
			Name: "database-made-private", Family: Network,
			Wrong: "Public access to the database is switched off when the secret is stored.",
			strikes: []strike{{before: []string{"secretsmanager CreateSecret"}, do: func(ctx context.Context, a *Account, _ any) error {
				return a.modify(ctx, func(in *rds.ModifyDBInstanceInput) { in.PubliclyAccessible = aws.Bool(false) })
			}}},
		},
		{
			Name: "no-default-vpc", Family: Network,
			Wrong:   "The region has no default VPC.",
			strikes: []strike{{do: func(ctx context.Context, a *Account, _ any) error { return a.removeDefaultVPC(ctx) }}},
		},
		{
			Name: "vpc-names-off", Family: Network,
			Wrong: "The VPC gives its hosts no DNS names.",
			strikes: []strike{{do: func(ctx context.Context, a *Account, _ any) error {
				vpc, err := a.defaultVPC(ctx)
				if err != nil {
					return err
				}
				_, err = a.ec2.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{
					VpcId: vpc, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(false)},
				})
				return err
			}}},
		},
	}
}

// closePort revokes every inbound rule for a port.
func (a *Account) closePort(ctx context.Context, port int32) error {
	out, err := a.ec2.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{})
	if err != nil {
		return err
	}
	for _, r := range out.SecurityGroupRules {
		if aws.ToBool(r.IsEgress) || aws.ToInt32(r.FromPort) != port {
			continue
		}
		if _, err := a.ec2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
			GroupId: r.GroupId, SecurityGroupRuleIds: []string{*r.SecurityGroupRuleId},
		}); err != nil {
			return err
		}
	}
	return nil
}

// strand leaves a function without a way to Secrets Manager: one outside any VPC
// is put into the default one; of one in a VPC, the endpoint is closed.
func (a *Account) strand(ctx context.Context, arn string) error {
	f, err := a.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &arn})
	if err != nil {
		return err
	}
	if f.VpcConfig != nil && aws.ToString(f.VpcConfig.VpcId) != "" {
		return a.closePort(ctx, https)
	}
	vpc, err := a.defaultVPC(ctx)
	if err != nil {
		return err
	}
	inVPC := []types.Filter{{Name: aws.String("vpc-id"), Values: []string{*vpc}}}
	subnets, err := a.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: inVPC})
	if err != nil {
		return err
	}
	groups, err := a.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: append(inVPC, types.Filter{Name: aws.String("group-name"), Values: []string{"default"}}),
	})
	if err != nil {
		return err
	}
	_, err = a.functions.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &arn,
		VpcConfig: &lambdatypes.VpcConfig{
			SubnetIds: []string{*subnets.Subnets[0].SubnetId}, SecurityGroupIds: []string{*groups.SecurityGroups[0].GroupId},
		},
	})
	return err
}

func (a *Account) defaultVPC(ctx context.Context) (*string, error) {
	out, err := a.ec2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []types.Filter{{Name: aws.String("is-default"), Values: []string{"true"}}}})
	if err != nil {
		return nil, err
	}
	if len(out.Vpcs) == 0 {
		return nil, errNoDefaultVPC
	}
	return out.Vpcs[0].VpcId, nil
}

// removeDefaultVPC removes the default VPC, as careful owners do.
func (a *Account) removeDefaultVPC(ctx context.Context) error {
	vpc, err := a.defaultVPC(ctx)
	if err != nil {
		return err
	}
	subnets, err := a.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{*vpc}}}})
	if err != nil {
		return err
	}
	for _, s := range subnets.Subnets {
		if _, err := a.ec2.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: s.SubnetId}); err != nil {
			return err
		}
	}
	gateways, err := a.ec2.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{Filters: []types.Filter{{Name: aws.String("attachment.vpc-id"), Values: []string{*vpc}}}})
	if err != nil {
		return err
	}
	for _, g := range gateways.InternetGateways {
		if _, err := a.ec2.DetachInternetGateway(ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: g.InternetGatewayId, VpcId: vpc}); err != nil {
			return err
		}
		if _, err := a.ec2.DeleteInternetGateway(ctx, &ec2.DeleteInternetGatewayInput{InternetGatewayId: g.InternetGatewayId}); err != nil {
			return err
		}
	}
	_, err = a.ec2.DeleteVpc(ctx, &ec2.DeleteVpcInput{VpcId: vpc})
	return err
}
