package lambda_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"keyturn/aws/sandbox/cloud"
)

func createPublished(t *testing.T, a testAccount) {
	t.Helper()
	in := newInput()
	in.Publish, in.Description, in.Tags = true, aws.String("first"), map[string]string{"team": "a"}
	made, err := a.CreateFunction(t.Context(), in)
	check(t, err)
	if *made.Version != "1" || *made.FunctionArn != arn || made.State != types.StatePending {
		t.Errorf("made version %s of %s, %s", *made.Version, *made.FunctionArn, made.State)
	}
}

func TestPublishedVersionDoesNotChange(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	createPublished(t, a)
	_, err := a.UpdateFunctionConfiguration(ctx, &lambdaapi.UpdateFunctionConfigurationInput{FunctionName: aws.String(name), Description: aws.String("second")})
	check(t, err)
	for qualifier, want := range map[string]struct{ version, description, arn string }{
		"":        {"$LATEST", "second", arn},
		"$LATEST": {"$LATEST", "second", arn + ":$LATEST"},
		"1":       {"1", "first", arn + ":1"},
	} {
		got, err := a.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(name), Qualifier: &qualifier})
		check(t, err)
		c := got.Configuration
		if *c.Version != want.version || *c.Description != want.description || *c.FunctionArn != want.arn || c.State != types.StateActive {
			t.Errorf("%q: version %s, %q, %s, %s", qualifier, *c.Version, *c.Description, *c.FunctionArn, c.State)
		}
	}
	_, err = a.UpdateFunctionConfiguration(ctx, &lambdaapi.UpdateFunctionConfigurationInput{FunctionName: aws.String(name + ":1"), Description: aws.String("third")})
	wantError(t, err, "InvalidParameterValueException", "Aliases and versions do not support this operation.")
	_, err = a.TagResource(ctx, &lambdaapi.TagResourceInput{Resource: aws.String(arn + ":1"), Tags: map[string]string{"a": "b"}})
	wantError(t, err, "InvalidParameterValueException", "Tags on function aliases and versions are not supported.")
}

func TestVersionIsInvokedListedAndDeleted(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	createPublished(t, a)
	out, err := a.Invoke(ctx, &lambdaapi.InvokeInput{FunctionName: aws.String(name), Qualifier: aws.String("1"), LogType: types.LogTypeTail})
	check(t, err)
	if *out.ExecutedVersion != "1" {
		t.Errorf("version %s ran", *out.ExecutedVersion)
	}
	count := func(which types.FunctionVersion) int {
		list, err := a.ListFunctions(ctx, &lambdaapi.ListFunctionsInput{FunctionVersion: which})
		check(t, err)
		return len(list.Functions)
	}
	if n, all := count(""), count(types.FunctionVersionAll); n != 1 || all != 2 {
		t.Errorf("listed %d functions, %d with versions", n, all)
	}
	_, err = a.DeleteFunction(ctx, &lambdaapi.DeleteFunctionInput{FunctionName: aws.String(name), Qualifier: aws.String("1")})
	check(t, err)
	_, err = a.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(name), Qualifier: aws.String("1")})
	wantError(t, err, "ResourceNotFoundException", "Function not found: "+arn+":1")
	_, err = a.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(name)})
	check(t, err)
}

func TestDeleteFunctionDeletesItsVersion(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	createPublished(t, a)
	_, err := a.DeleteFunction(ctx, &lambdaapi.DeleteFunctionInput{FunctionName: aws.String(name)})
	check(t, err)
	_, err = a.GetFunction(ctx, &lambdaapi.GetFunctionInput{FunctionName: aws.String(strings.Join([]string{name, "1"}, ":"))})
	wantError(t, err, "ResourceNotFoundException", "Function not found: "+arn+":1")
}

func TestAddPermissionRejectsLatest(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	createPublished(t, a)
	in := permission("secretsmanager.amazonaws.com")
	in.Qualifier = aws.String("$LATEST")
	_, err := a.AddPermission(ctx, in)
	wantError(t, err, "InvalidParameterValueException", "We currently do not support adding policies for $LATEST.")
	in.Qualifier = aws.String("1")
	out, err := a.AddPermission(ctx, in)
	check(t, err)
	if !strings.Contains(*out.Statement, `"Resource":"`+arn+`:1"`) {
		t.Errorf("statement: %s", *out.Statement)
	}
	_, err = a.GetPolicy(ctx, &lambdaapi.GetPolicyInput{FunctionName: aws.String(name)})
	wantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
}
