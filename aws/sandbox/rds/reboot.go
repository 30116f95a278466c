package rds

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
)

// rebootDBInstance closes the open connections and lets none in until the
// instance is available again.
func (s *Service) rebootDBInstance(_ context.Context, in *rds.RebootDBInstanceInput) (*rds.RebootDBInstanceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findForUpdate(in.DBInstanceIdentifier)
	if err != nil {
		return nil, err
	}
	if i.status() != available {
		return nil, notAvailable()
	}
	if aws.ToBool(in.ForceFailover) && !aws.ToBool(i.db.MultiAZ) {
		return nil, wire.Errorf("InvalidParameterCombination", "Cannot reboot DB Instance with failover because it is not configured for Multi-AZ.")
	}
	i.db.DBInstanceStatus = aws.String(rebooting)
	s.runInBackground(i, func(ctx context.Context) {
		i.gate.closeSessions()
		if s.cloud.Sleep(ctx, 30*time.Second, time.Second) == nil {
			s.update(i, func(db *types.DBInstance) { db.DBInstanceStatus = aws.String(available) })
		}
	})
	db := i.db
	return &rds.RebootDBInstanceOutput{DBInstance: &db}, nil
}
