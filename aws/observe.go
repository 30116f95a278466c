package aws

import (
	"context"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"keyturn/aws/cli"
	"keyturn/steps"
)

// serviceIDs are the services that keyturn calls, by the SDK's ids.
var serviceIDs = []string{
	"STS", "EC2", "RDS", "Secrets Manager", "ServerlessApplicationRepository", "CloudFormation", "CloudWatch Logs",
}

// cliName is what the AWS CLI calls each of them.
var cliName = map[string]string{
	"STS":                             "sts",
	"EC2":                             "ec2",
	"RDS":                             "rds",
	"Secrets Manager":                 "secretsmanager",
	"ServerlessApplicationRepository": "serverlessrepo",
	"CloudFormation":                  "cloudformation",
	"CloudWatch Logs":                 "logs",
}

// observer reports every call of every client: one pair of events a call,
// however often the SDK tries it.
type observer struct {
	emit      func(steps.Event)
	profile   string
	endpoints endpoints
}

// attach puts the observer last in the Initialize step: the input is complete
// and valid there, and the retries are still to come.
func (o *observer) attach(stack *middleware.Stack) error {
	if o.emit == nil {
		return nil
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("keyturn:observe", o.observe), middleware.After)
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
	out, metadata, err := next.HandleInitialize(ctx, in)
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
