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

// What Lambda's quotas admit as an event: 6 MB if the caller waits, 1 MB if
// not; and how much of the log's end an answer carries.
const (
	mostEvent      = 6 << 20
	mostAsyncEvent = 1 << 20
	tail           = 4 << 10
)

// Invoke runs a function: to the end (RequestResponse), in the background
// (Event), or not at all (DryRun).
func (s *Service) Invoke(ctx context.Context, in *lambda.InvokeInput) (*lambda.InvokeOutput, error) {
	most := mostEvent
	if in.InvocationType == types.InvocationTypeEvent {
		most = mostAsyncEvent
	}
	event := in.Payload
	switch {
	case len(event) > most:
		return nil, fault(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request must be smaller than %d bytes for the InvokeFunction operation", most)
	case len(event) == 0:
		event = []byte("{}")
	case !json.Valid(event):
		return nil, fault(http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json: Could not parse payload into json")
	}
	f, err := s.ready(in.FunctionName, in.Qualifier)
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
		out.LogResult = aws.String(base64.StdEncoding.EncodeToString([]byte(log[max(0, len(log)-tail):])))
	}
	return out, nil
}

// Invoke runs the function with the event and waits for it. It returns an
// error if the function may not be invoked, failed or timed out.
func (p *Principal) Invoke(ctx context.Context, functionARN string, event []byte) error {
	if !p.Invocable(functionARN) {
		return fault(http.StatusForbidden, "AccessDeniedException",
			"User: %s is not authorized to perform: lambda:InvokeFunction on resource: %s because no resource-based policy allows the lambda:InvokeFunction action", p.name, functionARN)
	}
	f, err := p.lambda.ready(&functionARN, nil)
	if err != nil {
		return err
	}
	if done := p.lambda.run(ctx, f, event); done.failed {
		return fmt.Errorf("invoke %s: %s", functionARN, done.payload)
	}
	return nil
}

// ready returns a function that can be invoked now.
func (s *Service) ready(name, qualifier *string) (*function, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, _, err := s.find("InvokeFunction", name, qualifier)
	if err != nil {
		return nil, err
	}
	if f.config.State != types.StateActive {
		return nil, f.busy()
	}
	return f, nil
}
