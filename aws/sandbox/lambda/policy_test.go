package lambda_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"

	"keyturn/aws/sandbox/cloud"
)

func permission(principal string) *lambdaapi.AddPermissionInput {
	return &lambdaapi.AddPermissionInput{
		FunctionName: aws.String(name), StatementId: aws.String("s"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String(principal),
	}
}

func TestFunctionPolicyAllowsItsPrincipals(t *testing.T) {
	t.Parallel()
	for about, c := range map[string]struct {
		change func(*lambdaapi.AddPermissionInput)
		admits bool
	}{
		"the service, without a condition": {func(*lambdaapi.AddPermissionInput) {}, true},
		"the service, from this account":   {func(in *lambdaapi.AddPermissionInput) { in.SourceAccount = aws.String("123456789012") }, true},
		"the service, for a secret": {func(in *lambdaapi.AddPermissionInput) {
			in.SourceArn = aws.String("arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdEf")
		}, true},
		"everybody":                {func(in *lambdaapi.AddPermissionInput) { in.Principal = aws.String("*") }, true},
		"every action":             {func(in *lambdaapi.AddPermissionInput) { in.Action = aws.String("lambda:*") }, true},
		"not from another account": {func(in *lambdaapi.AddPermissionInput) { in.SourceAccount = aws.String("999999999999") }, false},
		"not for another service's resource": {func(in *lambdaapi.AddPermissionInput) {
			in.SourceArn = aws.String("arn:aws:sns:us-east-1:123456789012:topic")
		}, false},
		"not another service":    {func(in *lambdaapi.AddPermissionInput) { in.Principal = aws.String("events.amazonaws.com") }, false},
		"not for reading":        {func(in *lambdaapi.AddPermissionInput) { in.Action = aws.String("lambda:GetFunction") }, false},
		"not an account's users": {func(in *lambdaapi.AddPermissionInput) { in.Principal = aws.String("123456789012") }, false},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, cloud.Instant)
			_, err := a.CreateFunction(t.Context(), newInput())
			check(t, err)
			if a.Principal("secretsmanager.amazonaws.com").Invocable(arn) {
				t.Error("a function without a policy admits nobody")
			}
			in := permission("secretsmanager.amazonaws.com")
			c.change(in)
			_, err = a.AddPermission(t.Context(), in)
			check(t, err)
			if got := a.Principal("secretsmanager.amazonaws.com").Invocable(arn); got != c.admits {
				t.Errorf("invocable = %v", got)
			}
		})
	}
}

func TestFunctionPolicyIsAddedAndRemoved(t *testing.T) {
	t.Parallel()
	a, ctx := newAccount(t, cloud.Instant), t.Context()
	_, err := a.CreateFunction(ctx, newInput())
	check(t, err)
	_, err = a.GetPolicy(ctx, &lambdaapi.GetPolicyInput{FunctionName: aws.String(name)})
	wantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
	in := permission("secretsmanager.amazonaws.com")
	in.SourceAccount = aws.String("123456789012")
	_, err = a.AddPermission(ctx, in)
	check(t, err)
	_, err = a.AddPermission(ctx, in)
	wantError(t, err, "ResourceConflictException", "The statement id (s) provided already exists.")
	_, err = a.AddPermission(ctx, permission("nobody at all"))
	wantError(t, err, "InvalidParameterValueException", "The provided principal was invalid.")
	got, err := a.GetPolicy(ctx, &lambdaapi.GetPolicyInput{FunctionName: aws.String(name)})
	check(t, err)
	want := `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"Service":"secretsmanager.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + arn + `","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"}}}]}`
	if *got.Policy != want {
		t.Errorf("policy = %s\nwant     %s", *got.Policy, want)
	}
	stale := &lambdaapi.RemovePermissionInput{FunctionName: aws.String(name), StatementId: aws.String("s"), RevisionId: aws.String("old")}
	_, err = a.RemovePermission(ctx, stale)
	wantError(t, err, "PreconditionFailedException", "The RevisionId provided does not match")
	stale.RevisionId = nil
	_, err = a.RemovePermission(ctx, stale)
	check(t, err)
	_, err = a.RemovePermission(ctx, stale)
	wantError(t, err, "ResourceNotFoundException", "Statement s is not found in resource policy.")
}
