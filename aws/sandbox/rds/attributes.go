package rds

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// describeAccountAttributes lists the quotas that the sandbox enforces, and how
// much of each is used.
func (s *Service) describeAccountAttributes(context.Context, *rds.DescribeAccountAttributesInput) (*rds.DescribeAccountAttributesOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	storage := int64(0)
	for _, i := range s.instances {
		storage += int64(*i.db.AllocatedStorage)
	}
	quota := func(name string, used, most int64) types.AccountQuota {
		return types.AccountQuota{AccountQuotaName: aws.String(name), Used: &used, Max: &most}
	}
	return &rds.DescribeAccountAttributesOutput{AccountQuotas: []types.AccountQuota{
		quota("DBInstances", int64(len(s.instances)), InstanceQuota),
		quota("AllocatedStorage", storage, storageQuota),
	}}, nil
}
