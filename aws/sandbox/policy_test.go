package sandbox_test

import (
	"errors"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
)

// startWithPolicy starts a sandbox whose user has the policy, and returns the
// configurations of the user and of the account's root.
func startWithPolicy(t *testing.T, policy string) (user, root awssdk.Config) {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant, UserPolicy: policy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	as := func(id, secret string) awssdk.Config {
		return awssdk.Config{
			Region: s.Region, BaseEndpoint: awssdk.String(s.URL()), RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
		}
	}
	id, secret := s.RootKey()
	return as(s.AccessKeyID, s.SecretAccessKey), as(id, secret)
}

// allowNothing allows only an action that the tests do not use.
const allowNothing = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}}`

func TestDeniedCallsAnswerInEachServicesForm(t *testing.T) {
	t.Parallel()
	cfg, _ := startWithPolicy(t, allowNothing)
	ctx, name := t.Context(), awssdk.String("x")
	const who = "User: arn:aws:iam::123456789012:user/keyturn is not authorized to perform: "
	tests := map[string]struct {
		err        error
		code, text string
	}{
		"an EC2 call that only reads": {
			errOf(ec2.NewFromConfig(cfg).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})), "UnauthorizedOperation",
			"You are not authorized to perform this operation. " + who + "ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action",
		},
		"a dry run": {
			errOf(ec2.NewFromConfig(cfg).DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: awssdk.String("sg-0123456789abcdef0"), DryRun: awssdk.Bool(true)})), "UnauthorizedOperation",
			"on resource: arn:aws:ec2:us-east-1:123456789012:security-group/sg-0123456789abcdef0 because",
		},
		"an RDS call": {
			errOf(rds.NewFromConfig(cfg).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: awssdk.String("MyDB")})), "AccessDenied",
			who + "rds:DescribeDBInstances on resource: arn:aws:rds:us-east-1:123456789012:db:mydb because no identity-based policy allows the rds:DescribeDBInstances action",
		},
		"a secret that is not there is named, not said to be missing": {
			errOf(secretsmanager.NewFromConfig(cfg).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: name})), "AccessDeniedException",
			who + "secretsmanager:DescribeSecret on resource: x because no identity-based policy allows the secretsmanager:DescribeSecret action",
		},
		"a stack": {
			errOf(cloudformation.NewFromConfig(cfg).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: name})), "AccessDenied",
			who + "cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-east-1:123456789012:stack/x/* because",
		},
		"a function": {
			errOf(lambda.NewFromConfig(cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: name})), "AccessDeniedException",
			who + "lambda:GetFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:x because",
		},
		"a log group": {
			errOf(cloudwatchlogs.NewFromConfig(cfg).FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: name})), "AccessDeniedException",
			who + "logs:FilterLogEvents on resource: arn:aws:logs:us-east-1:123456789012:log-group:x:log-stream: because",
		},
		"a role": {
			errOf(iam.NewFromConfig(cfg).GetRole(ctx, &iam.GetRoleInput{RoleName: name})), "AccessDenied",
			who + "iam:GetRole on resource: arn:aws:iam::123456789012:role/x because",
		},
		"the repository": {
			errOf(serverlessapplicationrepository.NewFromConfig(cfg).GetApplication(ctx, &serverlessapplicationrepository.GetApplicationInput{ApplicationId: name})), "AccessDeniedException",
			who + "serverlessrepo:GetApplication on resource: x because",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, ok := errors.AsType[smithy.APIError](test.err)
			if !ok || answer.ErrorCode() != test.code || !strings.Contains(answer.ErrorMessage(), test.text) {
				t.Errorf("got %v\nwant %s: %s", test.err, test.code, test.text)
			}
		})
	}
	if _, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); err != nil {
		t.Errorf("GetCallerIdentity needs no permission: %v", err)
	}
}

func TestUserPolicyHoldsFromTheNextRequest(t *testing.T) {
	t.Parallel()
	user, root := startWithPolicy(t, "")
	ctx, policy, who := t.Context(), awssdk.String("mine"), awssdk.String("keyturn")
	secrets := secretsmanager.NewFromConfig(user)
	if _, err := secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{}); err != nil {
		t.Fatal(err)
	}
	own := iam.NewFromConfig(user)
	if _, err := own.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: who, PolicyName: policy, PolicyDocument: awssdk.String(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`),
	}); err != nil {
		t.Fatal(err)
	}
	_, err := secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
	if err == nil || !strings.Contains(err.Error(), "not authorized to perform: secretsmanager:ListSecrets with an explicit deny in an identity-based policy") {
		t.Fatalf("after the deny: %v", err)
	}
	if _, err := own.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: who, PolicyName: policy}); err == nil {
		t.Error("the user who locked himself out took the lock off")
	}
	if _, err := iam.NewFromConfig(root).DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: who, PolicyName: policy}); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{}); err != nil {
		t.Errorf("after root took it off: %v", err)
	}
}
