package secrets

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/wire"
)

// createSecret creates a secret, with a first version if there is a value. A
// request with the same token and content is a retry and succeeds again.
func (s *Service) createSecret(ctx context.Context, in *secretsmanager.CreateSecretInput) (*secretsmanager.CreateSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	if err := s.authorize(ctx, "CreateSecret", *in.Name, nil); err != nil {
		return nil, err
	}
	sec, v, err := newSecret(in)
	if err != nil {
		return nil, err
	}
	if old := s.byName[sec.name]; old != nil && !old.isDeleted(s.now()) {
		return s.answerTakenName(old, in, v)
	} else if old != nil {
		s.remove(old)
	}

	s.secretCount++
	sec.sequence = s.secretCount
	sec.created = s.now()
	sec.changed = sec.created
	sec.arn = s.newARN(sec.name)
	if !v.isZero() {
		if err := sec.addVersion(sec.createToken, v, sec.created); err != nil {
			return nil, err
		}
		sec.attachLabels(sec.createToken, []string{current})
	}
	s.add(sec)
	return createOutput(sec, v), nil
}

// newSecret validates the request and returns the secret, which is not stored
// yet.
func newSecret(in *secretsmanager.CreateSecretInput) (*secret, value, error) {
	v, err := newValue(in.SecretString, in.SecretBinary)
	if err != nil {
		return nil, value{}, err
	}
	if !v.isZero() || in.ClientRequestToken != nil {
		if err := checkToken(in.ClientRequestToken, codeInvalidRequest); err != nil {
			return nil, value{}, err
		}
	}
	if err := checkDescription(in.Description); err != nil {
		return nil, value{}, err
	}
	key, err := normalizeKey(in.KmsKeyId)
	if err != nil {
		return nil, value{}, err
	}
	tags, err := withTags(nil, in.Tags)
	if err != nil {
		return nil, value{}, err
	}
	if err := checkType(in.Type); err != nil {
		return nil, value{}, err
	}
	if len(in.AddReplicaRegions) > 0 {
		return nil, value{}, errReplicaRegion()
	}
	return &secret{
		name:        *in.Name,
		description: deref(in.Description),
		kmsKeyID:    key,
		createToken: deref(in.ClientRequestToken),
		tags:        tags,
		labels:      map[string]string{},
	}, v, nil
}

// answerTakenName answers a CreateSecret whose name is taken.
func (s *Service) answerTakenName(old *secret, in *secretsmanager.CreateSecretInput, v value) (*secretsmanager.CreateSecretOutput, error) {
	if old.scheduledForDeletion() {
		return nil, wire.Errorf(codeInvalidRequest, "You can't create this secret because a secret with this name is already scheduled for deletion.")
	}
	token := deref(in.ClientRequestToken)
	if token == "" || token != old.createToken {
		return nil, wire.Errorf(codeExists, "The operation failed because the secret %s already exists.", old.name)
	}
	first := value{}
	if made := old.version(token); made != nil {
		first = made.value
	}
	if !first.equal(v) {
		return nil, errTokenInUse(token, old.arn)
	}
	return createOutput(old, v), nil
}

func createOutput(sec *secret, v value) *secretsmanager.CreateSecretOutput {
	out := &secretsmanager.CreateSecretOutput{ARN: &sec.arn, Name: &sec.name}
	if !v.isZero() {
		out.VersionId = &sec.createToken
	}
	return out
}

// newARN appends six random characters to the name, so that a new secret with an
// old name has another ARN.
func (s *Service) newARN(name string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	suffix := make([]byte, 6)
	for i := range suffix {
		suffix[i] = letters[randomBelow(len(letters))]
	}
	return s.cloud.ARN("secretsmanager", "secret:"+name+"-"+string(suffix))
}
