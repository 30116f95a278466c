package iam

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// TagRole adds tags to a role; a key that it has gets the new value.
func (s *Service) TagRole(_ context.Context, in *iam.TagRoleInput) (*iam.TagRoleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	for _, tag := range in.Tags {
		r.tags = append(without(r.tags, aws.ToString(tag.Key)), tag)
	}
	return &iam.TagRoleOutput{}, nil
}

// UntagRole takes tags off a role.
func (s *Service) UntagRole(_ context.Context, in *iam.UntagRoleInput) (*iam.UntagRoleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		r.tags = without(r.tags, key)
	}
	return &iam.UntagRoleOutput{}, nil
}

func without(tags []types.Tag, key string) []types.Tag {
	return slices.DeleteFunc(tags, func(t types.Tag) bool { return aws.ToString(t.Key) == key })
}

// ListRoleTags lists a role's tags.
func (s *Service) ListRoleTags(_ context.Context, in *iam.ListRoleTagsInput) (*iam.ListRoleTagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.role(in.RoleName)
	if err != nil {
		return nil, err
	}
	page, next, err := paged(slices.Clone(r.tags), in.Marker, in.MaxItems)
	return &iam.ListRoleTagsOutput{Tags: page, Marker: next, IsTruncated: next != nil}, err
}
