package secrets

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// describeSecret works in the recovery window too; DeletedDate is then when
// the window ends.
func (s *Service) describeSecret(ctx context.Context, in *secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.open(ctx, "DescribeSecret", in.SecretId)
	if err != nil {
		return nil, err
	}
	r := sec.rotation
	return &secretsmanager.DescribeSecretOutput{
		ARN:                &sec.arn,
		Name:               &sec.name,
		Description:        text(sec.description),
		KmsKeyId:           text(sec.kmsKeyID),
		CreatedDate:        instant(sec.created),
		LastChangedDate:    instant(sec.changed),
		LastAccessedDate:   instant(sec.accessed),
		DeletedDate:        instant(sec.deletion),
		LastRotatedDate:    r.shownLast(),
		NextRotationDate:   r.shownNext(),
		RotationEnabled:    r.shownEnabled(),
		RotationLambdaARN:  text(r.functionARN),
		RotationRules:      r.shownRules(),
		Tags:               sec.tags,
		VersionIdsToStages: sec.versionsToStages(),
	}, nil
}

// listEntry is the same secret as ListSecrets shows it: the last rotation also
// where rotation is off by now.
func (s *secret) listEntry() types.SecretListEntry {
	r := s.rotation
	entry := types.SecretListEntry{
		ARN:                    &s.arn,
		Name:                   &s.name,
		Description:            text(s.description),
		KmsKeyId:               text(s.kmsKeyID),
		CreatedDate:            instant(s.created),
		LastChangedDate:        instant(s.changed),
		LastAccessedDate:       instant(s.accessed),
		DeletedDate:            instant(s.deletion),
		LastRotatedDate:        instant(r.last),
		NextRotationDate:       r.shownNext(),
		RotationEnabled:        r.shownEnabled(),
		RotationLambdaARN:      text(r.functionARN),
		RotationRules:          r.shownRules(),
		Tags:                   s.tags,
		SecretVersionsToStages: s.versionsToStages(),
	}
	return entry
}

// listSecretVersionIDs lists the labelled versions, oldest first, and the
// deprecated ones if asked.
func (s *Service) listSecretVersionIDs(ctx context.Context, in *secretsmanager.ListSecretVersionIdsInput) (*secretsmanager.ListSecretVersionIdsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec, err := s.open(ctx, "ListSecretVersionIds", in.SecretId)
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
		stages := sec.stagesOf(v.id)
		if len(stages) == 0 && !deprecated {
			continue
		}
		all = append(all, types.SecretVersionsListEntry{
			VersionId:        &v.id,
			VersionStages:    stages,
			CreatedDate:      instant(v.created),
			LastAccessedDate: instant(v.accessed),
			KmsKeyIds:        v.kmsKeyIDs(),
		})
	}
	page, next, ok := cloud.Page(all, in.NextToken, size)
	if !ok {
		return nil, errNextToken()
	}
	if page == nil {
		page = []types.SecretVersionsListEntry{}
	}
	return &secretsmanager.ListSecretVersionIdsOutput{ARN: &sec.arn, Name: &sec.name, Versions: page, NextToken: next}, nil
}

// pageSize is as many as a page holds, unless the request asks for fewer.
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
