package iam

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

var policyName = steps.NewPattern(`^[\w+=,.@-]{1,128}$`)

// AttachRolePolicy attaches a managed policy; attaching it twice is no error.
func (s *Service) AttachRolePolicy(_ context.Context, in *iam.AttachRolePolicyInput) (*iam.AttachRolePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	r.attached, err = s.attach(r.attached, aws.ToString(in.PolicyArn), "PoliciesPerRole")
	return &iam.AttachRolePolicyOutput{}, err
}

// DetachRolePolicy detaches a managed policy.
func (s *Service) DetachRolePolicy(_ context.Context, in *iam.DetachRolePolicyInput) (*iam.DetachRolePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	r.attached, err = detach(r.attached, aws.ToString(in.PolicyArn))
	return &iam.DetachRolePolicyOutput{}, err
}

// ListAttachedRolePolicies lists the managed policies of a role.
func (s *Service) ListAttachedRolePolicies(_ context.Context, in *iam.ListAttachedRolePoliciesInput) (*iam.ListAttachedRolePoliciesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	page, next, err := page(toAttachedPolicies(r.attached), in.Marker, in.MaxItems)
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: page, Marker: next, IsTruncated: next != nil}, err
}

// checkInlinePolicy checks the name and the document of an inline policy.
func checkInlinePolicy(name, document *string) error {
	if !policyName.MatchString(aws.ToString(name)) {
		return wire.Errorf("ValidationError", "The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	return checkIdentityPolicy(aws.ToString(document))
}

// PutRolePolicy adds an inline policy or replaces the one of that name.
func (s *Service) PutRolePolicy(_ context.Context, in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
	if err := checkInlinePolicy(in.PolicyName, in.PolicyDocument); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	r.inline[*in.PolicyName] = *in.PolicyDocument
	return &iam.PutRolePolicyOutput{}, nil
}

// GetRolePolicy returns an inline policy, its document URL-encoded.
func (s *Service) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput) (*iam.GetRolePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, document, err := s.findInlinePolicy(in.RoleName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iam.GetRolePolicyOutput{RoleName: &r.name, PolicyName: in.PolicyName, PolicyDocument: aws.String(urlEncode(document))}, nil
}

// DeleteRolePolicy deletes an inline policy.
func (s *Service) DeleteRolePolicy(_ context.Context, in *iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, _, err := s.findInlinePolicy(in.RoleName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	delete(r.inline, *in.PolicyName)
	return &iam.DeleteRolePolicyOutput{}, nil
}

// ListRolePolicies lists the names of a role's inline policies.
func (s *Service) ListRolePolicies(_ context.Context, in *iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	page, next, err := page(slices.Sorted(maps.Keys(r.inline)), in.Marker, in.MaxItems)
	return &iam.ListRolePoliciesOutput{PolicyNames: page, Marker: next, IsTruncated: next != nil}, err
}

func (s *Service) findInlinePolicy(roleName, name *string) (*role, string, error) {
	r, err := s.findRole(roleName)
	if err != nil {
		return nil, "", err
	}
	document, ok := r.inline[aws.ToString(name)]
	if !ok {
		return nil, "", noEntity("The role policy with name %s cannot be found.", aws.ToString(name))
	}
	return r, document, nil
}
