package rds

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
)

// deleteDBInstance deletes an instance in any state but deleting, and cancels
// its background work.
func (s *Service) deleteDBInstance(_ context.Context, in *rds.DeleteDBInstanceInput) (*rds.DeleteDBInstanceOutput, error) {
	snapshot := aws.ToString(in.FinalDBSnapshotIdentifier)
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findForUpdate(in.DBInstanceIdentifier)
	if err != nil {
		return nil, err
	}
	switch {
	case i.status() == deleting:
		return nil, wire.Errorf("InvalidDBInstanceState", "Instance %s is already being deleted.", *i.db.DBInstanceIdentifier)
	case aws.ToBool(i.db.DeletionProtection):
		return nil, wire.Errorf("InvalidParameterCombination", "Cannot delete protected DB Instance, please disable deletion protection and try again.")
	case aws.ToBool(in.SkipFinalSnapshot) && snapshot != "":
		return nil, wire.Errorf("InvalidParameterCombination", "You cannot specify both FinalDBSnapshotIdentifier and SkipFinalSnapshot")
	case !aws.ToBool(in.SkipFinalSnapshot):
		if err := checkFinalSnapshot(i, snapshot); err != nil {
			return nil, err
		}
	}
	i.db.DBInstanceStatus = aws.String(deleting)
	s.runInBackground(i, func(ctx context.Context) { s.stopInstance(ctx, i) })
	db := i.db
	return &rds.DeleteDBInstanceOutput{DBInstance: &db}, nil
}

// checkFinalSnapshot rejects every final snapshot, if not for another error then
// for the quota: the sandbox keeps databases in memory and has no place for a
// snapshot, so its quota is 0.
func checkFinalSnapshot(i *instance, snapshot string) error {
	if snapshot == "" {
		return wire.Errorf("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
	}
	if len(snapshot) > 255 || !identifierPattern.MatchString(snapshot) {
		return wire.Errorf("InvalidParameterValue", "The parameter FinalDBSnapshotIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.")
	}
	if i.status() != available {
		return wire.Errorf("InvalidDBInstanceState", "Cannot create a snapshot because the database instance %s is not currently in the available state.", *i.db.DBInstanceIdentifier)
	}
	return wire.Errorf("SnapshotQuotaExceeded", "Cannot create more than 0 manual snapshots")
}

// stopInstance removes an instance in the time that a real one takes, about four
// minutes. Its server stops early in that time.
func (s *Service) stopInstance(ctx context.Context, i *instance) {
	if s.cloud.Sleep(ctx, time.Minute, 500*time.Millisecond) != nil {
		return
	}
	close(i.stopServer)
	if s.cloud.Sleep(ctx, 3*time.Minute, 2*time.Second) != nil {
		return
	}
	s.update(i, func(db *types.DBInstance) { delete(s.instances, *db.DBInstanceIdentifier) })
}
