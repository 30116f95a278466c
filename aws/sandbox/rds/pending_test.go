package rds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"keyturn/aws/sandbox/cloud"
)

func TestLaterModificationReplacesThePendingOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second rds.ModifyDBInstanceInput
		pending       types.PendingModifiedValues
	}{
		"another class": {
			rds.ModifyDBInstanceInput{DBInstanceClass: aws.String("db.t3.small")},
			rds.ModifyDBInstanceInput{DBInstanceClass: aws.String("db.t3.medium")},
			types.PendingModifiedValues{DBInstanceClass: aws.String("db.t3.medium")},
		},
		"the class that it has": {
			rds.ModifyDBInstanceInput{DBInstanceClass: aws.String("db.t3.small")},
			rds.ModifyDBInstanceInput{DBInstanceClass: aws.String("db.t4g.micro")},
			types.PendingModifiedValues{},
		},
		"the backups that it has": {
			rds.ModifyDBInstanceInput{BackupRetentionPeriod: aws.Int32(7)},
			rds.ModifyDBInstanceInput{BackupRetentionPeriod: aws.Int32(0)},
			types.PendingModifiedValues{},
		},
		"one zone, as it has": {
			rds.ModifyDBInstanceInput{MultiAZ: aws.Bool(true)},
			rds.ModifyDBInstanceInput{MultiAZ: aws.Bool(false)},
			types.PendingModifiedValues{},
		},
		"the storage that it has": {
			rds.ModifyDBInstanceInput{AllocatedStorage: aws.Int32(40)},
			rds.ModifyDBInstanceInput{AllocatedStorage: aws.Int32(20)},
			types.PendingModifiedValues{},
		},
		"another setting, which leaves the first": {
			rds.ModifyDBInstanceInput{AllocatedStorage: aws.Int32(40)},
			rds.ModifyDBInstanceInput{StorageType: aws.String("gp2")},
			types.PendingModifiedValues{AllocatedStorage: aws.Int32(40), StorageType: aws.String("gp2")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, cloud.Instant)
			a.createInstance(t, nil)
			c.first.DBInstanceIdentifier, c.second.DBInstanceIdentifier = aws.String(tutorialID), aws.String(tutorialID)
			call(t, a.modifyDBInstance, &c.first)
			got := call(t, a.modifyDBInstance, &c.second).DBInstance.PendingModifiedValues
			if diff := cmp.Diff(&c.pending, got, cmpopts.IgnoreUnexported(types.PendingModifiedValues{})); diff != "" {
				t.Errorf("pending (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetentionAppliesOverThePendingOne(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.BackupRetentionPeriod = aws.Int32(1) })
	id := aws.String(tutorialID)
	call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: id, BackupRetentionPeriod: aws.Int32(0)})
	call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: id, BackupRetentionPeriod: aws.Int32(7), ApplyImmediately: aws.Bool(true)})
	if db := a.waitUntilAvailable(t, tutorialID); *db.BackupRetentionPeriod != 7 || db.PendingModifiedValues.BackupRetentionPeriod != nil {
		t.Errorf("backups for %d days, pending %v", *db.BackupRetentionPeriod, db.PendingModifiedValues.BackupRetentionPeriod)
	}
}

func TestMaxStorageAtCurrentSizeDisablesAutoscaling(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.createInstance(t, func(in *rds.CreateDBInstanceInput) { in.MaxAllocatedStorage = aws.Int32(100) })
	id := aws.String(tutorialID)
	wantError(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: id, MaxAllocatedStorage: aws.Int32(19)},
		"InvalidParameterCombination", "Max storage size must be greater than storage size")
	off := call(t, a.modifyDBInstance, &rds.ModifyDBInstanceInput{DBInstanceIdentifier: id, MaxAllocatedStorage: aws.Int32(20)}).DBInstance
	if off.MaxAllocatedStorage != nil {
		t.Errorf("storage still grows to %d", *off.MaxAllocatedStorage)
	}
}
