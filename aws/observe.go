package aws

import (
	"context"
	"errors"
	"fmt"
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

// cliName is what the AWS CLI calls each of them.
var cliName = map[string]string{
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

// observer reports every call of every client: one pair of events a call, and
// between them one for each further attempt.
type observer struct {
	emit      func(steps.Event)
	profile   string
	endpoints endpoints
	attempts  int // at most, of a call
}

// attach puts the observer last in the Initialize step: the input is complete
// and valid there, and the attempts are still to come. They are counted after
// the SDK's own Retry, in the Finalize step.
func (o *observer) attach(stack *middleware.Stack) error {
	if o.emit == nil {
		return nil
	}
	if err := stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("keyturn:attempt", o.attempt), "Retry", middleware.After); err != nil {
		return err
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("keyturn:observe", o.observe), middleware.After)
}

// tries is what a call's attempts so far came to.
type tries struct {
	made int
	last error
}

type triesKey struct{}

// attempt reports an attempt that is not the first, with why there is another.
func (o *observer) attempt(
	ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (middleware.FinalizeOutput, middleware.Metadata, error) {
	so, ok := ctx.Value(triesKey{}).(*tries)
	if !ok {
		return next.HandleFinalize(ctx, in)
	}
	so.made++
	if so.made > 1 {
		o.emit(steps.CallRetried{
			Service: cliName[awsmiddleware.GetServiceID(ctx)], Operation: awsmiddleware.GetOperationName(ctx),
			Attempt: so.made, Of: attemptsFor(so.last, o.attempts), Reason: reasonOf(so.last),
		})
	}
	out, metadata, err := next.HandleFinalize(ctx, in)
	so.last = err
	return out, metadata, err
}

// reasonOf says what an attempt came to, as the end of a sentence that begins
// with the service's name.
func reasonOf(err error) string {
	status := statusOf(err)
	switch {
	case errors.Is(kindOf(err), steps.ErrThrottled):
		return "asks for fewer calls"
	case isRenewed(err):
		return "says that the credentials have expired"
	case status != 0:
		return fmt.Sprintf("answers %d", status)
	}
	return "does not answer"
}

func (o *observer) observe(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	id, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
	call := steps.Call{
		Service:   cliName[id],
		Operation: operation,
		Mutates:   mutates(operation),
		CLI: cli.Call{
			Service: cliName[id], Operation: operation, Input: in.Parameters,
			Region: awsmiddleware.GetRegion(ctx), Profile: o.profile, Endpoint: o.endpoints[id],
		}.Line(),
	}
	o.emit(steps.CallStarted{Call: call})
	started := time.Now()
	out, metadata, err := next.HandleInitialize(context.WithValue(ctx, triesKey{}, &tries{}), in)
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

// mutates tells by an operation's verb whether it changes something; AWS names
// reading operations by these alone.
func mutates(operation string) bool {
	for _, verb := range []string{"Describe", "Get", "List", "Filter", "Lookup", "Simulate"} {
		if strings.HasPrefix(operation, verb) {
			return false
		}
	}
	return true
}
