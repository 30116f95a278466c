package aws

import (
	"cmp"
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/steps"
)

type rdsAPI interface {
	subnetGroupAPI
	CreateDBInstance(context.Context, *rds.CreateDBInstanceInput, ...func(*rds.Options)) (*rds.CreateDBInstanceOutput, error)
	DeleteDBInstance(context.Context, *rds.DeleteDBInstanceInput, ...func(*rds.Options)) (*rds.DeleteDBInstanceOutput, error)
	DescribeAccountAttributes(context.Context, *rds.DescribeAccountAttributesInput, ...func(*rds.Options)) (*rds.DescribeAccountAttributesOutput, error)
	DescribeDBEngineVersions(context.Context, *rds.DescribeDBEngineVersionsInput, ...func(*rds.Options)) (*rds.DescribeDBEngineVersionsOutput, error)
	DescribeDBInstances(context.Context, *rds.DescribeDBInstancesInput, ...func(*rds.Options)) (*rds.DescribeDBInstancesOutput, error)
	DescribeOrderableDBInstanceOptions(context.Context, *rds.DescribeOrderableDBInstanceOptionsInput, ...func(*rds.Options)) (*rds.DescribeOrderableDBInstanceOptionsOutput, error)
	ModifyDBInstance(context.Context, *rds.ModifyDBInstanceInput, ...func(*rds.Options)) (*rds.ModifyDBInstanceOutput, error)
}

// databases are the steps' DBInstances.
type databases struct{ api rdsAPI }

var _ steps.DBInstances = databases{}

// extendedSupportDisabled keeps RDS from moving the instance into Extended Support,
// which is billed by the vCPU-hour, when its version leaves standard support.
const extendedSupportDisabled = "open-source-rds-extended-support-disabled"

func (d databases) CreateDBInstance(ctx context.Context, spec steps.DBInstanceSpec) (steps.DBInstance, error) {
	out, err := call(ctx, d.api.CreateDBInstance, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier:   &spec.ID,
		DBInstanceClass:        &spec.Class,
		Engine:                 awssdk.String("mysql"),
		EngineVersion:          &spec.EngineVersion,
		EngineLifecycleSupport: awssdk.String(extendedSupportDisabled),
		AllocatedStorage:       &spec.StorageGiB,
		MasterUsername:         &spec.Username,
		MasterUserPassword:     awssdk.String(spec.Password.Reveal()),
		VpcSecurityGroupIds:    spec.SecurityGroups,
		DBSubnetGroupName:      optional(spec.SubnetGroup),
		PubliclyAccessible:     &spec.PubliclyAccessible,
		BackupRetentionPeriod:  awssdk.Int32(0),
		MultiAZ:                awssdk.Bool(false),
		DeletionProtection:     awssdk.Bool(false),
		Tags:                   rdsTags(spec.Tags),
	})
	if err != nil {
		return steps.DBInstance{}, err
	}
	return toDBInstance(out.DBInstance), nil
}

func (d databases) DescribeDBInstance(ctx context.Context, id string) (steps.DBInstance, error) {
	out, err := call(ctx, d.api.DescribeDBInstances, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id})
	if err != nil {
		return steps.DBInstance{}, err
	}
	if len(out.DBInstances) != 1 {
		return steps.DBInstance{}, fmt.Errorf("describe DB instance %s: %d answers: %w", id, len(out.DBInstances), steps.ErrNotFound)
	}
	return toDBInstance(&out.DBInstances[0]), nil
}

// instancesPerPage is the page size, RDS's maximum.
const instancesPerPage = 100

func (d databases) DBInstancesPage(ctx context.Context, marker string) ([]steps.DBInstance, string, error) {
	out, err := call(ctx, d.api.DescribeDBInstances, &rds.DescribeDBInstancesInput{
		MaxRecords: awssdk.Int32(instancesPerPage), Marker: optional(marker),
	})
	if err != nil {
		return nil, "", err
	}
	page := make([]steps.DBInstance, 0, len(out.DBInstances))
	for i := range out.DBInstances {
		page = append(page, toDBInstance(&out.DBInstances[i]))
	}
	return page, awssdk.ToString(out.Marker), nil
}

