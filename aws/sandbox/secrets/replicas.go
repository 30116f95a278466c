package secrets

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
)

// errReplicaRegion rejects every replica: the sandbox has one region, and a secret
// cannot be replicated to its own.
func errReplicaRegion() *wire.Error {
	return wire.Errorf(codeInvalidParameter, "Invalid replica region.")
}

func (s *Service) replicateSecretToRegions(ctx context.Context, in *secretsmanager.ReplicateSecretToRegionsInput) (*secretsmanager.ReplicateSecretToRegionsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.findActiveSecret(ctx, "ReplicateSecretToRegions", in.SecretId); err != nil {
		return nil, err
	}
	return nil, errReplicaRegion()
}

// removeRegionsFromReplication does nothing: to remove a region without a replica
// is no error.
func (s *Service) removeRegionsFromReplication(ctx context.Context, in *secretsmanager.RemoveRegionsFromReplicationInput) (*secretsmanager.RemoveRegionsFromReplicationOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "RemoveRegionsFromReplication", in.SecretId)
	if err != nil {
		return nil, err
	}
	return &secretsmanager.RemoveRegionsFromReplicationOutput{ARN: &sec.arn, ReplicationStatus: []types.ReplicationStatusType{}}, nil
}
