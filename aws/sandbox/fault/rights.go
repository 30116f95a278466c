package fault

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

var createChangeSet = []string{"serverlessrepo CreateCloudFormationChangeSet", "cloudformation CreateChangeSet"}

func permissionFaults() []Fault {
	return []Fault{
		{
			Name: "role-denied", Family: Permissions,
			Wrong:   "You may not make roles.",
			strikes: []strike{denyFrom(nil, "iam:CreateRole")},
		},
		{
			Name: "s3-denied", Family: Permissions,
			Wrong:   "You may not read what AWS's rotation function is installed from.",
			strikes: []strike{denyFrom(nil, "s3:GetObject")},
		},
		{
			Name: "rds-denied", Family: Permissions,
			Wrong:   "You may not make databases.",
			strikes: []strike{denyFrom(nil, "rds:CreateDBInstance")},
		},
		{
			Name: "stack-rolled-back", Family: Permissions,
			Wrong: "You may not make roles while the function is installed for the first time, so its stack rolls back.",
			strikes: []strike{
				denyFrom(createChangeSet, "iam:CreateRole"),
				{before: []string{"cloudformation DeleteStack"}, do: func(ctx context.Context, a *Account, _ any) error { return a.allow(ctx) }},
			},
		},
	}
}

// denyFrom forbids the person something from a call on, or from the start.
func denyFrom(before []string, actions ...string) strike {
	return strike{before: before, do: func(ctx context.Context, a *Account, _ any) error { return a.deny(ctx, actions...) }}
}

func functionFaults() []Fault {
	return []Fault{
		{
			Name: "function-not-invocable", Family: Function,
			Wrong: "The function's policy does not let Secrets Manager invoke it.",
			strikes: []strike{{before: []string{rotate}, do: func(ctx context.Context, a *Account, in any) error {
				return a.revokeInvoking(ctx, in.(*rotateInput).RotationLambdaARN)
			}}},
		},
		{
			Name: "no-repository", Family: Function,
			Wrong:        "The region has no Serverless Application Repository.",
			NoRepository: true,
		},
		{
			Name: "function-tested-by-hand", Family: Function,
			Wrong: "Somebody runs the function by hand while the secret is rotated: its log holds an error.",
			strikes: []strike{{before: []string{"secretsmanager GetRandomPassword"}, by: function, do: func(ctx context.Context, a *Account, _ any) error {
				return a.runByHand(ctx)
			}}},
		},
	}
}

// runByHand invokes the rotation function of each secret for a version that
// does not rotate.
func (a *Account) runByHand(ctx context.Context) error {
	secrets, err := a.secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
	if err != nil {
		return err
	}
	for _, s := range secrets.SecretList {
		if s.RotationLambdaARN == nil {
			continue
		}
		event, err := json.Marshal(map[string]string{"Step": "createSecret", "SecretId": *s.ARN, "ClientRequestToken": "00000000-0000-4000-8000-000000000000"})
		if err != nil {
			return err
		}
		if _, err := a.functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: s.RotationLambdaARN, Payload: event}); err != nil {
			return err
		}
	}
	return nil
}

// revokeInvoking removes every statement of a function's policy.
func (a *Account) revokeInvoking(ctx context.Context, arn *string) error {
	out, err := a.functions.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: arn})
	if err != nil {
		return err
	}
	var policy struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), &policy); err != nil {
		return err
	}
	for _, s := range policy.Statement {
		if _, err := a.functions.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: arn, StatementId: &s.Sid}); err != nil {
			return err
		}
	}
	return nil
}

func limitFaults() []Fault {
	return []Fault{
		{
			Name: "instance-quota", Family: Limits,
			Wrong: "The account has as many DB instances as it may have.",
			strikes: []strike{{do: func(_ context.Context, a *Account, _ any) error {
				a.Quota()
				return nil
			}}},
		},
	}
}

func cleanupFaults() []Fault {
	return []Fault{
		{
			Name: "deletion-protection", Family: Cleanup,
			Wrong: "The database is protected from deletion.",
			strikes: []strike{{before: []string{"secretsmanager CancelRotateSecret", "cloudformation DeleteStack", "rds DeleteDBInstance"}, do: func(ctx context.Context, a *Account, _ any) error {
				return a.modify(ctx, func(in *rds.ModifyDBInstanceInput) { in.DeletionProtection = aws.Bool(true) })
			}}},
		},
	}
}
