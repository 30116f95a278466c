package rds

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// Limits of tags (RDS User Guide, "Overview of Amazon RDS resource tags").
const (
	maxTags           = 50
	maxTagKeyLength   = 128
	maxTagValueLength = 256
)

// tagPattern matches the text allowed in a tag's key and value.
var tagPattern = steps.NewPattern(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// validateTags checks the tags that a call sets. Of a key given twice, the last
// value counts.
func validateTags(tags []types.Tag) ([]types.Tag, error) {
	for _, t := range tags {
		key, value := aws.ToString(t.Key), aws.ToString(t.Value)
		switch {
		case key == "" || len([]rune(key)) > maxTagKeyLength || !tagPattern.MatchString(key):
			return nil, wire.Errorf("InvalidParameterValue", "Invalid tag key: '%s'. Tag keys must be between 1 and %d characters from the set of letters, digits, white space and _.:/=+-@", key, maxTagKeyLength)
		case strings.HasPrefix(strings.ToLower(key), "aws:") || strings.HasPrefix(strings.ToLower(key), "rds:"):
			return nil, wire.Errorf("InvalidParameterValue", "Tag keys beginning with 'aws:' or 'rds:' are reserved.")
		case len([]rune(value)) > maxTagValueLength || !tagPattern.MatchString(value):
			return nil, wire.Errorf("InvalidParameterValue", "Invalid tag value for the key '%s'. Tag values must be up to %d characters from the set of letters, digits, white space and _.:/=+-@", key, maxTagValueLength)
		}
	}
	return mergeTags(nil, tags)
}

// mergeTags adds tags to those of an instance; a key that is there gets the new
// value.
func mergeTags(has, tags []types.Tag) ([]types.Tag, error) {
	merged := append([]types.Tag{}, has...)
	for _, t := range tags {
		t.Value = aws.String(aws.ToString(t.Value))
		if i := slices.IndexFunc(merged, func(o types.Tag) bool { return *o.Key == *t.Key }); i >= 0 {
			merged[i] = t
		} else {
			merged = append(merged, t)
		}
	}
	if len(merged) > maxTags {
		return nil, wire.Errorf("InvalidParameterValue", "The number of tags exceeds the limit of %d for a resource.", maxTags)
	}
	return merged, nil
}

// findTagged finds the instance that a tagging call names by its ARN. The caller
// holds the lock.
func (s *Service) findTagged(name *string) (*instance, error) {
	arn := aws.ToString(name)
	if arn == "" {
		return nil, missingParameter("ResourceName")
	}
	id, ok := strings.CutPrefix(arn, s.cloud.ARN("rds", "db:"))
	if !ok {
		return nil, wire.Errorf("InvalidParameterValue", "Invalid resource name: %s", arn)
	}
	return s.find(id)
}

func (s *Service) addTagsToResource(_ context.Context, in *rds.AddTagsToResourceInput) (*rds.AddTagsToResourceOutput, error) {
	tags, err := validateTags(in.Tags)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findTagged(in.ResourceName)
	if err != nil {
		return nil, err
	}
	now, err := mergeTags(i.db.TagList, tags)
	if err != nil {
		return nil, err
	}
	i.db.TagList = now
	return &rds.AddTagsToResourceOutput{}, nil
}

func (s *Service) removeTagsFromResource(_ context.Context, in *rds.RemoveTagsFromResourceInput) (*rds.RemoveTagsFromResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findTagged(in.ResourceName)
	if err != nil {
		return nil, err
	}
	i.db.TagList = slices.DeleteFunc(slices.Clone(i.db.TagList), func(t types.Tag) bool { return slices.Contains(in.TagKeys, *t.Key) })
	return &rds.RemoveTagsFromResourceOutput{}, nil
}

func (s *Service) listTagsForResource(_ context.Context, in *rds.ListTagsForResourceInput) (*rds.ListTagsForResourceOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, err := s.findTagged(in.ResourceName)
	if err != nil {
		return nil, err
	}
	return &rds.ListTagsForResourceOutput{TagList: i.db.TagList}, nil
}
