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

// CancelRotation is CancelRotateSecret for a rotation schedule that is deleted
// with its stack. For a deleted secret there is nothing to cancel. For one in its
// recovery window the call fails, and so does the stack's deletion.
func (s *Service) CancelRotation(ctx context.Context, secretARN string) error {
	_, err := s.cancelRotateSecret(ctx, &secretsmanager.CancelRotateSecretInput{SecretId: &secretARN})
	var refused *wire.Error
	if errors.As(err, &refused) && refused.Code == codeNotFound {
		return nil
	}
	return err
}
