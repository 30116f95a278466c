// Package secrets is the sandbox's Secrets Manager: secrets, their versions
// and staging labels, recovery windows, and the rotation that calls a function
// four times. It follows the API reference and the answers recorded from the
// service; where neither says anything, the doc comment says what was chosen.
package secrets

import (
	"context"
	"sync"
	"time"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Invoker is the part of Lambda that a rotation needs.
type Invoker interface {
	// Invocable reports whether the function exists and its policy allows
	// secretsmanager.amazonaws.com to invoke it.
	Invocable(functionARN string) bool
	// Invoke runs the function with the event and waits for it. It returns an
	// error if the function could not be run, failed or timed out.
	Invoke(ctx context.Context, functionARN string, event []byte) error
}

// Service has the secrets of one account and region. One lock guards them all. No
// handler holds it while a function runs.
type Service struct {
	cloud  *cloud.Cloud
	lambda Invoker

	mu          sync.Mutex
	byName      map[string]*secret
	byARN       map[string]*secret
	inOrder     []*secret // of creation
	secretCount int64     // counts every secret ever made; orders lists
}

// New returns an empty Secrets Manager. Its rotations run in the background until
// c closes.
func New(c *cloud.Cloud, lambda Invoker) *Service {
	s := &Service{cloud: c, lambda: lambda, byName: map[string]*secret{}, byARN: map[string]*secret{}}
	c.Go(s.runSchedules)
	return s
}

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name:        "secretsmanager",
		Protocol:    wire.AWSJSON,
		Target:      "secretsmanager.",
		ErrorMember: "Message",
		Accesses:    s.accesses,
		Operations: []wire.Operation{
			wire.Op("BatchGetSecretValue", s.batchGetSecretValue),
			wire.Op("CancelRotateSecret", s.cancelRotateSecret),
			wire.Op("CreateSecret", s.createSecret),
			wire.Op("DeleteResourcePolicy", s.deleteResourcePolicy),
			wire.Op("DeleteSecret", s.deleteSecret),
			wire.Op("DescribeSecret", s.describeSecret),
			wire.Op("GetRandomPassword", s.getRandomPassword),
			wire.Op("GetResourcePolicy", s.getResourcePolicy),
			wire.Op("GetSecretValue", s.getSecretValue),
			wire.Op("ListSecretVersionIds", s.listSecretVersionIDs),
			wire.Op("ListSecrets", s.listSecrets),
			wire.Op("PutResourcePolicy", s.putResourcePolicy),
			wire.Op("PutSecretValue", s.putSecretValue),
			wire.Op("RemoveRegionsFromReplication", s.removeRegionsFromReplication),
			wire.Op("ReplicateSecretToRegions", s.replicateSecretToRegions),
			wire.Op("RestoreSecret", s.restoreSecret),
			wire.Op("RotateSecret", s.rotateSecret),
			wire.Op("TagResource", s.tagResource),
			wire.Op("UntagResource", s.untagResource),
			wire.Op("UpdateSecret", s.updateSecret),
			wire.Op("UpdateSecretVersionStage", s.updateSecretVersionStage),
			wire.Op("ValidateResourcePolicy", s.validateResourcePolicy),
		},
	}
}

// now returns the time in the service's resolution, a millisecond.
func (s *Service) now() time.Time { return s.cloud.Now().UTC().Truncate(time.Millisecond) }
