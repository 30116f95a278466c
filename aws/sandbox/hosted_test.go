package sandbox_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	repo "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	"github.com/aws/smithy-go"
)

// stackTest works on one CloudFormation stack of a rotation schedule.
type stackTest struct {
	testing.TB
	*cloudformation.Client
	name string
}

func hostedTemplate(secretID, function string) string {
	body, _ := json.Marshal(map[string]any{
		"Transform": "AWS::SecretsManager-2024-09-16",
		"Resources": map[string]any{"Schedule": map[string]any{
			"Type": "AWS::SecretsManager::RotationSchedule",
			"Properties": map[string]any{
				"SecretId": secretID, "RotationRules": map[string]any{"AutomaticallyAfterDays": 30},
				"HostedRotationLambda": map[string]any{"RotationType": "MySQLSingleUser", "RotationLambdaName": function},
			},
		}},
	})
	return string(body)
}

func (s stackTest) createChangeSet(template string) (*cloudformation.CreateChangeSetOutput, error) {
	return s.CreateChangeSet(s.Context(), &cloudformation.CreateChangeSetInput{
		StackName: &s.name, ChangeSetName: aws.String("set"), ChangeSetType: types.ChangeSetTypeCreate, TemplateBody: &template,
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand},
	})
}

// create makes the stack, and returns it as it is once CloudFormation has ended.
func (s stackTest) create(template string) types.Stack {
	s.Helper()
	set, err := s.createChangeSet(template)
	if err != nil {
		s.Fatal(err)
	}
	eventually(s, func() bool {
		_, err := s.ExecuteChangeSet(s.Context(), &cloudformation.ExecuteChangeSetInput{ChangeSetName: set.Id})
		return err == nil
	})
	return s.waitUntilDone(*set.StackId)
}

func (s stackTest) delete(id string) types.Stack {
	s.Helper()
	if _, err := s.DeleteStack(s.Context(), &cloudformation.DeleteStackInput{StackName: &id}); err != nil {
		s.Fatal(err)
	}
	return s.waitUntilDone(id)
}

func (s stackTest) waitUntilDone(id string) types.Stack {
	s.Helper()
	var found types.Stack
	eventually(s, func() bool {
		out, err := s.DescribeStacks(s.Context(), &cloudformation.DescribeStacksInput{StackName: &id})
		if err != nil {
			s.Fatal(err)
		}
		found = out.Stacks[0]
		return !strings.HasSuffix(string(found.StackStatus), "_IN_PROGRESS")
	})
	return found
}

func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("it did not happen within 20 s")
		}
	}
}

func TestTransformCreatesTheFunctionAndRotates(t *testing.T) {
	t.Parallel()
	s, cfg := start(t)
	vault := secretsmanager.NewFromConfig(cfg)
	first := createDatabase(t, cfg)
	text := must[[]byte](t)(json.Marshal(first))
	secret := *must[*secretsmanager.CreateSecretOutput](t)(vault.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String("s"), SecretString: aws.String(string(text)),
	})).ARN
	stack := stackTest{t, cloudformation.NewFromConfig(cfg), "tutorial"}
	made := stack.create(hostedTemplate(secret, "SecretsManagerHosted"))
	if made.StackStatus != types.StackStatusCreateComplete {
		t.Fatalf("stack %+v", made)
	}

	nested := must[*cloudformation.DescribeStackResourceOutput](t)(stack.DescribeStackResource(t.Context(), &cloudformation.DescribeStackResourceInput{
		StackName: made.StackId, LogicalResourceId: aws.String("ScheduleHostedRotationLambda"),
	})).StackResourceDetail
	if *nested.ResourceType != "AWS::CloudFormation::Stack" {
		t.Errorf("nested %+v", nested)
	}
	if child := stack.waitUntilDone(*nested.PhysicalResourceId); aws.ToString(child.ParentId) != *made.StackId || !strings.HasPrefix(*child.StackName, "tutorial-ScheduleHostedRotationLambda-") {
		t.Errorf("the nested stack %+v", child)
	}
	var described *secretsmanager.DescribeSecretOutput
	eventually(t, func() bool {
		described = must[*secretsmanager.DescribeSecretOutput](t)(vault.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &secret}))
		return described.LastRotatedDate != nil
	})
	if !strings.HasSuffix(aws.ToString(described.RotationLambdaARN), ":function:SecretsManagerHosted") || *described.RotationRules.AutomaticallyAfterDays != 30 {
		t.Errorf("described %+v", described)
	}
	for _, call := range s.Calls() {
		if call.Operation == "RotateSecret" {
			t.Error("CloudFormation's own call is counted as a client's")
		}
	}

	if gone := stack.delete(*made.StackId); gone.StackStatus != types.StackStatusDeleteComplete {
		t.Errorf("deleted %+v", gone)
	}
	described = must[*secretsmanager.DescribeSecretOutput](t)(vault.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &secret}))
	if aws.ToBool(described.RotationEnabled) {
		t.Error("rotation is still on")
	}
	wantCode(t, errOf(lambda.NewFromConfig(cfg).GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("SecretsManagerHosted")})), "ResourceNotFoundException")
	if child := stack.waitUntilDone(*nested.PhysicalResourceId); child.StackStatus != types.StackStatusDeleteComplete {
		t.Errorf("the nested stack is %s", child.StackStatus)
	}
}

