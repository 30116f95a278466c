package secrets

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// getSecretValue reads the version with an ID, a staging label, or both; by default
// AWSCURRENT. It records the day of the access.
func (s *Service) getSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput) (*secretsmanager.GetSecretValueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkVersionID(in.VersionId, "versionId"); err != nil {
		return nil, err
	}
	if deref(in.VersionStage) != "" {
		if err := checkStage(*in.VersionStage, "versionStage"); err != nil {
			return nil, err
		}
	}
	sec, err := s.findActiveSecret(ctx, "GetSecretValue", in.SecretId)
	if err != nil {
		return nil, err
	}
	v, err := sec.findVersion(in.VersionId, in.VersionStage)
	if err != nil {
		return nil, err
	}
	today := s.now().Truncate(24 * time.Hour)
	sec.accessed, v.accessed = today, today
	return &secretsmanager.GetSecretValueOutput{
		ARN:           &sec.arn,
		Name:          &sec.name,
		CreatedDate:   &v.created,
		VersionId:     &v.id,
		VersionStages: sec.labelsOf(v.id),
		SecretString:  v.value.text,
		SecretBinary:  v.value.binary,
	}, nil
}

// findVersion finds a version that has a value. One that RotateSecret has only
// staged has none: so a rotation function sees that it must create one.
func (s *secret) findVersion(id, stage *string) (*version, error) {
	label := deref(stage)
	if label == "" && deref(id) == "" {
		label = current
	}
	if deref(id) != "" {
		v := s.version(*id)
		if v == nil || v.value.isZero() && (label == "" || s.labels[label] == v.id) {
			return nil, errVersionNotFound(*id)
		}
		if label != "" && s.labels[label] != v.id {
			return nil, wire.Errorf(codeInvalidRequest, "You provided a VersionStage that is not associated to the provided VersionId.")
		}
		return v, nil
	}
	v := s.version(s.labels[label])
	if v == nil || v.value.isZero() {
		return nil, wire.Errorf(codeNotFound, "Secrets Manager can't find the specified secret value for staging label: %s", label)
	}
	return v, nil
}

func errVersionNotFound(id string) *wire.Error {
	return wire.Errorf(codeNotFound, "Secrets Manager can't find the specified secret value for VersionId: %s", id)
}

// putSecretValue adds a version with labels, by default AWSCURRENT. It also sets
// the value of a version that RotateSecret staged.
func (s *Service) putSecretValue(ctx context.Context, in *secretsmanager.PutSecretValueInput) (*secretsmanager.PutSecretValueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkToken(in.ClientRequestToken, codeInvalidRequest); err != nil {
		return nil, err
	}
	v, err := newValue(in.SecretString, in.SecretBinary)
	if err != nil {
		return nil, err
	}
	if v.isZero() {
		return nil, wire.Errorf(codeInvalidRequest, "You must provide either SecretString or SecretBinary.")
	}
	if err := checkStages(in.VersionStages); err != nil {
		return nil, err
	}
	sec, err := s.findActiveSecret(ctx, "PutSecretValue", in.SecretId)
	if err != nil {
		return nil, err
	}
	if err := sec.putValue(*in.ClientRequestToken, v, in.VersionStages, s.now()); err != nil {
		return nil, err
	}
	return &secretsmanager.PutSecretValueOutput{
		ARN:           &sec.arn,
		Name:          &sec.name,
		VersionId:     in.ClientRequestToken,
		VersionStages: sec.labelsOf(*in.ClientRequestToken),
	}, nil
}

// putValue sets the value and labels of a token's version. If that has this value
// already, nothing changes; another value is an error.
func (s *secret) putValue(token string, v value, stages []string, now time.Time) error {
	if len(stages) == 0 {
		stages = []string{current}
	}
	made := s.version(token)
	if made != nil && !made.value.isZero() {
		if !made.value.equal(v) {
			return errTokenInUse(token, s.arn)
		}
		return nil
	}
	if len(s.versions) == 0 {
		stages = append([]string{current}, stages...)
	}
	if err := s.checkLabelCount(token, stages); err != nil {
		return err
	}
	if made == nil {
		if err := s.addVersion(token, v, now); err != nil {
			return err
		}
	} else {
		made.value = v
	}
	s.attachLabels(token, stages)
	s.changed = now
	if s.labels[current] == token {
		s.rotation.valueChanged(now)
	}
	return nil
}
