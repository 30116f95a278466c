package serverlessrepo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/uuid"

	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/wire"
)

// createFunction creates the rotation function with the sizes of the published
// template, and waits until it is active.
func (d deployment) createFunction(ctx context.Context, b cloudformation.Build) (string, error) {
	name := d.parameters["functionName"]
	in := &lambdaapi.CreateFunctionInput{
		FunctionName: &name, Description: aws.String(applicationDescription), Role: aws.String(d.roleARN(b.PhysicalIDs[roleID])),
		Handler: aws.String("lambda_function.lambda_handler"), Runtime: types.Runtime(d.parameters["runtime"]),
		MemorySize: aws.Int32(128), Timeout: aws.Int32(30), Tags: map[string]string{"SecretsManagerLambda": "Rotation", "lambda:createdBy": "SAM"},
		Environment: &types.Environment{Variables: map[string]string{"SECRETS_MANAGER_ENDPOINT": d.parameters["endpoint"]}},
	}
	if excluded := d.parameters["excludeCharacters"]; excluded != "" {
		in.Environment.Variables["EXCLUDE_CHARACTERS"] = excluded
	}
	if subnets := splitList(d.parameters["vpcSubnetIds"]); len(subnets) > 0 {
		in.VpcConfig = &types.VpcConfig{SubnetIds: subnets, SecurityGroupIds: splitList(d.parameters["vpcSecurityGroupIds"])}
	}
	for _, t := range b.Tags {
		in.Tags[*t.Key] = aws.ToString(t.Value)
	}
	needs := slices.Concat([]wire.Access{{Action: codeAccess.Action, Resource: d.cloud.ToOwnPartition(codeAccess.Resource)}}, d.lambda.Accesses("CreateFunction", in), d.lambda.Accesses("GetFunction", in))
	if err := authorizeHandler(ctx, "Lambda", needs...); err != nil {
		return "", err
	}
	arn, err := d.lambda.Deploy(ctx, in, ApplicationName)
	if arn == "" {
		name = ""
	}
	return name, toHandlerError("Lambda", err)
}

func (d deployment) deleteFunction(ctx context.Context, name string) error {
	in := &lambdaapi.DeleteFunctionInput{FunctionName: &name}
	if err := authorizeHandler(ctx, "Lambda", d.lambda.Accesses("DeleteFunction", in)...); err != nil {
		return err
	}
	_, err := d.lambda.DeleteFunction(ctx, in)
	return ignoreNotFound(toHandlerError("Lambda", err), "ResourceNotFoundException")
}

// createPermission lets Secrets Manager invoke the function.
func (d deployment) createPermission(ctx context.Context, b cloudformation.Build) (string, error) {
	sid := b.Name(100)
	in := &lambdaapi.AddPermissionInput{
		FunctionName: aws.String(b.PhysicalIDs[functionID]), StatementId: &sid,
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String(d.parameters["invokingServicePrincipal"]),
	}
	if err := authorizeHandler(ctx, "Lambda", d.lambda.Accesses("AddPermission", in)...); err != nil {
		return "", err
	}
	if _, err := d.lambda.AddPermission(ctx, in); err != nil {
		return "", toHandlerError("Lambda", err)
	}
	return sid, nil
}

func (d deployment) deletePermission(ctx context.Context, sid string) error {
	in := &lambdaapi.RemovePermissionInput{FunctionName: aws.String(d.parameters["functionName"]), StatementId: &sid}
	if err := authorizeHandler(ctx, "Lambda", d.lambda.Accesses("RemovePermission", in)...); err != nil {
		return err
	}
	_, err := d.lambda.RemovePermission(ctx, in)
	return ignoreNotFound(toHandlerError("Lambda", err), "ResourceNotFoundException")
}

// toHandlerError formats a service's error as CloudFormation's resource handlers
// do.
func toHandlerError(service string, err error) error {
	var e *wire.Error
	if !errors.As(err, &e) {
		return err
	}
	kind := "InvalidRequest"
	switch e.Status {
	case 403:
		kind = "AccessDenied"
	case 404:
		kind = "NotFound"
	case 409:
		kind = "AlreadyExists"
	}
	return &handlerError{
		text: fmt.Sprintf("Resource handler returned message: %q (RequestToken: %s, HandlerErrorCode: %s)",
			fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s)", e.Message, service, e.Status, uuid.NewString()), uuid.NewString(), kind),
		cause: e,
	}
}

// handlerError is a status reason with its cause.
type handlerError struct {
	text  string
	cause *wire.Error
}

func (e *handlerError) Error() string { return e.text }
func (e *handlerError) Unwrap() error { return e.cause }

// ignoreNotFound returns nil for an error with the code: there is nothing to
// delete.
func ignoreNotFound(err error, code string) error {
	var e *wire.Error
	if errors.As(err, &e) && e.Code == code {
		return nil
	}
	return err
}

// splitList splits a CommaDelimitedList.
func splitList(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
