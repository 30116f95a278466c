// Package secrets is the sandbox's Secrets Manager: secrets, their versions
// and staging labels, recovery windows, and the rotation that calls a function
// four times. It follows the API reference and the answers recorded from the
// service; where neither says anything, the doc comment says what was chosen.
package secrets

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/schemas"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Invoker is the part of Lambda that a rotation needs.
type Invoker interface {
	// Invocable reports whether the function exists and its policy lets
	// secretsmanager.amazonaws.com invoke it.
	Invocable(functionARN string) bool
	// Invoke runs the function with the event and waits for it. It returns an
	// error if the function could not be run, failed or timed out.
	Invoke(ctx context.Context, functionARN string, event []byte) error
}

// Service holds the secrets of one account and region. One lock guards them
// all; no handler holds it while a function runs.
type Service struct {
	cloud  *cloud.Cloud
	lambda Invoker

	mu      sync.Mutex
	byName  map[string]*secret
	byARN   map[string]*secret
	inOrder []*secret // of creation
	created int64     // counts every secret ever made; orders lists
}

// New makes an empty Secrets Manager whose rotations run in the background of
// c until c closes.
func New(c *cloud.Cloud, lambda Invoker) *Service {
	s := &Service{cloud: c, lambda: lambda, byName: map[string]*secret{}, byARN: map[string]*secret{}}
	c.Go(s.keepSchedules)
	return s
}

// Wire lists the operations for the HTTP endpoint.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name:      "secretsmanager",
		Protocol:  wire.AWSJSON,
		Target:    "secretsmanager.",
		ErrorText: "Message",
		Accesses:  s.accesses,
		Operations: []wire.Operation{
			wire.JSONOp(schemas.BatchGetSecretValue, schemas.BatchGetSecretValueResponse, s.batchGetSecretValue),
			wire.JSONOp(schemas.CancelRotateSecret, schemas.CancelRotateSecretResponse, s.cancelRotateSecret),
			wire.JSONOp(schemas.CreateSecret, schemas.CreateSecretResponse, s.createSecret),
			wire.JSONOp(schemas.DeleteResourcePolicy, schemas.DeleteResourcePolicyResponse, s.deleteResourcePolicy),
			wire.JSONOp(schemas.DeleteSecret, schemas.DeleteSecretResponse, s.deleteSecret),
			wire.JSONOp(schemas.DescribeSecret, schemas.DescribeSecretResponse, s.describeSecret),
			wire.JSONOp(schemas.GetRandomPassword, schemas.GetRandomPasswordResponse, s.getRandomPassword),
			wire.JSONOp(schemas.GetResourcePolicy, schemas.GetResourcePolicyResponse, s.getResourcePolicy),
			wire.JSONOp(schemas.GetSecretValue, schemas.GetSecretValueResponse, s.getSecretValue),
			wire.JSONOp(schemas.ListSecretVersionIds, schemas.ListSecretVersionIdsResponse, s.listSecretVersionIDs),
			wire.JSONOp(schemas.ListSecrets, schemas.ListSecretsResponse, s.listSecrets),
			wire.JSONOp(schemas.PutResourcePolicy, schemas.PutResourcePolicyResponse, s.putResourcePolicy),
			wire.JSONOp(schemas.PutSecretValue, schemas.PutSecretValueResponse, s.putSecretValue),
			wire.JSONOp(schemas.RemoveRegionsFromReplication, schemas.RemoveRegionsFromReplicationResponse, s.removeRegionsFromReplication),
			wire.JSONOp(schemas.ReplicateSecretToRegions, schemas.ReplicateSecretToRegionsResponse, s.replicateSecretToRegions),
			wire.JSONOp(schemas.RestoreSecret, schemas.RestoreSecretResponse, s.restoreSecret),
			wire.JSONOp(schemas.RotateSecret, schemas.RotateSecretResponse, s.rotateSecret),
			wire.JSONOp(schemas.TagResource, nil, s.tagResource),
			wire.JSONOp(schemas.UntagResource, nil, s.untagResource),
			wire.JSONOp(schemas.UpdateSecret, schemas.UpdateSecretResponse, s.updateSecret),
			wire.JSONOp(schemas.UpdateSecretVersionStage, schemas.UpdateSecretVersionStageResponse, s.updateSecretVersionStage),
			wire.JSONOp(schemas.ValidateResourcePolicy, schemas.ValidateResourcePolicyResponse, s.validateResourcePolicy),
		},
	}
}

// now is the account's clock in the service's resolution, a millisecond.
func (s *Service) now() time.Time { return s.cloud.Now().UTC().Truncate(time.Millisecond) }