func TestFailedTransformRollsBack(t *testing.T) {
	t.Parallel()
	_, cfg := start(t)
	stack := stackTest{t, cloudformation.NewFromConfig(cfg), "tutorial"}
	made := stack.create(hostedTemplate("no-such-secret", "SecretsManagerHosted"))
	if made.StackStatus != types.StackStatusRollbackComplete {
		t.Fatalf("stack %+v", made)
	}
	events := must[*cloudformation.DescribeStackEventsOutput](t)(stack.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: made.StackId}))
	said := ""
	for _, e := range events.StackEvents {
		if e.ResourceStatus == types.ResourceStatusCreateFailed {
			said = *e.LogicalResourceId + ": " + *e.ResourceStatusReason
		}
	}
	if !strings.Contains(said, "Schedule: ") || !strings.Contains(said, "can't find the specified secret") {
		t.Errorf("the history says %q", said)
	}
	wantCode(t, errOf(lambda.NewFromConfig(cfg).GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("SecretsManagerHosted")})), "ResourceNotFoundException")
}

func TestTransformStackIsDeletedAfterItsSecretIsRestored(t *testing.T) {
	t.Parallel()
	_, cfg := start(t)
	vault := secretsmanager.NewFromConfig(cfg)
	secret := *must[*secretsmanager.CreateSecretOutput](t)(vault.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretString: aws.String("{}")})).ARN
	stack := stackTest{t, cloudformation.NewFromConfig(cfg), "tutorial"}
	made := stack.create(hostedTemplate(secret, "SecretsManagerHosted"))
	must[*secretsmanager.DeleteSecretOutput](t)(vault.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: &secret}))
	if failed := stack.delete(*made.StackId); failed.StackStatus != types.StackStatusDeleteFailed || !strings.Contains(*failed.StackStatusReason, "[Schedule]") {
		t.Errorf("a stack is deleted before its secret; this one is %s: %s", failed.StackStatus, aws.ToString(failed.StackStatusReason))
	}
	must[*secretsmanager.RestoreSecretOutput](t)(vault.RestoreSecret(t.Context(), &secretsmanager.RestoreSecretInput{SecretId: &secret}))
	if gone := stack.delete(*made.StackId); gone.StackStatus != types.StackStatusDeleteComplete {
		t.Errorf("deleted %+v", gone)
	}
}

func TestInvalidTemplateIsRejected(t *testing.T) {
	t.Parallel()
	_, cfg := start(t)
	client := cloudformation.NewFromConfig(cfg)
	stack := stackTest{t, client, "tutorial"}
	wantCode(t, errOf(stack.createChangeSet("Transform: AWS::SecretsManager-2024-09-16")), "ValidationError")
	wantCode(t, errOf(stack.createChangeSet(`{"Resources":{}}`)), "ValidationError")
	_, err := client.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{
		StackName: aws.String("x"), ChangeSetName: aws.String("x"), TemplateBody: aws.String(hostedTemplate("s", "f")),
		Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	})
	wantCode(t, err, "InsufficientCapabilitiesException")

	set, err := stack.createChangeSet(strings.Replace(hostedTemplate("s", "f"), "MySQLSingleUser", "OracleSingleUser", 1))
	if err != nil {
		t.Fatal(err)
	}
	var out *cloudformation.DescribeChangeSetOutput
	eventually(t, func() bool {
		out = must[*cloudformation.DescribeChangeSetOutput](t)(client.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: set.Id}))
		return out.Status == types.ChangeSetStatusFailed
	})
	if !strings.HasPrefix(*out.StatusReason, "Transform AWS::SecretsManager-2024-09-16 failed with: ") {
		t.Errorf("reason %q", *out.StatusReason)
	}
}

func TestRegionWithoutTheRepositoryHasNoEndpoint(t *testing.T) {
	t.Parallel()
	_, cfg := startInRegion(t, "af-south-1")
	_, err := repo.NewFromConfig(cfg).GetApplication(t.Context(), &repo.GetApplicationInput{ApplicationId: aws.String("a")})
	wantCode(t, err, "UnknownOperationException")
}

func errOf[T any](_ T, err error) error { return err }

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != code {
		t.Errorf("error %v, want %s", err, code)
	}
}
