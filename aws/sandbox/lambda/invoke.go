package lambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Lambda's quotas in bytes: for a synchronous event, an asynchronous event, and
// the tail of the log in a response (Lambda Developer Guide, "Lambda quotas").
const (
	maxEventSize      = 6 << 20
	maxAsyncEventSize = 1 << 20
	logTailSize       = 4 << 10
)

// Invoke runs a function and waits (RequestResponse), runs it in the background
// (Event), or only validates the call (DryRun).
func (s *Service) Invoke(ctx context.Context, in *lambda.InvokeInput) (*lambda.InvokeOutput, error) {
	most := maxEventSize
	if in.InvocationType == types.InvocationTypeEvent {
		most = maxAsyncEventSize
	}
	event := in.Payload
	switch {
	case len(event) > most:
		return nil, newError(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request must be smaller than %d bytes for the InvokeFunction operation", most)
	case len(event) == 0:
		event = []byte("{}")
	case !json.Valid(event):
		return nil, newError(http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json: Could not parse payload into json")
	}
	f, err := s.findInvocable(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	switch in.InvocationType {
	case types.InvocationTypeDryRun:
		return &lambda.InvokeOutput{StatusCode: http.StatusNoContent}, nil
	case types.InvocationTypeEvent:
		s.cloud.Go(func(ctx context.Context) { s.run(ctx, f, event) })
		return &lambda.InvokeOutput{StatusCode: http.StatusAccepted}, nil
	case types.InvocationTypeRequestResponse, "":
	default:
		return nil, validation(in.InvocationType, "invocationType", "Member must satisfy enum value set: [Event, RequestResponse, DryRun]")
	}
	done := s.run(ctx, f, event)
	out := &lambda.InvokeOutput{StatusCode: http.StatusOK, ExecutedVersion: f.config.Version, Payload: done.payload}
	if done.failed {
		out.FunctionError = aws.String("Unhandled")
	}
	if in.LogType == types.LogTypeTail {
		log := done.log
		out.LogResult = aws.String(base64.StdEncoding.EncodeToString([]byte(log[max(0, len(log)-logTailSize):])))
	}
	return out, nil
}

// Invoke runs the function and waits for it. It returns an error if the principal
// may not invoke it, or if it failed or timed out.
func (p *Principal) Invoke(ctx context.Context, functionARN string, event []byte) error {
	if !p.Invocable(functionARN) {
		return newError(http.StatusForbidden, "AccessDeniedException",
			"User: %s is not authorized to perform: lambda:InvokeFunction on resource: %s because no resource-based policy allows the lambda:InvokeFunction action", p.name, functionARN)
	}
	f, err := p.lambda.findInvocable(&functionARN, nil)
	if err != nil {
		return err
	}
	if done := p.lambda.run(ctx, f, event); done.failed {
		return fmt.Errorf("invoke %s: %s", functionARN, done.payload)
	}
	return nil
}

// findInvocable finds a function that is active.
func (s *Service) findInvocable(name, qualifier *string) (*function, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, _, err := s.find("InvokeFunction", name, qualifier)
	if err != nil {
		return nil, err
	}
	if f.config.State != types.StateActive {
		return nil, f.notReadyError()
	}
	return f, nil
}
