package aws

import (
	"context"
	"errors"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"keyturn/steps"
)

// dryRunGroupID is a security group that does not exist, so that an endpoint
// that ignores DryRun has nothing to change. EC2 may look for the group before
// it checks the caller's rights; its answer then tells nothing about them.
const dryRunGroupID = "sg-00000000000000000"

func (p permissions) DryRunCreateSecurityGroup(ctx context.Context, vpcID string) error {
	made, err := call(ctx, p.ec2.CreateSecurityGroup, &ec2.CreateSecurityGroupInput{
		DryRun: awssdk.Bool(true), GroupName: awssdk.String("keyturn-dry-run"), Description: awssdk.String("never made"), VpcId: &vpcID,
		TagSpecifications: tagSpecifications(types.ResourceTypeSecurityGroup, []steps.Tag{{Key: steps.TagRun, Value: "dry-run"}}),
	})
	if err == nil { // the endpoint ignored DryRun and created the group
		if _, err := call(ctx, p.ec2.DeleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: made.GroupId}); err != nil {
			return fmt.Errorf("delete the security group %s, which a dry run made: %w", awssdk.ToString(made.GroupId), err)
		}
	}
	return dryRunResult(err)
}

// DryRunOpenPort uses an address that is reserved for documentation (RFC 5737).
func (p permissions) DryRunOpenPort(ctx context.Context) error {
	_, err := call(ctx, p.ec2.AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{
		DryRun: awssdk.Bool(true), GroupId: awssdk.String(dryRunGroupID),
		IpPermissions: []types.IpPermission{{
			IpProtocol: awssdk.String("tcp"), FromPort: awssdk.Int32(steps.MySQLPort), ToPort: awssdk.Int32(steps.MySQLPort),
			IpRanges: []types.IpRange{{CidrIp: awssdk.String("192.0.2.1/32")}},
		}},
	})
	return dryRunResult(err)
}

func (p permissions) DryRunClosePort(ctx context.Context) error {
	_, err := call(ctx, p.ec2.RevokeSecurityGroupIngress, &ec2.RevokeSecurityGroupIngressInput{
		DryRun: awssdk.Bool(true), GroupId: awssdk.String(dryRunGroupID), SecurityGroupRuleIds: []string{"sgr-00000000000000000"},
	})
	return dryRunResult(err)
}

func (p permissions) DryRunDeleteSecurityGroup(ctx context.Context) error {
	_, err := call(ctx, p.ec2.DeleteSecurityGroup, &ec2.DeleteSecurityGroupInput{DryRun: awssdk.Bool(true), GroupId: awssdk.String(dryRunGroupID)})
	return dryRunResult(err)
}

// dryRunResult turns the answer to a dry run into an error. EC2 answers the
// error DryRunOperation where the call would have succeeded.
func dryRunResult(err error) error {
	if answer, ok := errors.AsType[*steps.ServiceError](err); ok && answer.Code == "DryRunOperation" {
		return nil
	}
	if err == nil {
		return fmt.Errorf("the endpoint does not know dry runs: %w", steps.ErrNotAWS)
	}
	return err
}
