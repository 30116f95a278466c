package rotation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/smithy-go"

	"keyturn/aws/sandbox/lambda"
	"keyturn/steps"
)

// handler is the published code's entry point, the outermost frame of its
// tracebacks.
const handler = "lambda_handler"

// raisedError is an exception with the Go error that caused it.
type raisedError struct {
	exception *lambda.Exception
	cause     error
}

func (r *raisedError) Error() string { return r.exception.Error() }

// Unwrap returns the exception, for Lambda, and its cause, for this package.
func (r *raisedError) Unwrap() []error { return []error{r.exception, r.cause} }

func raise(kind, message string, stack ...string) error {
	return &lambda.Exception{Type: kind, Message: message, Stack: stack}
}

// addFrame adds a frame to the traceback of an exception.
func addFrame(function string, err error) error {
	var e *lambda.Exception
	if errors.As(err, &e) && len(e.Stack) > 0 && !slices.Contains(e.Stack, function) {
		e.Stack = slices.Insert(e.Stack, 1, function)
	}
	return err
}

// keyError returns a KeyError. Python formats its text as a literal.
func keyError(message string, stack ...string) error {
	quote := "'"
	if strings.Contains(message, "'") {
		quote = `"`
	}
	return raise("KeyError", quote+message+quote, stack...)
}

// clientError returns what boto3 raises for an error response, or for no response.
func clientError(err error, operation string, stack ...string) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return &raisedError{&lambda.Exception{Type: "EndpointConnectionError", Message: "Could not connect to the endpoint: " + err.Error(), Stack: stack}, err}
	}
	message := fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", api.ErrorCode(), operation, api.ErrorMessage())
	kind := "ClientError"
	if slices.Contains(modelledErrors, api.ErrorCode()) {
		kind = api.ErrorCode()
	}
	return &raisedError{&lambda.Exception{Type: kind, Message: message, Stack: stack}, err}
}

// modelledErrors are the errors that have their own classes in boto3.
var modelledErrors = []string{
	"DecryptionFailure", "EncryptionFailure", "InternalServiceError", "InvalidNextTokenException", "InvalidParameterException",
	"InvalidRequestException", "LimitExceededException", "PreconditionNotMetException", "ResourceExistsException", "ResourceNotFoundException",
}

// isIgnorable reports whether the published code continues without a previous
// version after this error.
func isIgnorable(err error) bool {
	var missing *types.ResourceNotFoundException
	var e *lambda.Exception
	return errors.As(err, &missing) || errors.As(err, &e) && e.Type == "KeyError"
}

// operationalError returns what PyMySQL raises for a statement that the server
// rejects.
func operationalError(err error) error {
	var refused *steps.ServiceError
	if !errors.As(err, &refused) {
		return &raisedError{&lambda.Exception{Type: "OperationalError", Message: err.Error(), Stack: []string{handler}}, err}
	}
	code := refused.Code
	if code == "" {
		code = "2013" // lost connection
	}
	return &raisedError{&lambda.Exception{Type: "OperationalError", Message: fmt.Sprintf("(%s, %q)", code, refused.Message), Stack: []string{handler}}, err}
}

// info logs a line in the format of Lambda's Python runtime.
func (c *invocation) info(format string, args ...any) { c.log("INFO", fmt.Sprintf(format, args...)) }

func (c *invocation) log(level, message string) {
	c.inv.Log(fmt.Sprintf("[%s]\t%s\t%s\t%s", level, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), c.inv.RequestID, message))
}