func (d databases) SetMasterPassword(ctx context.Context, id string, password steps.Password) error {
	_, err := call(ctx, d.api.ModifyDBInstance, &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: &id,
		MasterUserPassword:   awssdk.String(password.Reveal()),
		ApplyImmediately:     awssdk.Bool(true),
	})
	return err
}

func (d databases) AllowDeletion(ctx context.Context, id string) error {
	_, err := call(ctx, d.api.ModifyDBInstance, &rds.ModifyDBInstanceInput{
		DBInstanceIdentifier: &id,
		DeletionProtection:   awssdk.Bool(false),
		ApplyImmediately:     awssdk.Bool(true),
	})
	return err
}

func (d databases) DeleteDBInstance(ctx context.Context, id string) error {
	_, err := call(ctx, d.api.DeleteDBInstance, &rds.DeleteDBInstanceInput{
		DBInstanceIdentifier:   &id,
		SkipFinalSnapshot:      awssdk.Bool(true),
		DeleteAutomatedBackups: awssdk.Bool(true),
	})
	return err
}

func toDBInstance(found *types.DBInstance) steps.DBInstance {
	if found == nil {
		return steps.DBInstance{}
	}
	db := steps.DBInstance{
		ID:                 awssdk.ToString(found.DBInstanceIdentifier),
		ARN:                awssdk.ToString(found.DBInstanceArn),
		Status:             awssdk.ToString(found.DBInstanceStatus),
		Engine:             awssdk.ToString(found.Engine),
		EngineVersion:      awssdk.ToString(found.EngineVersion),
		Class:              awssdk.ToString(found.DBInstanceClass),
		Username:           awssdk.ToString(found.MasterUsername),
		PubliclyAccessible: awssdk.ToBool(found.PubliclyAccessible),
		DeletionProtected:  awssdk.ToBool(found.DeletionProtection),
		BackupRetention:    awssdk.ToInt32(found.BackupRetentionPeriod),
		ClusterID:          awssdk.ToString(found.DBClusterIdentifier),
		ReplicaOf:          awssdk.ToString(found.ReadReplicaSourceDBInstanceIdentifier),
		CreatedAt:          awssdk.ToTime(found.InstanceCreateTime),
		ListenPort:         awssdk.ToInt32(found.DbInstancePort),
	}
	if found.MasterUserSecret != nil {
		db.ManagedSecretARN = awssdk.ToString(found.MasterUserSecret.SecretArn)
	}
	if found.Endpoint != nil {
		db.Host = awssdk.ToString(found.Endpoint.Address)
		db.Port = int(awssdk.ToInt32(found.Endpoint.Port))
		db.ListenPort = cmp.Or(db.ListenPort, int32(db.Port)) // RDS leaves the other zero outside clusters
	}
	db.ListenPort = cmp.Or(db.ListenPort, steps.MySQLPort) // as long as there is no endpoint
	if found.DBSubnetGroup != nil {
		db.VPCID = awssdk.ToString(found.DBSubnetGroup.VpcId)
		for _, subnet := range found.DBSubnetGroup.Subnets {
			db.SubnetIDs = append(db.SubnetIDs, awssdk.ToString(subnet.SubnetIdentifier))
		}
	}
	for _, group := range found.VpcSecurityGroups {
		db.SecurityGroups = append(db.SecurityGroups, awssdk.ToString(group.VpcSecurityGroupId))
	}
	for _, tag := range found.TagList {
		db.Tags = append(db.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
	}
	return db
}

func rdsTags(tags []steps.Tag) []types.Tag {
	var out []types.Tag
	for _, tag := range tags {
		out = append(out, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	return out
}
