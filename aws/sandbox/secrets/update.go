package secrets

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// updateSecret changes a secret's description and key, and with a value adds a
// version labelled AWSCURRENT. The API reference says that the token of any
// existing version is an error. In recordings the service accepts it with that
// version's own value, as PutSecretValue does.
func (s *Service) updateSecret(ctx context.Context, in *secretsmanager.UpdateSecretInput) (*secretsmanager.UpdateSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := newValue(in.SecretString, in.SecretBinary)
	if err != nil {
		return nil, err
	}
	if !v.isZero() {
		if err := checkToken(in.ClientRequestToken, codeInvalidRequest); err != nil {
			return nil, err
		}
	}
	sec, err := s.findActiveSecret(ctx, "UpdateSecret", in.SecretId)
	if err != nil {
		return nil, err
	}
	if err := checkDescription(in.Description); err != nil {
		return nil, err
	}
	if err := checkType(in.Type); err != nil {
		return nil, err
	}
	key, err := normalizeKey(in.KmsKeyId)
	if err != nil {
		return nil, err
	}
	out := &secretsmanager.UpdateSecretOutput{ARN: &sec.arn, Name: &sec.name}
	if !v.isZero() {
		if err := sec.putValue(*in.ClientRequestToken, v, nil, s.now()); err != nil {
			return nil, err
		}
		out.VersionId = in.ClientRequestToken
	}
	if in.Description != nil {
		sec.description = *in.Description
	}
	if in.KmsKeyId != nil {
		sec.setKey(key)
	}
	sec.changed = s.now()
	return out, nil
}

// updateSecretVersionStage attaches, moves or removes one staging label. To
// remove a label from a version, the request has to name that version.
func (s *Service) updateSecretVersionStage(ctx context.Context, in *secretsmanager.UpdateSecretVersionStageInput) (*secretsmanager.UpdateSecretVersionStageOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	label := deref(in.VersionStage)
	if err := checkStage(label, "versionStage"); err != nil {
		return nil, err
	}
	if err := checkVersionID(in.RemoveFromVersionId, "removeFromVersionId"); err != nil {
		return nil, err
	}
	if err := checkVersionID(in.MoveToVersionId, "moveToVersionId"); err != nil {
		return nil, err
	}
	sec, err := s.findActiveSecret(ctx, "UpdateSecretVersionStage", in.SecretId)
	if err != nil {
		return nil, err
	}
	if err := sec.relabel(label, deref(in.RemoveFromVersionId), deref(in.MoveToVersionId)); err != nil {
		return nil, err
	}
	sec.changed = s.now()
	return &secretsmanager.UpdateSecretVersionStageOutput{ARN: &sec.arn, Name: &sec.name}, nil
}

// relabel moves a label from one version to another. from or to is empty if the
// request leaves it out.
func (s *secret) relabel(label, from, to string) error {
	for _, id := range []string{from, to} {
		if id != "" && s.version(id) == nil {
			return errVersionNotFound(id)
		}
	}
	holder := s.labels[label]
	switch {
	case from == "" && to == "":
		return wire.Errorf(codeInvalidParameter, "You must specify MoveToVersionId, RemoveFromVersionId, or both.")
	case from != "" && from != holder:
		return wire.Errorf(codeInvalidParameter, "When you move staging label %s, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label %s.", label, label)
	case to == "" && label == current:
		return wire.Errorf(codeInvalidParameter, "You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.")
	case to == "":
		delete(s.labels, label)
		return nil
	case holder != "" && holder != to && from == "":
		return wire.Errorf(codeInvalidParameter, "The parameter RemoveFromVersionId can't be empty. Staging label %s is currently attached to version %s, so you must explicitly reference that version in RemoveFromVersionId.", label, holder)
	}
	if err := s.checkLabelCount(to, []string{label}); err != nil {
		return err
	}
	s.moveLabel(label, to)
	return nil
}
