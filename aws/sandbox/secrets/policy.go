package secrets

import (
	"context"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
)

// maxPolicyLength is the length of a resource policy, in characters (API reference,
// PutResourcePolicy).
const maxPolicyLength = 20480

// The errors of a policy, in the words of the user guide ("Managing a
// Resource-based Policy for a Secret").
const (
	textLockout = "Your requested changes will not allow you to manage this secret in the future."
	textPublic  = "You can't attach a resource-based policy that allows broad access to the secret."
)

// putResourcePolicy attaches a policy or replaces the one that the secret has. It
// rejects a policy that would keep the caller from changing it again.
func (s *Service) putResourcePolicy(ctx context.Context, in *secretsmanager.PutResourcePolicyInput) (*secretsmanager.PutResourcePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "PutResourcePolicy", in.SecretId)
	if err != nil {
		return nil, err
	}
	p, err := parsePolicy(in.ResourcePolicy)
	switch {
	case err != nil:
		return nil, err
	case isTrue(in.BlockPublicPolicy) && p.isPublic():
		return nil, wire.Errorf(codePublicPolicy, textPublic)
	case p.denies(wire.CallerFrom(ctx), "PutResourcePolicy", sec.arn):
		return nil, wire.Errorf(codeInvalidRequest, textLockout)
	}
	sec.policy, sec.changed = p, s.now()
	return &secretsmanager.PutResourcePolicyOutput{ARN: &sec.arn, Name: &sec.name}, nil
}

// getResourcePolicy returns the policy as it was put, or none.
func (s *Service) getResourcePolicy(ctx context.Context, in *secretsmanager.GetResourcePolicyInput) (*secretsmanager.GetResourcePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "GetResourcePolicy", in.SecretId)
	if err != nil {
		return nil, err
	}
	return &secretsmanager.GetResourcePolicyOutput{ARN: &sec.arn, Name: &sec.name, ResourcePolicy: optionalString(sec.policy.text)}, nil
}

// deleteResourcePolicy also succeeds where there is no policy.
func (s *Service) deleteResourcePolicy(ctx context.Context, in *secretsmanager.DeleteResourcePolicyInput) (*secretsmanager.DeleteResourcePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "DeleteResourcePolicy", in.SecretId)
	if err != nil {
		return nil, err
	}
	sec.policy, sec.changed = policy{}, s.now()
	return &secretsmanager.DeleteResourcePolicyOutput{ARN: &sec.arn, Name: &sec.name}, nil
}

// validateResourcePolicy makes the checks of PutResourcePolicy with
// BlockPublicPolicy and attaches nothing. The secret is optional. Wrong syntax is
// an error; the other findings are in the answer.
func (s *Service) validateResourcePolicy(ctx context.Context, in *secretsmanager.ValidateResourcePolicyInput) (*secretsmanager.ValidateResourcePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := "*"
	if in.SecretId != nil {
		sec, err := s.findActiveSecret(ctx, "ValidateResourcePolicy", in.SecretId)
		if err != nil {
			return nil, err
		}
		arn = sec.arn
	} else if err := s.authorize(ctx, "ValidateResourcePolicy", "*", nil); err != nil {
		return nil, err
	}
	p, err := parsePolicy(in.ResourcePolicy)
	if err != nil {
		return nil, err
	}
	found := []types.ValidationErrorsEntry{}
	if p.isPublic() {
		found = append(found, types.ValidationErrorsEntry{CheckName: optionalString("PublicPolicy"), ErrorMessage: optionalString(textPublic)})
	}
	if p.denies(wire.CallerFrom(ctx), "PutResourcePolicy", arn) {
		found = append(found, types.ValidationErrorsEntry{CheckName: optionalString("Lockout"), ErrorMessage: optionalString(textLockout)})
	}
	return &secretsmanager.ValidateResourcePolicyOutput{PolicyValidationPassed: len(found) == 0, ValidationErrors: found}, nil
}

// parsePolicy parses a request's policy.
func parsePolicy(document *string) (policy, error) {
	switch {
	case document == nil:
		return policy{}, wire.Errorf(codeValidation, "1 validation error detected: Value null at 'resourcePolicy' failed to satisfy constraint: Member must not be null")
	case *document == "":
		return policy{}, errConstraint("", "resourcePolicy", "have length greater than or equal to 1")
	case utf8.RuneCountInString(*document) > maxPolicyLength:
		return policy{}, errConstraint("", "resourcePolicy", "have length less than or equal to 20480")
	}
	return parseDocument(*document)
}
