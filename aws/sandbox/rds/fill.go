package rds

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// Fill adds n instances without servers. Of ten, one is PostgreSQL, one a member
// of an Aurora cluster and one is stopped.
func (s *Service) Fill(n int) {
	members, err := s.memberships(nil)
	if err != nil {
		return // the VPC's default group is always there
	}
	group := s.defaultSubnetGroup()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range n {
		id := fmt.Sprintf("filled-%05d", i)
		db := types.DBInstance{
			DBInstanceIdentifier: &id, DBInstanceArn: aws.String(s.cloud.ARN("rds", "db:"+id)), DbiResourceId: aws.String(newResourceID()),
			DBInstanceClass: aws.String("db.r6g.large"), DBInstanceStatus: aws.String(available), Engine: aws.String(engine),
			EngineVersion: aws.String("8.4.7"), MasterUsername: aws.String("admin"), AllocatedStorage: aws.Int32(0), DbInstancePort: aws.Int32(3306),
			DBSubnetGroup: group, VpcSecurityGroups: members, PubliclyAccessible: aws.Bool(false),
			Endpoint: &types.Endpoint{Address: aws.String(id + ".rds.invalid"), Port: aws.Int32(3306)},
		}
		switch i % 10 {
		case 3:
			db.Engine, db.EngineVersion = aws.String("postgres"), aws.String("17.2")
		case 5:
			db.Engine, db.EngineVersion, db.DBClusterIdentifier = aws.String("aurora-mysql"), aws.String("8.0.mysql_aurora.3.08.0"), aws.String("shop")
		case 7:
			db.DBInstanceStatus = aws.String("stopped")
		}
		s.instances[id] = &instance{db: db, stopServer: make(chan struct{})}
	}
}
