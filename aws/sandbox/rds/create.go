package rds

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// Quotas of a new account in a region (RDS User Guide, "Quotas in Amazon RDS"):
// DB instances, and the storage of all of them in GiB.
const (
	InstanceQuota = 40
	storageQuota  = 100_000
)

// createDBInstance answers at once. The server boots in the background, and the
// endpoint appears later.
func (s *Service) createDBInstance(ctx context.Context, in *rds.CreateDBInstanceInput) (*rds.CreateDBInstanceOutput, error) {
	db, err := s.newDBInstance(in)
	if err != nil {
		return nil, err
	}
	id, password := *db.DBInstanceIdentifier, steps.NewPassword(*in.MasterUserPassword)

	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.instances[id]; taken {
		return nil, wire.Errorf("DBInstanceAlreadyExists", "DB instance already exists")
	}
	if err := s.checkQuotas(*db.AllocatedStorage); err != nil {
		return nil, err
	}
	i := &instance{db: db, stopServer: make(chan struct{})}
	if s.createServiceLinkedRole(ctx) != nil { // Aurora user guide, "Creating an Aurora Serverless v1 DB cluster"
		return nil, wire.Errorf("InvalidParameterValue", "Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait and try again later")
	}
	s.instances[id] = i
	s.runInBackground(i, func(ctx context.Context) { s.startInstance(ctx, i, password) })
	return &rds.CreateDBInstanceOutput{DBInstance: &db}, nil
}

func (s *Service) checkQuotas(storage int32) error {
	if len(s.instances) >= InstanceQuota {
		return wire.Errorf("InstanceQuotaExceeded", "Cannot create more than %d DB instances", InstanceQuota)
	}
	for _, i := range s.instances {
		storage += *i.db.AllocatedStorage
	}
	if storage > storageQuota {
		return wire.Errorf("StorageQuotaExceeded", "The request would exceed the allowed storage of %d GiB for all DB instances", storageQuota)
	}
	return nil
}

// newDBInstance validates a request by RDS's rules and returns the instance that
// it asks for, with RDS's defaults.
func (s *Service) newDBInstance(in *rds.CreateDBInstanceInput) (types.DBInstance, error) {
	var empty types.DBInstance
	if err := checkSupported(in, createParameters); err != nil {
		return empty, err
	}
	if err := checkParameters(in); err != nil {
		return empty, err
	}
	version, err := resolveVersion(in.EngineVersion)
	if err != nil {
		return empty, err
	}
	class := *in.DBInstanceClass
	if err := checkClass(class, version); err != nil {
		return empty, err
	}
	storage, err := resolveStorage(storage{kind: in.StorageType, size: in.AllocatedStorage, iops: in.Iops, throughput: in.StorageThroughput})
	if err != nil {
		return empty, err
	}
	if err := checkMaxStorage(in.MaxAllocatedStorage, *storage.size); err != nil {
		return empty, err
	}
	tags, err := validateTags(in.Tags)
	if err != nil {
		return empty, err
	}
	if err := s.checkPlacement(in, version); err != nil {
		return empty, err
	}
	members, err := s.memberships(in.VpcSecurityGroupIds)
	if err != nil {
		return empty, err
	}
	support, err := lifecycleSupport(in.EngineLifecycleSupport, version, s.cloud.Now())
	if err != nil {
		return empty, err
	}

	backups, maintenance, err := chooseWindows(aws.ToString(in.PreferredBackupWindow), aws.ToString(in.PreferredMaintenanceWindow))
	if err != nil {
		return empty, err
	}

	id := strings.ToLower(*in.DBInstanceIdentifier)
	group, err := s.subnetGroupNamed(aws.ToString(in.DBSubnetGroupName))
	if err != nil {
		return empty, err
	}
	db := types.DBInstance{
		AllocatedStorage:           in.AllocatedStorage,
		ActivityStreamStatus:       types.ActivityStreamStatusStopped,
		AssociatedRoles:            []types.DBInstanceRole{},
		AutoMinorVersionUpgrade:    orBool(in.AutoMinorVersionUpgrade, true),
		AvailabilityZone:           orString(in.AvailabilityZone, *group.Subnets[0].SubnetAvailabilityZone.Name),
		BackupRetentionPeriod:      orInt32(in.BackupRetentionPeriod, 1),
		BackupTarget:               aws.String("region"),
		CACertificateIdentifier:    aws.String(certificateAuthority),
		CopyTagsToSnapshot:         orBool(in.CopyTagsToSnapshot, false),
		CustomerOwnedIpEnabled:     aws.Bool(false),
		DatabaseInsightsMode:       types.DatabaseInsightsModeStandard,
		DBInstanceArn:              aws.String(s.cloud.ARN("rds", "db:"+id)),
		DBInstanceClass:            &class,
		DBInstanceIdentifier:       &id,
		DBInstanceStatus:           aws.String(creating),
		DBParameterGroups:          []types.DBParameterGroupStatus{{DBParameterGroupName: aws.String(version.parameterGroup()), ParameterApplyStatus: aws.String("in-sync")}},
		DBSecurityGroups:           []types.DBSecurityGroupMembership{},
		DBSubnetGroup:              group,
		DbInstancePort:             orInt32(in.Port, 3306),
		DBName:                     in.DBName,
		DbiResourceId:              aws.String(newResourceID()),
		DedicatedLogVolume:         aws.Bool(false),
		DeletionProtection:         orBool(in.DeletionProtection, false),
		DomainMemberships:          []types.DomainMembership{},
		Engine:                     aws.String(engine),
		EngineLifecycleSupport:     &support,
		EngineVersion:              aws.String(version.String()),
		LicenseModel:               aws.String(licenseModel),
		MasterUsername:             in.MasterUsername,
		MaxAllocatedStorage:        in.MaxAllocatedStorage,
		MonitoringInterval:         aws.Int32(0),
		MultiAZ:                    orBool(in.MultiAZ, false),
		NetworkType:                aws.String("IPV4"),
		OptionGroupMemberships:     []types.OptionGroupMembership{{OptionGroupName: aws.String(version.optionGroup()), Status: aws.String("in-sync")}},
		PendingModifiedValues:      &types.PendingModifiedValues{MasterUserPassword: aws.String(maskedPassword)},
		PerformanceInsightsEnabled: aws.Bool(false),
		PreferredBackupWindow:      &backups,
		PreferredMaintenanceWindow: &maintenance,
		PubliclyAccessible:         orBool(in.PubliclyAccessible, true),
		StorageEncrypted:           orBool(in.StorageEncrypted, false),
		TagList:                    tags,
		VpcSecurityGroups:          members,

		IAMDatabaseAuthenticationEnabled: aws.Bool(false),
		IsStorageConfigUpgradeAvailable:  aws.Bool(false),
		ReadReplicaDBInstanceIdentifiers: []string{},
	}
	storage.applyTo(&db)
	if aws.ToBool(db.StorageEncrypted) {
		db.KmsKeyId = aws.String(s.cloud.ARN("kms", "alias/aws/rds"))
	}
	return db, nil
}

