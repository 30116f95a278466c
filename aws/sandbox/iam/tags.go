package iam

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// TagRole adds tags to a role. A key that the role has gets the new value.
func (s *Service) TagRole(_ context.Context, in *iam.TagRoleInput) (*iam.TagRoleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	tags := slices.Clone(r.tags)
	for _, tag := range in.Tags {
		tags = append(withoutTag(tags, aws.ToString(tag.Key)), tag)
	}
	if len(tags) > maxTags {
		return nil, &wire.Error{Code: "LimitExceeded", Message: "Cannot exceed quota for TagsPerRole: 50", Status: 409}
	}
	r.tags = tags
	return &iam.TagRoleOutput{}, nil
}

// UntagRole removes tags from a role.
func (s *Service) UntagRole(_ context.Context, in *iam.UntagRoleInput) (*iam.UntagRoleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		r.tags = withoutTag(r.tags, key)
	}
	return &iam.UntagRoleOutput{}, nil
}

// Limits of tags (IAM User Guide, "Rules for tagging in IAM"). Lengths are in
// characters.
const (
	maxTags           = 50
	maxTagKeyLength   = 128
	maxTagValueLength = 256
)

// tagPattern is the pattern of a tag's key and of a value that is not empty (API
// reference of Tag).
const tagPattern = `[\p{L}\p{Z}\p{N}_.:/=+\-@]+`

var tagRegexp = steps.NewPattern(`^` + tagPattern + `$`)

func checkTags(tags []types.Tag) error {
	if len(tags) > maxTags {
		return validationError("tags", fmt.Sprintf("Member must have length less than or equal to %d", maxTags))
	}
	for i, t := range tags {
		key, value := aws.ToString(t.Key), aws.ToString(t.Value)
		member := fmt.Sprintf("tags.%d.member.", i+1)
		switch {
		case len([]rune(key)) > maxTagKeyLength:
			return validationError(member+"key", fmt.Sprintf("Member must have length less than or equal to %d", maxTagKeyLength))
		case !tagRegexp.MatchString(key):
			return validationError(member+"key", "Member must satisfy regular expression pattern: "+tagPattern)
		case len([]rune(value)) > maxTagValueLength:
			return validationError(member+"value", fmt.Sprintf("Member must have length less than or equal to %d", maxTagValueLength))
		case value != "" && !tagRegexp.MatchString(value):
			return validationError(member+"value", "Member must satisfy regular expression pattern: "+strings.TrimSuffix(tagPattern, "+")+"*")
		case slices.ContainsFunc(tags[:i], func(o types.Tag) bool { return strings.EqualFold(aws.ToString(o.Key), key) }):
			return wire.Errorf("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
	}
	return nil
}

func validationError(member, constraint string) error {
	return wire.Errorf("ValidationError", "1 validation error detected: Value at '%s' failed to satisfy constraint: %s", member, constraint)
}

// withoutTag returns the tags without one key. Case does not matter.
func withoutTag(tags []types.Tag, key string) []types.Tag {
	return slices.DeleteFunc(tags, func(t types.Tag) bool { return strings.EqualFold(aws.ToString(t.Key), key) })
}

// ListRoleTags lists a role's tags.
func (s *Service) ListRoleTags(_ context.Context, in *iam.ListRoleTagsInput) (*iam.ListRoleTagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.findRole(in.RoleName)
	if err != nil {
		return nil, err
	}
	page, next, err := page(slices.Clone(r.tags), in.Marker, in.MaxItems)
	return &iam.ListRoleTagsOutput{Tags: page, Marker: next, IsTruncated: next != nil}, err
}
