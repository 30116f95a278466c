package secrets

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// Rotate is RotateSecret for a rotation schedule in a CloudFormation stack.
func (s *Service) Rotate(ctx context.Context, in *secretsmanager.RotateSecretInput) (*secretsmanager.RotateSecretOutput, error) {
	return s.rotateSecret(ctx, in)
}

// CancelRotation is CancelRotateSecret for a rotation schedule that goes with
// its stack. A secret that is gone has nothing left to cancel; one that only
// waits for its deletion refuses, and the stack's deletion fails.
func (s *Service) CancelRotation(ctx context.Context, secretARN string) error {
	_, err := s.cancelRotateSecret(ctx, &secretsmanager.CancelRotateSecretInput{SecretId: &secretARN})
	var refused *wire.Error
	if errors.As(err, &refused) && refused.Code == codeNotFound {
		return nil
	}
	return err
}
