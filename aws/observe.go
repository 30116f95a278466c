package aws

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"keyturn/aws/cli"
	"keyturn/steps"
)

// serviceIDs are the services that keyturn calls, by the SDK's ids.
var serviceIDs = []string{
	"STS", "IAM", "EC2", "RDS", "Secrets Manager", "ServerlessApplicationRepository", "CloudFormation", "Lambda", "CloudWatch Logs",
}

// cliServices are the AWS CLI's names for them.
var cliServices = map[string]string{
	"STS":                             "sts",
	"IAM":                             "iam",
	"EC2":                             "ec2",
	"RDS":                             "rds",
	"Secrets Manager":                 "secretsmanager",
	"ServerlessApplicationRepository": "serverlessrepo",
	"CloudFormation":                  "cloudformation",
	"Lambda":                          "lambda",
	"CloudWatch Logs":                 "logs",
}

// observer reports every call of every client: an event at its start and end,
// and one for each retry.
type observer struct {
	emit        func(steps.Event)
	profile     string
	endpoints   endpoints
	maxAttempts int // at most, of a call
}

// addMiddleware puts the observer last in the Initialize step, where the input
// is complete and valid and no attempt has been made yet. Attempts are counted
// after the SDK's own Retry, in the Finalize step.
func (o *observer) addMiddleware(stack *middleware.Stack) error {
	if o.emit == nil {
		return nil
	}
	if err := stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("keyturn:attempt", o.observeAttempt), "Retry", middleware.After); err != nil {
		return err
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("keyturn:observe", o.observeCall), middleware.After)
}

// attemptLog counts a call's attempts so far.
type attemptLog struct {
	count   int
	lastErr error
}

type attemptLogKey struct{}

// observeAttempt reports each retry and its reason.
func (o *observer) observeAttempt(
	ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (middleware.FinalizeOutput, middleware.Metadata, error) {
	attempts, ok := ctx.Value(attemptLogKey{}).(*attemptLog)
	if !ok {
		return next.HandleFinalize(ctx, in)
	}
	attempts.count++
	if attempts.count > 1 {
		o.emit(steps.CallRetried{
			Service: cliServices[awsmiddleware.GetServiceID(ctx)], Operation: awsmiddleware.GetOperationName(ctx),
			Attempt: attempts.count, Of: attemptsFor(attempts.lastErr, o.maxAttempts), Reason: retryReason(attempts.lastErr),
		})
	}
	out, metadata, err := next.HandleFinalize(ctx, in)
	attempts.lastErr = err
	return out, metadata, err
}

// retryReason says why an attempt failed, as the end of a sentence that begins
// with the service's name.
func retryReason(err error) string {
	status := statusOf(err)
	switch {
	case errors.Is(kindOf(err), steps.ErrThrottled):
		return "asks for fewer calls"
	case isExpiredCredentials(err):
		return "says that the credentials have expired"
	case status != 0:
		return fmt.Sprintf("answers %d", status)
	}
	return "does not answer"
}

func (o *observer) observeCall(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	id, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
	call := steps.Call{
		Service:   cliServices[id],
		Operation: operation,
		Mutates:   mutates(operation) && !isDryRun(in.Parameters),
		CLI: cli.Call{
			Service: cliServices[id], Operation: operation, Input: in.Parameters,
			Region: awsmiddleware.GetRegion(ctx), Profile: o.profile, Endpoint: o.endpoints[id],
		}.Line(),
	}
	o.emit(steps.CallStarted{Call: call})
	started := time.Now()
	out, metadata, err := next.HandleInitialize(context.WithValue(ctx, attemptLogKey{}, &attemptLog{}), in)
	call.Duration = time.Since(started)
	call.RequestID, _ = awsmiddleware.GetRequestIDMetadata(metadata)
	if err != nil {
		call.Error = errorName(err)
		if id := requestIDOf(err); id != "" {
			call.RequestID = id
		}
	}
	o.emit(steps.CallDone{Call: call})
	return out, metadata, err
}

// mutates reports by its verb whether an operation changes something. AWS names
// reading operations by these verbs only.
func mutates(operation string) bool {
	for _, verb := range []string{"Describe", "Get", "List", "Filter", "Lookup", "Simulate"} {
		if strings.HasPrefix(operation, verb) {
			return false
		}
	}
	return true
}

// isDryRun reports whether the input has EC2's DryRun set.
func isDryRun(input any) bool {
	dry := reflect.Indirect(reflect.ValueOf(input)).FieldByName("DryRun")
	if !dry.IsValid() {
		return false
	}
	on, _ := dry.Interface().(*bool)
	return on != nil && *on
}
