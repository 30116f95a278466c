package secrets

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
)

// maxBatch is the most secrets in one page of BatchGetSecretValue (its API
// reference).
const maxBatch = 20

// batchGetSecretValue reads the current values of the listed secrets, or of those
// that match the filters. A secret that cannot be read becomes an entry in
// Errors.
func (s *Service) batchGetSecretValue(ctx context.Context, in *secretsmanager.BatchGetSecretValueInput) (*secretsmanager.BatchGetSecretValueOutput, error) {
	ids, next, err := s.batchPage(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &secretsmanager.BatchGetSecretValueOutput{NextToken: next, SecretValues: []types.SecretValueEntry{}, Errors: []types.APIErrorType{}}
	for _, id := range ids {
		v, err := s.getSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &id})
		var refused *wire.Error
		if errors.As(err, &refused) {
			out.Errors = append(out.Errors, types.APIErrorType{SecretId: &id, ErrorCode: &refused.Code, Message: &refused.Message})
			continue
		}
		if err != nil {
			return nil, err
		}
		out.SecretValues = append(out.SecretValues, types.SecretValueEntry{
			ARN: v.ARN, Name: v.Name, CreatedDate: v.CreatedDate, VersionId: v.VersionId,
			VersionStages: v.VersionStages, SecretString: v.SecretString, SecretBinary: v.SecretBinary,
		})
	}
	return out, nil
}

// batchPage returns the names of the secrets in one page of BatchGetSecretValue.
func (s *Service) batchPage(ctx context.Context, in *secretsmanager.BatchGetSecretValueInput) (ids []string, next *string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.authorize(ctx, "BatchGetSecretValue", "*", nil); err != nil {
		return nil, nil, err
	}
	listed, filtered := len(in.SecretIdList) > 0, len(in.Filters) > 0
	switch {
	case listed == filtered:
		return nil, nil, wire.Errorf(codeInvalidParameter, "Either 'SecretIdList' or 'Filters' must be provided, but not both.")
	case listed && in.MaxResults != nil:
		return nil, nil, wire.Errorf(codeInvalidParameter, "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.")
	case len(in.SecretIdList) > maxBatch:
		return nil, nil, errConstraint("", "secretIdList", "have length less than or equal to 20")
	case listed:
		return in.SecretIdList, nil, nil
	}
	size, err := pageSize(in.MaxResults, maxBatch)
	if err != nil {
		return nil, nil, err
	}
	if err := checkFilters(in.Filters); err != nil {
		return nil, nil, err
	}
	page, next, ok := s.pageByCreation(in.Filters, false, false, in.NextToken, size)
	if !ok {
		return nil, nil, errNextToken()
	}
	for _, sec := range page {
		ids = append(ids, sec.arn)
	}
	return ids, next, nil
}
