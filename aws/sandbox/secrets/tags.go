package secrets

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

func (s *Service) tagResource(ctx context.Context, in *secretsmanager.TagResourceInput) (*secretsmanager.TagResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "TagResource", in.SecretId)
	if err != nil {
		return nil, err
	}
	tags, err := withTags(sec.tags, in.Tags)
	if err != nil {
		return nil, err
	}
	sec.tags = tags
	sec.changed = s.now()
	return &secretsmanager.TagResourceOutput{}, nil
}

// untagResource ignores keys that the secret does not have. A secret that lost its
// last tag shows an empty list; one that never had any shows no list.
func (s *Service) untagResource(ctx context.Context, in *secretsmanager.UntagResourceInput) (*secretsmanager.UntagResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findActiveSecret(ctx, "UntagResource", in.SecretId)
	if err != nil {
		return nil, err
	}
	if sec.tags != nil {
		kept := make([]types.Tag, 0, len(sec.tags))
		for _, t := range sec.tags {
			if !slices.Contains(in.TagKeys, *t.Key) {
				kept = append(kept, t)
			}
		}
		if len(kept) < len(sec.tags) {
			sec.tags, sec.changed = kept, s.now()
		}
	}
	return &secretsmanager.UntagResourceOutput{}, nil
}
