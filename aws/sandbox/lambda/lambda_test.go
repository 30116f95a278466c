package lambda_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	logsapi "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	iamapi "github.com/aws/aws-sdk-go-v2/service/iam"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"go.uber.org/goleak"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/logs"
	"keyturn/aws/sandbox/secrets"
	"keyturn/aws/sandbox/wire"
)

var _ secrets.Invoker = (*lambda.Principal)(nil)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	name = "SecretsManagerTutorial"
	arn  = "arn:aws:lambda:us-east-1:123456789012:function:" + name
	role = "arn:aws:iam::123456789012:role/rotation"
)

type testAccount struct {
	*lambda.Service
	logs *logs.Service
}

// newAccount is an account with the role of a function, closed at the test's end.
func newAccount(t *testing.T, pace cloud.Pace) testAccount {
	t.Helper()
	c := cloud.New("us-east-1", "123456789012", pace, nil)
	t.Cleanup(c.Close)
	l, i := logs.New(c), iam.New(c)
	_, err := i.CreateRole(t.Context(), &iamapi.CreateRoleInput{
		RoleName:                 aws.String("rotation"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`),
	})
	check(t, err)
	return testAccount{lambda.New(c, l, i), l}
}

func newInput() *lambdaapi.CreateFunctionInput {
	return &lambdaapi.CreateFunctionInput{
		FunctionName: aws.String(name), Role: aws.String(role), Runtime: types.RuntimePython313, Handler: aws.String("lambda_function.lambda_handler"),
		Code: &types.FunctionCode{ZipFile: emptyZip()}, Timeout: aws.Int32(30),
	}
}

// deployAndInvoke deploys a function with the code and invokes it with an empty event.
func (a testAccount) deployAndInvoke(t *testing.T, code lambda.Code) *lambdaapi.InvokeOutput {
	t.Helper()
	a.Register("test", code)
	_, err := a.Deploy(t.Context(), newInput(), "test")
	check(t, err)
	out, err := a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name)})
	check(t, err)
	return out
}

// logLines returns the function's log, oldest first.
func (a testAccount) logLines(t *testing.T) []string {
	t.Helper()
	out, err := a.logs.FilterLogEvents(t.Context(), &logsapi.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/" + name)})
	check(t, err)
	var lines []string
	for _, e := range out.Events {
		lines = append(lines, *e.Message)
	}
	return lines
}

func emptyZip() []byte {
	var b bytes.Buffer
	if err := zip.NewWriter(&b).Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, message) {
		t.Errorf("error = %v, want %s: %s", err, code, message)
	}
}

func returnNull(context.Context, lambda.Invocation) ([]byte, error) { return []byte("null"), nil }
