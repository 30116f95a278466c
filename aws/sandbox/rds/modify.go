package rds

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// modifyParameters are the members of ModifyDBInstance that the sandbox
// supports.
var modifyParameters = []string{
	"AllocatedStorage", "AllowMajorVersionUpgrade", "ApplyImmediately", "AutoMinorVersionUpgrade", "BackupRetentionPeriod",
	"CACertificateIdentifier", "CertificateRotationRestart", "CopyTagsToSnapshot", "DBInstanceClass", "DBInstanceIdentifier",
	"DBPortNumber", "DeletionProtection", "EngineVersion", "Iops", "MasterUserPassword", "MaxAllocatedStorage", "MultiAZ",
	"PreferredBackupWindow", "PreferredMaintenanceWindow", "PubliclyAccessible", "StorageThroughput", "StorageType",
	"VpcSecurityGroupIds",
}

// modification is what a ModifyDBInstance changes, by when it takes effect.
type modification struct {
	applyNow     func(*types.DBInstance) // in force with the answer
	applySoon    func(*types.DBInstance) // in force shortly, whatever ApplyImmediately says; nil if nothing
	password     steps.Password          // the same; zero if it stays
	pending      types.PendingModifiedValues
	applyPending bool // pending values are to be in force shortly, too
}

// changesSettings reports whether anything but the password changes shortly.
func (m modification) changesSettings() bool {
	return m.applySoon != nil || m.applyPending && !isEmpty(m.pending)
}

