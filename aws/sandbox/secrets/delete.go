package secrets

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// The recovery window of DeleteSecret, in days.
const (
	minRecoveryDays     = 7
	maxRecoveryDays     = 30
	defaultRecoveryDays = 30
)

// deleteSecret schedules a secret's deletion, or deletes it at once if forced. A
// forced deletion of a secret that does not exist succeeds.
func (s *Service) deleteSecret(ctx context.Context, in *secretsmanager.DeleteSecretInput) (*secretsmanager.DeleteSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	force := in.ForceDeleteWithoutRecovery != nil && *in.ForceDeleteWithoutRecovery
	days := int64(defaultRecoveryDays)
	if in.RecoveryWindowInDays != nil {
		days = *in.RecoveryWindowInDays
	}
	if days < minRecoveryDays || days > maxRecoveryDays {
		return nil, wire.Errorf(codeInvalidParameter, "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
	}
	if force && in.RecoveryWindowInDays != nil {
		return nil, wire.Errorf(codeInvalidParameter, "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
	}
	now := s.now()
	sec, err := s.findSecret(ctx, "DeleteSecret", in.SecretId)
	switch {
	case force && isCode(err, codeNotFound):
		arn, name := s.inventARN(*in.SecretId)
		return &secretsmanager.DeleteSecretOutput{ARN: &arn, Name: &name, DeletionDate: &now}, nil
	case err != nil:
		return nil, err
	case force:
		s.remove(sec)
		return &secretsmanager.DeleteSecretOutput{ARN: &sec.arn, Name: &sec.name, DeletionDate: &now}, nil
	case sec.scheduledForDeletion():
		return nil, wire.Errorf(codeInvalidRequest, "You can't perform this operation on the secret because it was already scheduled for deletion.")
	}
	sec.deletion = now.Add(time.Duration(days) * 24 * time.Hour)
	sec.changed = now
	when := sec.deletion
	return &secretsmanager.DeleteSecretOutput{ARN: &sec.arn, Name: &sec.name, DeletionDate: &when}, nil
}

// inventARN makes up the ARN and name of a secret that does not exist.
func (s *Service) inventARN(id string) (arn, name string) {
	if !strings.HasPrefix(id, "arn:") {
		return s.newARN(id), id
	}
	_, name, _ = strings.Cut(id, ":secret:")
	return id, arnSuffix.ReplaceAllString(name, "")
}

// restoreSecret cancels a secret's scheduled deletion. It also succeeds if none is
// scheduled.
func (s *Service) restoreSecret(ctx context.Context, in *secretsmanager.RestoreSecretInput) (*secretsmanager.RestoreSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findSecret(ctx, "RestoreSecret", in.SecretId)
	if err != nil {
		return nil, err
	}
	if sec.scheduledForDeletion() {
		sec.deletion = time.Time{}
		sec.changed = s.now()
	}
	return &secretsmanager.RestoreSecretOutput{ARN: &sec.arn, Name: &sec.name}, nil
}
