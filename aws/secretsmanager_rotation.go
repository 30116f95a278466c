package aws

import (
	"context"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/steps"
)

func (s secrets) RotateSecret(ctx context.Context, r steps.RotationRequest) error {
	_, err := call(ctx, s.api.RotateSecret, &secretsmanager.RotateSecretInput{
		SecretId:           &r.SecretID,
		ClientRequestToken: &r.Token,
		RotationLambdaARN:  &r.FunctionARN,
		RotationRules: &types.RotationRulesType{
			AutomaticallyAfterDays: optional(r.Rules.Days),
			ScheduleExpression:     optional(r.Rules.Expression),
			Duration:               optional(r.Rules.Window),
		},
		RotateImmediately: awssdk.Bool(!r.TestOnly),
	})
	return err
}

func (s secrets) CancelRotation(ctx context.Context, id string) error {
	_, err := call(ctx, s.api.CancelRotateSecret, &secretsmanager.CancelRotateSecretInput{SecretId: &id})
	return err
}
