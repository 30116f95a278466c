package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/rds"

	"keyturn/steps"
)

// subnetGroupAPI are RDS's calls about DB subnet groups.
type subnetGroupAPI interface {
	CreateDBSubnetGroup(context.Context, *rds.CreateDBSubnetGroupInput, ...func(*rds.Options)) (*rds.CreateDBSubnetGroupOutput, error)
	DeleteDBSubnetGroup(context.Context, *rds.DeleteDBSubnetGroupInput, ...func(*rds.Options)) (*rds.DeleteDBSubnetGroupOutput, error)
	DescribeDBSubnetGroups(context.Context, *rds.DescribeDBSubnetGroupsInput, ...func(*rds.Options)) (*rds.DescribeDBSubnetGroupsOutput, error)
}

func (d databases) CreateDBSubnetGroup(ctx context.Context, name, description string, subnetIDs []string, tags []steps.Tag) error {
	_, err := call(ctx, d.api.CreateDBSubnetGroup, &rds.CreateDBSubnetGroupInput{
		DBSubnetGroupName: &name, DBSubnetGroupDescription: &description, SubnetIds: subnetIDs, Tags: rdsTags(tags),
	})
	return err
}

func (d databases) HasDBSubnetGroup(ctx context.Context, name string) (bool, error) {
	_, err := call(ctx, d.api.DescribeDBSubnetGroups, &rds.DescribeDBSubnetGroupsInput{DBSubnetGroupName: &name})
	if isGone(err) {
		return false, nil
	}
	return err == nil, err
}

func (d databases) DeleteDBSubnetGroup(ctx context.Context, name string) error {
	_, err := call(ctx, d.api.DeleteDBSubnetGroup, &rds.DeleteDBSubnetGroupInput{DBSubnetGroupName: &name})
	if isGone(err) {
		return fmt.Errorf("DB subnet group %s: %w", name, steps.ErrNotFound)
	}
	return err
}

// isGone reports that there is no DB subnet group of the name: by the same code as
// where an instance is to be made and there is no network for it.
func isGone(err error) bool { return errors.Is(err, steps.ErrNoDefaultNetwork) }
