package serverlessrepo_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cfnapi "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	logsapi "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	iamapi "github.com/aws/aws-sdk-go-v2/service/iam"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	repoapi "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository"
	repotypes "github.com/aws/aws-sdk-go-v2/service/serverlessapplicationrepository/types"
	"go.uber.org/goleak"

	"keyturn/aws/answers"
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/serverlessrepo"
	"keyturn/aws/sandbox/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	region    = "us-east-1"
	accountID = "123456789012"
)

// testAccount is five services on one loopback endpoint, and the SDK's clients.
type testAccount struct {
	url    string
	host   *lambda.Service
	repo   *repoapi.Client
	stacks *cfnapi.Client
	lambda *lambdaapi.Client
	iam    *iamapi.Client
	logs   *logsapi.Client
}

func newAccount(t *testing.T, pace cloud.Pace) *testAccount {
	t.Helper()
	c := cloud.New(region, accountID, pace, nil)
	l, i, f := logs.New(c), iam.New(c), cloudformation.New(c)
	host := lambda.New(c, l, i)
	keys := &wire.Keys{}
	keys.Add(wire.Key{ID: "AKIDTEST", Secret: "secret", Caller: wire.Caller{AccountID: accountID}})
	server := httptest.NewServer(wire.NewServer(wire.Options{Keys: keys, Region: region},
		l.Wire(), i.Wire(), f.Wire(), host.Wire(), serverlessrepo.New(c, f, host, i).Wire()))
	t.Cleanup(func() {
		server.Close()
		c.Close()
	})
	cfg := aws.Config{
		Region: region, BaseEndpoint: &server.URL, HTTPClient: answers.ReadFully(server.Client()),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDTEST", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
	return &testAccount{
		url: server.URL, host: host, repo: repoapi.NewFromConfig(cfg), stacks: cfnapi.NewFromConfig(cfg),
		lambda: lambdaapi.NewFromConfig(cfg), iam: iamapi.NewFromConfig(cfg), logs: logsapi.NewFromConfig(cfg),
	}
}

func deployment(stack, function string) *repoapi.CreateCloudFormationChangeSetInput {
	return &repoapi.CreateCloudFormationChangeSetInput{
		ApplicationId: aws.String(serverlessrepo.ApplicationARN), StackName: &stack,
		Capabilities: []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"},
		ParameterOverrides: []repotypes.ParameterValue{
			{Name: aws.String("endpoint"), Value: aws.String("https://secretsmanager.us-east-1.amazonaws.com")},
			{Name: aws.String("functionName"), Value: &function},
		},
		Tags: []repotypes.Tag{{Key: aws.String("keyturn:run"), Value: aws.String("test")}},
	}
}

// deploy creates the application's stack and waits for it, as a program would.
func (a *testAccount) deploy(t *testing.T, stack, function string) (stackID string) {
	t.Helper()
	return a.deployWith(t, deployment(stack, function))
}

func (a *testAccount) deployWith(t *testing.T, in *repoapi.CreateCloudFormationChangeSetInput) (stackID string) {
	t.Helper()
	ctx := t.Context()
	cs, err := a.repo.CreateCloudFormationChangeSet(ctx, in)
	check(t, err)
	changes := cfnapi.NewChangeSetCreateCompleteWaiter(a.stacks, func(o *cfnapi.ChangeSetCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = poll, poll })
	check(t, changes.Wait(ctx, &cfnapi.DescribeChangeSetInput{ChangeSetName: cs.ChangeSetId}, waitTimeout))
	_, err = a.stacks.ExecuteChangeSet(ctx, &cfnapi.ExecuteChangeSetInput{ChangeSetName: cs.ChangeSetId, ClientRequestToken: aws.String("run-1")})
	check(t, err)
	made := cfnapi.NewStackCreateCompleteWaiter(a.stacks, func(o *cfnapi.StackCreateCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = poll, poll })
	check(t, made.Wait(ctx, &cfnapi.DescribeStacksInput{StackName: cs.StackId}, waitTimeout))
	return *cs.StackId
}

func (a *testAccount) deleteStack(ctx context.Context, t *testing.T, id string) {
	t.Helper()
	_, err := a.stacks.DeleteStack(ctx, &cfnapi.DeleteStackInput{StackName: &id})
	check(t, err)
	gone := cfnapi.NewStackDeleteCompleteWaiter(a.stacks, func(o *cfnapi.StackDeleteCompleteWaiterOptions) { o.MinDelay, o.MaxDelay = poll, poll })
	check(t, gone.Wait(ctx, &cfnapi.DescribeStacksInput{StackName: &id}, waitTimeout))
}

const (
	poll        = 2 * time.Millisecond
	waitTimeout = 30 * time.Second
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
