package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"keyturn/aws/cli"
	"keyturn/steps"
)

// call makes an API call and translates its error. op is a client's method.
func call[In, Out, Options any](
	ctx context.Context, op func(context.Context, *In, ...func(*Options)) (*Out, error), in *In,
) (*Out, error) {
	callCtx, cancel := withCallTimeout(ctx)
	defer cancel()
	out, err := op(callCtx, in)
	if err != nil && callCtx.Err() != nil {
		err = fmt.Errorf("%w: %w", err, context.Cause(callCtx))
	}
	if err != nil {
		return nil, translate(ctx, err, cli.Secrets(in))
	}
	return out, nil
}

// translate turns the SDK's error into a steps.ServiceError, without any of
// the secrets that the call was given. If ctx has ended, it returns ctx.Err().
func translate(ctx context.Context, err error, secrets []string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failure := &steps.ServiceError{
		Code: codeOf(err), Message: err.Error(), RequestID: requestIDOf(err), Kind: kindOf(err), Err: err,
	}
	if operation, ok := operationOf(err); ok {
		failure.Service, failure.Operation = cmp.Or(cliServices[operation.ServiceID], operation.ServiceID), operation.OperationName
		failure.Message = operation.Err.Error()
	}
	if credentials, ok := errors.AsType[*credentialsError](err); ok {
		failure.Message = credentials.text()
	}
	if apiErr, ok := errors.AsType[smithy.APIError](err); ok {
		failure.Message = apiErr.ErrorMessage()
	}
	if status := statusOf(err); kindWithoutCode(err) != nil {
		failure.Code = ""
		failure.Message = fmt.Sprintf("it answered HTTP %d %s, without what AWS answers", status, http.StatusText(status))
	}
	if text, ok := unreachableText(err); ok {
		failure.Message = text
	}
	failure.SignIn = signInHintOf(err).command
	if errors.Is(failure.Kind, steps.ErrAccessDenied) {
		failure.Action = deniedActionOf(failure)
	}
	for _, secret := range secrets {
		if strings.Contains(err.Error(), secret) {
			failure.Message = strings.ReplaceAll(failure.Message, secret, steps.NewPassword(secret).String())
			failure.Err = nil
		}
	}
	return failure
}

// operationOf returns the call that failed, which may be the call for
// credentials.
func operationOf(err error) (*smithy.OperationError, bool) {
	if unsigned, ok := errors.AsType[*credentialsError](err); ok {
		if inner, ok := errors.AsType[*smithy.OperationError](unsigned.err); ok {
			return inner, true
		}
	}
	return errors.AsType[*smithy.OperationError](err)
}

// codeOf returns AWS's error code, as on the wire, or "".
func codeOf(err error) string {
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return answer.ErrorCode()
	}
	return ""
}

// statusOf returns the response's HTTP status, 0 if there was no response.
func statusOf(err error) int {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

func requestIDOf(err error) string {
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return answer.ServiceRequestID()
	}
	return ""
}

// errorName is the error in the report of a call: AWS's code, or the kind if no
// service answered.
func errorName(err error) string {
	if code := codeOf(err); code != "" && code != sdkUnknownCode {
		return code
	}
	if kind := kindOf(err); kind != nil {
		return kind.Error()
	}
	if errors.Is(err, context.Canceled) {
		return context.Canceled.Error()
	}
	return "failed"
}

// deniedActionPattern finds the denied IAM action in an error's message.
var deniedActionPattern = steps.NewPattern(`not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z]+)`)

// deniedActionOf returns the IAM action that was denied: the one that the
// message names, which may be another service's, or else the call's own.
func deniedActionOf(refused *steps.ServiceError) string {
	if named := deniedActionPattern.FindStringSubmatch(refused.Message); named != nil {
		return named[1]
	}
	if strings.Contains(refused.Message, "permission to create service linked role") {
		return "iam:CreateServiceLinkedRole"
	}
	return refused.Service + ":" + refused.Operation
}

// unreachableText says why no service answered; false if one did.
func unreachableText(err error) (string, bool) {
	if statusOf(err) != 0 {
		return "", false
	}
	if errors.Is(err, errCallTimeout) {
		return errCallTimeout.Error(), true
	}
	sent, ok := errors.AsType[*smithyhttp.RequestSendError](err)
	if !ok {
		return "", false
	}
	host, cause := "the endpoint", sent.Err
	if at, ok := errors.AsType[*url.Error](err); ok {
		cause = at.Err
		if u, err := url.Parse(at.URL); err == nil {
			host = u.Host
		}
	}
	if errors.Is(cause, context.DeadlineExceeded) {
		return host + ": no answer in time", true
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("%s: %s", host, dns.Err), true
	}
	return fmt.Sprintf("%s: %v", host, cause), true
}
