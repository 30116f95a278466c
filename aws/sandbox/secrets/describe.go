package secrets

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// describeSecret also works in the recovery window. DeletedDate is then the end of
// the window.
func (s *Service) describeSecret(ctx context.Context, in *secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findSecret(ctx, "DescribeSecret", in.SecretId)
	if err != nil {
		return nil, err
	}
	r := sec.rotation
	return &secretsmanager.DescribeSecretOutput{
		ARN:                &sec.arn,
		Name:               &sec.name,
		Description:        optionalString(sec.description),
		KmsKeyId:           optionalString(sec.kmsKeyID),
		CreatedDate:        optionalTime(sec.created),
		LastChangedDate:    optionalTime(sec.changed),
		LastAccessedDate:   optionalTime(sec.accessed),
		DeletedDate:        optionalTime(sec.deletion),
		LastRotatedDate:    r.describeLast(),
		NextRotationDate:   r.describeNext(),
		RotationEnabled:    r.describeEnabled(),
		RotationLambdaARN:  optionalString(r.functionARN),
		RotationRules:      r.describeRules(),
		Tags:               sec.tags,
		VersionIdsToStages: sec.versionsToStages(),
	}, nil
}

// listEntry describes the secret for ListSecrets, which shows the last rotation
// even if rotation is off now.
func (s *secret) listEntry() types.SecretListEntry {
	r := s.rotation
	entry := types.SecretListEntry{
		ARN:                    &s.arn,
		Name:                   &s.name,
		Description:            optionalString(s.description),
		KmsKeyId:               optionalString(s.kmsKeyID),
		CreatedDate:            optionalTime(s.created),
		LastChangedDate:        optionalTime(s.changed),
		LastAccessedDate:       optionalTime(s.accessed),
		DeletedDate:            optionalTime(s.deletion),
		LastRotatedDate:        optionalTime(r.lastSucceeded),
		NextRotationDate:       r.describeNext(),
		RotationEnabled:        r.describeEnabled(),
		RotationLambdaARN:      optionalString(r.functionARN),
		RotationRules:          r.describeRules(),
		Tags:                   s.tags,
		SecretVersionsToStages: s.versionsToStages(),
	}
	return entry
}

// listSecretVersionIDs lists the labelled versions, oldest first, and with
// IncludeDeprecated the others too.
func (s *Service) listSecretVersionIDs(ctx context.Context, in *secretsmanager.ListSecretVersionIdsInput) (*secretsmanager.ListSecretVersionIdsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.findSecret(ctx, "ListSecretVersionIds", in.SecretId)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(in.MaxResults, maxPage)
	if err != nil {
		return nil, err
	}
	deprecated := in.IncludeDeprecated != nil && *in.IncludeDeprecated
	var all []types.SecretVersionsListEntry
	for _, v := range sec.versions {
		stages := sec.labelsOf(v.id)
		if len(stages) == 0 && !deprecated {
			continue
		}
		all = append(all, types.SecretVersionsListEntry{
			VersionId:        &v.id,
			VersionStages:    stages,
			CreatedDate:      optionalTime(v.created),
			LastAccessedDate: optionalTime(v.accessed),
			KmsKeyIds:        v.kmsKeyIDs(),
		})
	}
	page, next, ok := cloud.Page(all, in.NextToken, size)
	if !ok {
		return nil, errNextToken()
	}
	return &secretsmanager.ListSecretVersionIdsOutput{ARN: &sec.arn, Name: &sec.name, Versions: page, NextToken: next}, nil
}

// pageSize returns the size of a page: the largest unless the request asks for a
// smaller one.
func pageSize(n *int32, most int) (int, error) {
	switch {
	case n == nil:
		return most, nil
	case *n < 1:
		return 0, errConstraint(strconv.Itoa(int(*n)), "maxResults", "have value greater than or equal to 1")
	case int(*n) > most:
		return 0, errConstraint(strconv.Itoa(int(*n)), "maxResults", "have value less than or equal to "+strconv.Itoa(most))
	}
	return int(*n), nil
}

func errNextToken() *wire.Error {
	return wire.Errorf(codeInvalidNextToken, "The NextToken value is invalid.")
}
