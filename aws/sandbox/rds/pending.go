package rds

import (
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
)

// deferChanges records what waits for the maintenance window. A setting that the
// request names replaces what was pending for it, even if the request asks for
// the present value.
func (m *modification) deferChanges(db types.DBInstance, in *rds.ModifyDBInstanceInput) error {
	if in.DBInstanceClass != nil {
		v, err := resolveVersion(db.EngineVersion)
		if err != nil {
			return err
		}
		if err := checkClass(*in.DBInstanceClass, v); err != nil {
			return err
		}
		m.pending.DBInstanceClass = ifChanged(in.DBInstanceClass, db.DBInstanceClass)
	}
	if in.MultiAZ != nil {
		m.pending.MultiAZ = ifChanged(in.MultiAZ, db.MultiAZ)
	}
	if in.BackupRetentionPeriod != nil {
		m.pending.BackupRetentionPeriod = nil
		if !changesRetentionOnly(db, in) {
			m.pending.BackupRetentionPeriod = ifChanged(in.BackupRetentionPeriod, db.BackupRetentionPeriod)
		}
	}
	return m.deferStorage(db, in)
}

func (m *modification) deferStorage(db types.DBInstance, in *rds.ModifyDBInstanceInput) error {
	if in.AllocatedStorage == nil && in.StorageType == nil && in.Iops == nil && in.StorageThroughput == nil {
		return nil
	}
	want := storage{
		kind: orString(in.StorageType, *orString(m.pending.StorageType, *db.StorageType)),
		size: orInt32(in.AllocatedStorage, *orInt32(m.pending.AllocatedStorage, *db.AllocatedStorage)),
		iops: in.Iops, throughput: in.StorageThroughput,
	}
	// Storage grows by a tenth at least (ModifyDBInstance, AllocatedStorage).
	if *want.size < *db.AllocatedStorage {
		return wire.Errorf("InvalidParameterCombination", "Invalid storage size: %d. The storage of a DB instance cannot be made smaller than the allocated %d GiB.", *want.size, *db.AllocatedStorage)
	}
	if tenth := *db.AllocatedStorage + (*db.AllocatedStorage+9)/10; *want.size > *db.AllocatedStorage && *want.size < tenth {
		want.size = &tenth
	}
	got, err := resolveStorage(want)
	if err != nil {
		return err
	}
	m.pending.AllocatedStorage = ifChanged(got.size, db.AllocatedStorage)
	m.pending.StorageType = ifChanged(got.kind, db.StorageType)
	m.pending.Iops = ifChanged(got.iops, db.Iops)
	m.pending.StorageThroughput = ifChanged(got.throughput, db.StorageThroughput)
	return nil
}

// ifChanged returns the new value, or nil if there is none or it equals the
// present one.
func ifChanged[T comparable](value, there *T) *T {
	if value == nil || there != nil && *value == *there {
		return nil
	}
	return value
}

func applyPending(db *types.DBInstance) {
	p := *db.PendingModifiedValues
	replace(&db.DBInstanceClass, p.DBInstanceClass)
	replace(&db.MultiAZ, p.MultiAZ)
	replace(&db.BackupRetentionPeriod, p.BackupRetentionPeriod)
	replace(&db.AllocatedStorage, p.AllocatedStorage)
	replace(&db.StorageType, p.StorageType)
	if p.StorageType != nil { // the new type may have neither
		db.Iops, db.StorageThroughput = p.Iops, p.StorageThroughput
	}
	replace(&db.Iops, p.Iops)
	replace(&db.StorageThroughput, p.StorageThroughput)
	db.PendingModifiedValues = &types.PendingModifiedValues{MasterUserPassword: p.MasterUserPassword}
}

// isEmpty reports whether nothing is pending, a password aside.
func isEmpty(p types.PendingModifiedValues) bool {
	return p.DBInstanceClass == nil && p.MultiAZ == nil && p.BackupRetentionPeriod == nil &&
		p.AllocatedStorage == nil && p.StorageType == nil && p.Iops == nil && p.StorageThroughput == nil
}
