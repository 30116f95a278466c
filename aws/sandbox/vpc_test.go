package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// The default group admits its own members, and what the test's database has
// admits everybody: what the function lacks in its VPC is Secrets Manager.
func TestFunctionInAVPCWithoutAnEndpointTimesOut(t *testing.T) {
	t.Parallel()
	a := setUpTutorial(t)
	cfg := a.cfg
	network := ec2.NewFromConfig(cfg)
	subnets := must[*ec2.DescribeSubnetsOutput](t)(network.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})).Subnets
	group := must[*ec2.DescribeSecurityGroupsOutput](t)(network.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupNames: []string{"default"}})).SecurityGroups[0]
	must[*lambda.UpdateFunctionConfigurationOutput](t)(lambda.NewFromConfig(cfg).UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &a.function,
		VpcConfig:    &lambdatypes.VpcConfig{SubnetIds: []string{*subnets[0].SubnetId}, SecurityGroupIds: []string{*group.GroupId}},
	}))

	must[*secretsmanager.RotateSecretOutput](t)(a.secrets.RotateSecret(t.Context(), &secretsmanager.RotateSecretInput{SecretId: &a.secretID, RotationLambdaARN: &a.function}))
	lines := a.waitForLogLine(t, "Task timed out after 30.00 seconds")
	if before := lines[len(lines)-2]; !strings.Contains(before, "Found credentials in environment variables.") {
		t.Errorf("the log goes on after the credentials:\n%s", strings.Join(lines, "\n"))
	}

	must[*ec2.CreateVpcEndpointOutput](t)(network.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
		VpcId: group.VpcId, ServiceName: aws.String("com.amazonaws.us-east-1.secretsmanager"), VpcEndpointType: ec2types.VpcEndpointTypeInterface,
		SubnetIds: []string{*subnets[1].SubnetId}, SecurityGroupIds: []string{*group.GroupId},
	}))
	second := a.rotate(t, &secretsmanager.RotateSecretInput{SecretId: &a.secretID, RotationLambdaARN: &a.function, ClientRequestToken: a.pendingVersion(t)})
	if err := a.signIn(t, second); err != nil {
		t.Errorf("through the endpoint: %v", err)
	}
}

// pendingVersion is the version of the rotation that did not finish.
func (a *testAccount) pendingVersion(t *testing.T) *string {
	t.Helper()
	for version, labels := range must[*secretsmanager.DescribeSecretOutput](t)(a.secrets.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &a.secretID})).VersionIdsToStages {
		if strings.Join(labels, "") == "AWSPENDING" {
			return &version
		}
	}
	t.Fatal("no version is pending")
	return nil
}

// waitForLogLine returns the function's log up to the line with a text.
func (a *testAccount) waitForLogLine(t *testing.T, text string) []string {
	t.Helper()
	logs := cloudwatchlogs.NewFromConfig(a.cfg)
	group := "/aws/lambda/" + a.function[strings.LastIndex(a.function, ":")+1:]
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		out, err := logs.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
		if err != nil {
			continue // the group comes with the first line
		}
		var lines []string
		for _, e := range out.Events {
			lines = append(lines, *e.Message)
			if strings.Contains(*e.Message, text) {
				return lines
			}
		}
	}
	t.Fatalf("the log never says %q", text)
	return nil
}
