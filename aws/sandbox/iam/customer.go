package iam

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/wire"
)

// maxManagedPolicySize is in characters without white space (IAM User Guide,
// "IAM and AWS STS quotas").
const maxManagedPolicySize = 6144

// CreatePolicy creates a customer managed policy.
func (s *Service) CreatePolicy(_ context.Context, in *iam.CreatePolicyInput) (*iam.CreatePolicyOutput, error) {
	name, document := aws.ToString(in.PolicyName), aws.ToString(in.PolicyDocument)
	if !policyName.MatchString(name) {
		return nil, wire.Errorf("ValidationError", "The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	if err := checkIdentityPolicy(document); err != nil {
		return nil, err
	}
	if policySize(document) > maxManagedPolicySize {
		return nil, &wire.Error{Code: "LimitExceeded", Message: "Cannot exceed quota for PolicySize: 6144", Status: 409}
	}
	arn := s.arn("policy/" + name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.policies[arn] != "" {
		return nil, &wire.Error{Code: "EntityAlreadyExists", Message: "A policy called " + name + " already exists. Duplicate names are not allowed.", Status: 409}
	}
	s.policies[arn] = document
	now := s.cloud.Now().UTC().Truncate(time.Second)
	return &iam.CreatePolicyOutput{Policy: &types.Policy{
		Arn: &arn, PolicyName: &name, Path: aws.String("/"), DefaultVersionId: aws.String("v1"), IsAttachable: true,
		AttachmentCount: aws.Int32(0), CreateDate: &now, UpdateDate: &now, Description: in.Description,
	}}, nil
}

// DeletePolicy deletes a customer managed policy that is attached to nothing.
func (s *Service) DeletePolicy(_ context.Context, in *iam.DeletePolicyInput) (*iam.DeletePolicyOutput, error) {
	arn := aws.ToString(in.PolicyArn)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.policies[arn] == "" {
		return nil, noEntity("Policy %s was not found.", arn)
	}
	for _, u := range s.users {
		if slices.Contains(u.attached, arn) {
			return nil, &wire.Error{Code: "DeleteConflict", Message: "Cannot delete a policy attached to entities.", Status: 409}
		}
	}
	for _, r := range s.roles {
		if slices.Contains(r.attached, arn) {
			return nil, &wire.Error{Code: "DeleteConflict", Message: "Cannot delete a policy attached to entities.", Status: 409}
		}
	}
	delete(s.policies, arn)
	return &iam.DeletePolicyOutput{}, nil
}

// managedPolicy returns the document of an AWS or customer managed policy, or ""
// if there is none. The caller holds the lock.
func (s *Service) managedPolicy(arn string) string {
	if document := managedDocuments[s.cloud.ToCommercialPartition(arn)]; document != "" {
		return s.cloud.ToOwnPartition(document)
	}
	return s.policies[arn]
}

// policySize returns the size of a policy in characters without white space, as
// IAM counts.
func policySize(document string) int { return len(strings.Join(strings.Fields(document), "")) }
