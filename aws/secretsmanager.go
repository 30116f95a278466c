package aws

import (
	"context"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/steps"
	"keyturn/steps/schedule"
)

type secretsAPI interface {
	CancelRotateSecret(context.Context, *secretsmanager.CancelRotateSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.CancelRotateSecretOutput, error)
	CreateSecret(context.Context, *secretsmanager.CreateSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error)
	DeleteSecret(context.Context, *secretsmanager.DeleteSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DeleteSecretOutput, error)
	DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	GetRandomPassword(context.Context, *secretsmanager.GetRandomPasswordInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetRandomPasswordOutput, error)
	ListSecrets(context.Context, *secretsmanager.ListSecretsInput, ...func(*secretsmanager.Options)) (*secretsmanager.ListSecretsOutput, error)
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	PutSecretValue(context.Context, *secretsmanager.PutSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error)
	RestoreSecret(context.Context, *secretsmanager.RestoreSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.RestoreSecretOutput, error)
	RotateSecret(context.Context, *secretsmanager.RotateSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.RotateSecretOutput, error)
}

// secrets are the steps' Secrets; secretsmanager_rotation.go has the rotation
// calls.
type secrets struct{ api secretsAPI }

var _ steps.Secrets = secrets{}

func (s secrets) RandomPassword(ctx context.Context, rules steps.PasswordRules) (steps.Password, error) {
	out, err := call(ctx, s.api.GetRandomPassword, &secretsmanager.GetRandomPasswordInput{
		PasswordLength:          optional(rules.Length),
		ExcludeCharacters:       optional(rules.ExcludeCharacters),
		ExcludePunctuation:      optional(rules.ExcludePunctuation),
		RequireEachIncludedType: &rules.RequireEachType,
	})
	if err != nil {
		return steps.Password{}, err
	}
	return steps.NewPassword(awssdk.ToString(out.RandomPassword)), nil
}

func (s secrets) CreateSecret(
	ctx context.Context, name, description string, value steps.Password, token string, tags []steps.Tag,
) (arn, versionID string, err error) {
	in := &secretsmanager.CreateSecretInput{
		Name: &name, Description: optional(description),
		SecretString: awssdk.String(value.Reveal()), ClientRequestToken: &token,
	}
	for _, tag := range tags {
		in.Tags = append(in.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	out, err := call(ctx, s.api.CreateSecret, in)
	if err != nil {
		return "", "", err
	}
	return awssdk.ToString(out.ARN), awssdk.ToString(out.VersionId), nil
}

func (s secrets) PutSecretValue(ctx context.Context, id string, value steps.Password, token string) (string, error) {
	out, err := call(ctx, s.api.PutSecretValue, &secretsmanager.PutSecretValueInput{
		SecretId: &id, SecretString: awssdk.String(value.Reveal()), ClientRequestToken: &token,
	})
	if err != nil {
		return "", err
	}
	return awssdk.ToString(out.VersionId), nil
}

func (s secrets) DescribeSecret(ctx context.Context, id string) (steps.SecretDescription, error) {
	out, err := call(ctx, s.api.DescribeSecret, &secretsmanager.DescribeSecretInput{SecretId: &id})
	if err != nil {
		return steps.SecretDescription{}, err
	}
	secret := steps.SecretDescription{
		ARN:             awssdk.ToString(out.ARN),
		Name:            awssdk.ToString(out.Name),
		RotationEnabled: awssdk.ToBool(out.RotationEnabled),
		FunctionARN:     awssdk.ToString(out.RotationLambdaARN),
		LastRotated:     awssdk.ToTime(out.LastRotatedDate),
		NextRotation:    awssdk.ToTime(out.NextRotationDate),
		DeletedAt:       awssdk.ToTime(out.DeletedDate),
		Versions:        out.VersionIdsToStages,
		OwningService:   awssdk.ToString(out.OwningService),
	}
	if out.RotationRules != nil {
		secret.Rotation = schedule.Rules{
			Days:       awssdk.ToInt64(out.RotationRules.AutomaticallyAfterDays),
			Expression: awssdk.ToString(out.RotationRules.ScheduleExpression),
			Window:     awssdk.ToString(out.RotationRules.Duration),
		}
	}
	for _, tag := range out.Tags {
		secret.Tags = append(secret.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
	}
	return secret, nil
}

// secretsPerPage is the page size, Secrets Manager's maximum.
const secretsPerPage = 100

func (s secrets) SecretsPage(ctx context.Context, prefix, token string) ([]steps.SecretDescription, string, error) {
	in := &secretsmanager.ListSecretsInput{
		MaxResults: awssdk.Int32(secretsPerPage), NextToken: optional(token), IncludePlannedDeletion: awssdk.Bool(true),
	}
	if prefix != "" {
		in.Filters = []types.Filter{{Key: types.FilterNameStringTypeName, Values: []string{prefix}}}
	}
	out, err := call(ctx, s.api.ListSecrets, in)
	if err != nil {
		return nil, "", err
	}
	page := make([]steps.SecretDescription, 0, len(out.SecretList))
	for _, found := range out.SecretList {
		secret := steps.SecretDescription{
			CreatedAt:       awssdk.ToTime(found.CreatedDate),
			ARN:             awssdk.ToString(found.ARN),
			Name:            awssdk.ToString(found.Name),
			RotationEnabled: awssdk.ToBool(found.RotationEnabled),
			FunctionARN:     awssdk.ToString(found.RotationLambdaARN),
			DeletedAt:       awssdk.ToTime(found.DeletedDate),
			Versions:        found.SecretVersionsToStages,
			OwningService:   awssdk.ToString(found.OwningService),
		}
		for _, tag := range found.Tags {
			secret.Tags = append(secret.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
		}
		page = append(page, secret)
	}
	return page, awssdk.ToString(out.NextToken), nil
}

func (s secrets) SecretValue(ctx context.Context, id, versionID, label string) (steps.SecretValue, error) {
	out, err := call(ctx, s.api.GetSecretValue, &secretsmanager.GetSecretValueInput{
		SecretId: &id, VersionId: optional(versionID), VersionStage: optional(label),
	})
	if err != nil {
		return steps.SecretValue{}, err
	}
	return steps.SecretValue{
		ARN:       awssdk.ToString(out.ARN),
		Name:      awssdk.ToString(out.Name),
		VersionID: awssdk.ToString(out.VersionId),
		Labels:    out.VersionStages,
		JSON:      steps.NewPassword(awssdk.ToString(out.SecretString)),
	}, nil
}

func (s secrets) DeleteSecret(ctx context.Context, id string, days int64) (time.Time, error) {
	out, err := call(ctx, s.api.DeleteSecret, &secretsmanager.DeleteSecretInput{SecretId: &id, RecoveryWindowInDays: &days})
	if err != nil {
		return time.Time{}, err
	}
	return awssdk.ToTime(out.DeletionDate), nil
}

func (s secrets) RestoreSecret(ctx context.Context, id string) error {
	_, err := call(ctx, s.api.RestoreSecret, &secretsmanager.RestoreSecretInput{SecretId: &id})
	return err
}

// optional returns a pointer to the value, or nil for the zero value: AWS then
// applies its default.
func optional[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