// modifyDBInstance sorts the changes as the RDS User Guide does ("Settings for
// DB instances"): at once, soon, or in the next maintenance window unless
// ApplyImmediately is set.
func (s *Service) modifyDBInstance(_ context.Context, in *rds.ModifyDBInstanceInput) (*rds.ModifyDBInstanceOutput, error) {
	if err := checkSupported(in, modifyParameters); err != nil {
		return nil, err
	}
	var members []types.VpcSecurityGroupMembership
	if len(in.VpcSecurityGroupIds) > 0 {
		var err error
		if members, err = s.memberships(in.VpcSecurityGroupIds); err != nil {
			return nil, err
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findForUpdate(in.DBInstanceIdentifier)
	if err != nil {
		return nil, err
	}
	if i.status() != available {
		return nil, notAvailable()
	}
	m, err := newModification(i.db, in, members)
	if err != nil {
		return nil, err
	}
	m.applyNow(&i.db)
	i.db.PendingModifiedValues = &m.pending
	switch {
	case m.changesSettings():
		i.db.DBInstanceStatus = aws.String(modifying)
	case !m.password.IsZero():
		i.db.DBInstanceStatus = aws.String(resettingCredentials)
	}
	if i.status() != available {
		s.runInBackground(i, func(ctx context.Context) { s.applyModification(ctx, i, m) })
	}
	db := i.db
	return &rds.ModifyDBInstanceOutput{DBInstance: &db}, nil
}

// applyModification applies a modification while the instance is modifying, and
// then the password while it is resetting-master-credentials.
func (s *Service) applyModification(ctx context.Context, i *instance, m modification) {
	if m.changesSettings() {
		if s.cloud.Sleep(ctx, 30*time.Second, time.Second) != nil {
			return
		}
		s.update(i, func(db *types.DBInstance) {
			if m.applySoon != nil {
				m.applySoon(db)
			}
			if m.applyPending {
				applyPending(db)
			}
			db.DBInstanceStatus = aws.String(available)
			if !m.password.IsZero() {
				db.DBInstanceStatus = aws.String(resettingCredentials)
			}
		})
	}
	if m.password.IsZero() || s.cloud.Sleep(ctx, 30*time.Second, time.Second) != nil {
		return
	}
	if err := i.server.SetPassword(*i.db.MasterUsername, m.password); err != nil {
		s.cloud.Log.Error("master password not changed", "instance", *i.db.DBInstanceIdentifier, "err", err)
	}
	s.update(i, func(db *types.DBInstance) {
		rest := *db.PendingModifiedValues
		rest.MasterUserPassword = nil
		db.PendingModifiedValues = &rest
		db.DBInstanceStatus = aws.String(available)
	})
}

func newModification(db types.DBInstance, in *rds.ModifyDBInstanceInput, members []types.VpcSecurityGroupMembership) (modification, error) {
	m := modification{applyPending: aws.ToBool(in.ApplyImmediately), pending: *db.PendingModifiedValues}
	m.pending.MasterUserPassword = nil
	for _, err := range []error{
		checkRetention(in.BackupRetentionPeriod),
		checkPort(in.DBPortNumber),
		checkUnchanged(db, in),
		checkWindows(*orString(lowerCase(in.PreferredBackupWindow), *db.PreferredBackupWindow), *orString(lowerCase(in.PreferredMaintenanceWindow), *db.PreferredMaintenanceWindow)),
	} {
		if err != nil {
			return m, err
		}
	}
	if in.MasterUserPassword != nil {
		if err := checkPassword(*in.MasterUserPassword); err != nil {
			return m, err
		}
		m.password = steps.NewPassword(*in.MasterUserPassword)
		m.pending.MasterUserPassword = aws.String(maskedPassword)
	}
	if err := m.deferChanges(db, in); err != nil {
		return m, err
	}
	// A ceiling at the storage that there is turns autoscaling off (RDS User
	// Guide, "Turning off storage autoscaling").
	storage := *orInt32(m.pending.AllocatedStorage, *db.AllocatedStorage)
	fixed := in.MaxAllocatedStorage != nil && *in.MaxAllocatedStorage == storage
	if err := checkMaxStorage(in.MaxAllocatedStorage, storage); err != nil && !fixed {
		return m, err
	}
	m.applyNow = func(db *types.DBInstance) {
		replace(&db.AutoMinorVersionUpgrade, in.AutoMinorVersionUpgrade)
		replace(&db.CopyTagsToSnapshot, in.CopyTagsToSnapshot)
		replace(&db.DeletionProtection, in.DeletionProtection)
		replace(&db.MaxAllocatedStorage, in.MaxAllocatedStorage)
		if fixed {
			db.MaxAllocatedStorage = nil
		}
		replace(&db.PreferredBackupWindow, lowerCase(in.PreferredBackupWindow))
		replace(&db.PreferredMaintenanceWindow, lowerCase(in.PreferredMaintenanceWindow))
		if members != nil {
			db.VpcSecurityGroups = groupsInTransition(db.VpcSecurityGroups, members)
		}
	}
	if in.PubliclyAccessible != nil || members != nil || in.DBPortNumber != nil || changesRetentionOnly(db, in) {
		m.applySoon = func(db *types.DBInstance) {
			replace(&db.PubliclyAccessible, in.PubliclyAccessible)
			replace(&db.DbInstancePort, in.DBPortNumber)
			if changesRetentionOnly(*db, in) {
				replace(&db.BackupRetentionPeriod, in.BackupRetentionPeriod)
			}
			if members != nil {
				db.VpcSecurityGroups = members
			}
		}
	}
	return m, nil
}

// checkUnchanged rejects a new value for a setting that has only one.
func checkUnchanged(db types.DBInstance, in *rds.ModifyDBInstanceInput) error {
	if v := aws.ToString(in.EngineVersion); v != "" && v != *db.EngineVersion {
		return wire.Errorf("InvalidParameterCombination", "Cannot upgrade %s from %s to %s", engine, *db.EngineVersion, v)
	}
	if n := aws.ToString(in.CACertificateIdentifier); n != "" && n != certificateAuthority {
		return &wire.Error{Code: "CertificateNotFound", Message: "Certificate " + n + " not found.", Status: 404}
	}
	return nil
}

// changesRetentionOnly reports whether the request changes the backup retention
// from one number of days to another. That takes effect soon; turning backups on
// or off waits for the maintenance window.
func changesRetentionOnly(db types.DBInstance, in *rds.ModifyDBInstanceInput) bool {
	return aws.ToInt32(in.BackupRetentionPeriod) > 0 && *db.BackupRetentionPeriod > 0 && *in.BackupRetentionPeriod != *db.BackupRetentionPeriod
}

// groupsInTransition returns the security groups during a change: the old ones,
// still in force, and those being added.
func groupsInTransition(old, members []types.VpcSecurityGroupMembership) []types.VpcSecurityGroupMembership {
	in := func(list []types.VpcSecurityGroupMembership, id string) bool {
		return slices.ContainsFunc(list, func(m types.VpcSecurityGroupMembership) bool { return *m.VpcSecurityGroupId == id })
	}
	var both []types.VpcSecurityGroupMembership
	for _, m := range old {
		if !in(members, *m.VpcSecurityGroupId) {
			m.Status = aws.String("removing")
		}
		both = append(both, m)
	}
	for _, m := range members {
		if !in(old, *m.VpcSecurityGroupId) {
			m.Status = aws.String("adding")
			both = append(both, m)
		}
	}
	return both
}

// replace sets a value unless the new one is nil.
func replace[T any](place **T, value *T) {
	if value != nil {
		*place = value
	}
}

func lowerCase(text *string) *string {
	if text == nil {
		return nil
	}
	return aws.String(strings.ToLower(*text))
}
