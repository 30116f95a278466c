package lambda_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	logsapi "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/lambda"
)

func TestInvocationWritesLambdasLogLines(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	out := a.deployAndInvoke(t, func(_ context.Context, inv lambda.Invocation) ([]byte, error) {
		inv.Log("createSecret: done")
		return inv.Event, nil
	})
	if string(out.Payload) != "{}" || out.FunctionError != nil || out.StatusCode != 200 {
		t.Errorf("answer = %+v", out)
	}
	const id = `[0-9a-f-]{36}`
	want := []string{
		`^START RequestId: ` + id + ` Version: \$LATEST\n$`,
		`^createSecret: done\n$`,
		`^END RequestId: ` + id + `\n$`,
		`^REPORT RequestId: ` + id + `\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\t\n$`,
	}
	got := a.logLines(t)
	if len(got) != len(want) {
		t.Fatalf("lines = %q", got)
	}
	for i := range want {
		if !regexp.MustCompile(want[i]).MatchString(got[i]) {
			t.Errorf("line %d = %q, want %s", i, got[i], want[i])
		}
	}
	streams, err := a.logs.DescribeLogStreams(t.Context(), &logsapi.DescribeLogStreamsInput{LogGroupName: aws.String("/aws/lambda/" + name)})
	check(t, err)
	if len(streams.LogStreams) != 1 || !regexp.MustCompile(`^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$`).MatchString(*streams.LogStreams[0].LogStreamName) {
		t.Errorf("streams = %+v", streams.LogStreams)
	}
}

func TestConsecutiveInvocationsShareAnEnvironment(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.deployAndInvoke(t, returnNull)
	_, err := a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name)})
	check(t, err)
	streams, err := a.logs.DescribeLogStreams(t.Context(), &logsapi.DescribeLogStreamsInput{LogGroupName: aws.String("/aws/lambda/" + name)})
	check(t, err)
	if len(streams.LogStreams) != 1 {
		t.Errorf("%d streams, want one", len(streams.LogStreams))
	}
}

func TestFailuresOfCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code          lambda.Code
		kind, message string
		logged        string
	}{
		"by an exception, with the way it came": {
			func(context.Context, lambda.Invocation) ([]byte, error) {
				return nil, &lambda.Exception{Type: "ValueError", Message: "Unable to log into database", Stack: []string{"lambda_handler", "set_secret"}}
			},
			"ValueError", "Unable to log into database",
			"[ERROR] ValueError: Unable to log into database\nTraceback (most recent call last):\n  File \"/var/task/lambda_function.py\", in lambda_handler\n  File \"/var/task/lambda_function.py\", in set_secret\n",
		},
		"by an error of Go": {
			func(context.Context, lambda.Invocation) ([]byte, error) { return nil, context.Canceled },
			"Exception", "context canceled", "[ERROR] Exception: context canceled\n",
		},
		"by a panic": {
			func(context.Context, lambda.Invocation) ([]byte, error) { panic("no") },
			"Runtime.ExitError", "Runtime exited with error: exit status 1", "Runtime.ExitError\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, cloud.Instant)
			out := a.deployAndInvoke(t, c.code)
			wantFailure(t, out, c.kind, c.message)
			if all := strings.Join(a.logLines(t), ""); !strings.Contains(all, c.logged) {
				t.Errorf("log = %q, want %q", all, c.logged)
			}
		})
	}
}

func TestFunctionTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newAccount(t, cloud.Instant)
		released := make(chan struct{})
		start := time.Now()
		out := c.deployAndInvoke(t, func(_ context.Context, inv lambda.Invocation) ([]byte, error) {
			<-released
			inv.Log("too late to be heard")
			return nil, nil
		})
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("cut off after %s, want the function's 30 s", took)
		}
		close(released)
		synctest.Wait()
		wantFailure(t, out, "Sandbox.Timedout", "Task timed out after 30.00 seconds")
		all := strings.Join(c.logLines(t), "")
		if !strings.Contains(all, "Task timed out after 30.00 seconds") || !strings.Contains(all, "Duration: 30000.00 ms") || strings.Contains(all, "too late") {
			t.Errorf("log = %q", all)
		}
	})
}

func TestUploadedCodeHasNoRuntime(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	_, err := a.CreateFunction(t.Context(), newInput())
	check(t, err)
	out, err := a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(arn)})
	check(t, err)
	wantFailure(t, out, "Runtime.Unavailable", "the sandbox has no python3.13 runtime")
	if err := a.Principal("secretsmanager.amazonaws.com").Invoke(t.Context(), arn, []byte("{}")); err == nil {
		t.Error("Secrets Manager has no permission to invoke it")
	}
	_, err = a.AddPermission(t.Context(), permission("secretsmanager.amazonaws.com"))
	check(t, err)
	if err := a.Principal("secretsmanager.amazonaws.com").Invoke(t.Context(), arn, []byte("{}")); err == nil || !strings.Contains(err.Error(), "no python3.13 runtime") {
		t.Errorf("error = %v", err)
	}
}

func TestInvokeDryRunAndEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, cloud.Instant)
		calls := 0
		a.deployAndInvoke(t, func(context.Context, lambda.Invocation) ([]byte, error) { calls++; return nil, nil })
		dry, err := a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name), InvocationType: types.InvocationTypeDryRun})
		check(t, err)
		event, err := a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name), InvocationType: types.InvocationTypeEvent})
		check(t, err)
		synctest.Wait()
		if dry.StatusCode != 204 || event.StatusCode != 202 || calls != 2 {
			t.Errorf("dry run %d, event %d, %d calls in all", dry.StatusCode, event.StatusCode, calls)
		}
	})
}

func TestInvokeRejectsInvalidEvents(t *testing.T) {
	t.Parallel()
	a := newAccount(t, cloud.Instant)
	a.deployAndInvoke(t, returnNull)
	_, err := a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name), Payload: []byte("{")})
	wantError(t, err, "InvalidRequestContentException", "Could not parse request body into json")
	_, err = a.Invoke(t.Context(), &lambdaapi.InvokeInput{FunctionName: aws.String(name), InvocationType: types.InvocationTypeEvent, Payload: make([]byte, 1<<20+1)})
	wantError(t, err, "RequestTooLargeException", "Request must be smaller than 1048576 bytes")
}

func wantFailure(t *testing.T, out *lambdaapi.InvokeOutput, kind, message string) {
	t.Helper()
	var f struct{ ErrorType, ErrorMessage string }
	check(t, json.Unmarshal(out.Payload, &f))
	if aws.ToString(out.FunctionError) != "Unhandled" || f.ErrorType != kind || !strings.Contains(f.ErrorMessage, message) {
		t.Errorf("FunctionError %q, payload %s; want %s: %s", aws.ToString(out.FunctionError), out.Payload, kind, message)
	}
}
