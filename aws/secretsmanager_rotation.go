package aws

import (
	"context"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

func (s secrets) RotateSecret(ctx context.Context, id, functionARN string, days int64, token string) error {
	_, err := call(ctx, s.api.RotateSecret, &secretsmanager.RotateSecretInput{
		SecretId:           &id,
		ClientRequestToken: &token,
		RotationLambdaARN:  &functionARN,
		RotationRules:      &types.RotationRulesType{AutomaticallyAfterDays: &days},
		RotateImmediately:  awssdk.Bool(true),
	})
	return err
}

func (s secrets) CancelRotation(ctx context.Context, id string) error {
	_, err := call(ctx, s.api.CancelRotateSecret, &secretsmanager.CancelRotateSecretInput{SecretId: &id})
	return err
}
