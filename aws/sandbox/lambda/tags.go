package lambda

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// ListTags returns the tags of a function, named by its ARN.
func (s *Service) ListTags(_ context.Context, in *lambda.ListTagsInput) (*lambda.ListTagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.findTagged("ListTags", in.Resource)
	if err != nil {
		return nil, err
	}
	tags := map[string]string{}
	maps.Copy(tags, f.tags)
	return &lambda.ListTagsOutput{Tags: tags}, nil
}

// TagResource adds tags to a function.
func (s *Service) TagResource(_ context.Context, in *lambda.TagResourceInput) (*lambda.TagResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.findTagged("TagResource", in.Resource)
	if err != nil {
		return nil, err
	}
	if f.tags == nil {
		f.tags = map[string]string{}
	}
	maps.Copy(f.tags, in.Tags)
	return &lambda.TagResourceOutput{}, nil
}

// UntagResource removes tags from a function.
func (s *Service) UntagResource(_ context.Context, in *lambda.UntagResourceInput) (*lambda.UntagResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.findTagged("UntagResource", in.Resource)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(f.tags, key)
	}
	return &lambda.UntagResourceOutput{}, nil
}

// findTagged finds the function of a tagging call. Versions have no tags.
func (s *Service) findTagged(action string, arn *string) (*function, error) {
	t, err := s.parseTarget(action, arn, nil)
	if err != nil {
		return nil, err
	}
	if t.qualifier != "" {
		return nil, invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
	}
	f, _, err := s.find(action, arn, nil)
	return f, err
}