// startInstance takes an instance from creating to available. The times are those of
// real creations, 4m33s to 5m45s in public logs.
func (s *Service) startInstance(ctx context.Context, i *instance, password steps.Password) {
	if s.cloud.Sleep(ctx, 4*time.Minute+30*time.Second, 3500*time.Millisecond) != nil {
		return
	}
	if err := s.startServer(i, password); err != nil {
		s.cloud.Log.Error("database not created", "instance", *i.db.DBInstanceIdentifier, "err", err)
		s.update(i, func(db *types.DBInstance) { db.DBInstanceStatus = aws.String(failed) })
		return
	}
	if s.cloud.Sleep(ctx, 45*time.Second, 1500*time.Millisecond) != nil {
		return
	}
	s.createFirstBackup(ctx, i)
	if ctx.Err() != nil {
		return
	}
	s.update(i, func(db *types.DBInstance) {
		db.DBInstanceStatus = aws.String(available)
		db.PendingModifiedValues = &types.PendingModifiedValues{}
	})
}

// createFirstBackup takes the first automated backup, unless backups are off.
func (s *Service) createFirstBackup(ctx context.Context, i *instance) {
	s.mu.RLock()
	kept := aws.ToInt32(i.db.BackupRetentionPeriod) > 0
	s.mu.RUnlock()
	if !kept {
		return
	}
	s.update(i, func(db *types.DBInstance) { db.DBInstanceStatus = aws.String(backingUp) })
	if s.cloud.Sleep(ctx, 30*time.Second, time.Second) == nil {
		s.update(i, func(db *types.DBInstance) { db.LatestRestorableTime = aws.Time(s.cloud.Now().UTC()) })
	}
}

// maskedPassword is what RDS shows for a pending password.
const maskedPassword = "****"

// newResourceID returns an identifier that an instance keeps for its whole life:
// "db-" and 26 characters.
func newResourceID() string {
	var b [17]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return "db-" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])[:26]
}

func orBool(p *bool, otherwise bool) *bool {
	if p == nil {
		return &otherwise
	}
	return p
}

func orInt32(p *int32, otherwise int32) *int32 {
	if p == nil {
		return &otherwise
	}
	return p
}

func orString(p *string, otherwise string) *string {
	if aws.ToString(p) == "" {
		return &otherwise
	}
	return p
}
