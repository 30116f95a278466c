package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"keyturn/steps"
)

// functionSource is a way to come by the rotation function.
type functionSource interface {
	// install decides what is left to do until the function is there.
	install(ctx context.Context, r run, secret steps.SecretDescription) ([]action, error)
	// wait waits until the function is there.
	wait(ctx context.Context, r run) (installed, error)
	// rotates reports that what install does also turns rotation on and starts
	// a rotation.
	rotates() bool
}

// installed is a rotation function that is there. StackID is "" for one that
// was there before the run. VersionID is that of the rotation which the
// installation started, "" where the step starts it.
type installed struct {
	StackID   string
	LambdaARN string
	VersionID string
}

// chooseFunction decides how this run comes by its function: as the person
// said, else from the repository, else by the transform.
func (r run) chooseFunction(ctx context.Context) (functionSource, error) {
	setup, stacks := r.Setup(), r.Services().Stacks
	if setup.FunctionARN != "" {
		return existingFunction{setup.FunctionARN}, nil
	}
	if setup.FunctionFrom == steps.FunctionTransform {
		return transform{"as you chose"}, nil
	}
	automatic := setup.FunctionFrom != steps.FunctionSAR
	if because, err := r.whyTransformAgain(ctx); automatic && (because != "" || err != nil) {
		return transform{because}, err
	}
	if automatic && !stacks.HasRepository() {
		return transform{"this region has no Serverless Application Repository"}, nil
	}
	app, err := stacks.Application(ctx, stacks.ApplicationARN())
	if because := whyNotOffered(err); automatic && because != "" {
		return transform{because}, nil
	}
	if err != nil && !stacks.HasRepository() { // whatever stands in for its endpoint answers something else
		err = &steps.ServiceError{
			Service: "serverlessrepo", Operation: "GetApplication", Message: "AWS has no Serverless Application Repository in this region",
			Kind: steps.ErrNotFound,
		}
	}
	if err != nil {
		return nil, fmt.Errorf("look for AWS's rotation function: %w", err)
	}
	return repository{app}, nil
}

// whyNotOffered says why an answer means that the repository does not offer the
// function here, "" if it means something else.
func whyNotOffered(err error) string {
	answer, _ := errors.AsType[*steps.ServiceError](err)
	switch {
	case errors.Is(err, steps.ErrNoSuchEndpoint):
		return "the Serverless Application Repository has no address here"
	case errors.Is(err, steps.ErrUnknownOperation):
		return "there is no Serverless Application Repository here"
	case errors.Is(err, steps.ErrNotFound), answer != nil && answer.Code == "ForbiddenException":
		return "the Serverless Application Repository does not offer the function here"
	}
	return ""
}

// whyTransformAgain says why an earlier attempt leads to the transform, ""
// if none does.
func (r run) whyTransformAgain(ctx context.Context) (string, error) {
	switch {
	case len(r.Receipt().Existing(steps.KindStack)) == 0:
		return "", nil
	case r.functionFrom() == steps.FunctionTransform:
		return "as this run began", nil
	}
	stack, err := r.findStack(ctx)
	if err != nil || !stackFailed(stack.Status) {
		return "", err
	}
	if strings.Contains(r.firstFailure(ctx, stack, "CREATE_FAILED"), steps.RuntimeRetired) {
		return "Lambda no longer takes the runtime of the repository's version", nil
	}
	return "", nil
}

// functionFrom is the source that this run's function came from, "" before it
// was decided.
func (r run) functionFrom() steps.FunctionSource {
	if r.Setup().FunctionARN != "" {
		return steps.FunctionExisting
	}
	return steps.FunctionSource(r.Receipt().Tokens[TokenFunctionFrom])
}

// stackSpec is what the function and its stack are given.
func (r run) stackSpec(secret steps.SecretDescription) steps.RotationStackSpec {
	setup := r.Setup()
	return steps.RotationStackSpec{
		ApplicationARN: r.Services().Stacks.ApplicationARN(), StackName: r.stackName(), FunctionName: setup.FunctionName,
		SecretsURL: r.Services().Stacks.SecretsURL(), Tags: r.Tags(),
		SubnetIDs: r.state().FunctionNetwork.SubnetIDs, GroupIDs: r.state().FunctionNetwork.members(r.state().Group),
		SecretARN: secret.ARN, Rules: setup.Rotation(), TestOnly: setup.TestOnly,
	}
}

// rememberFunction notes the function by its ARN.
func (r run) rememberFunction(arn string) {
	r.update(func(s *State) { s.FunctionName, s.FunctionARN = functionNameOf(arn), arn })
}

// functionNameOf is a function's name in its ARN, without a version or an alias.
func functionNameOf(arn string) string {
	parts := strings.SplitN(arn, ":", 8) // arn:partition:lambda:region:account:function:NAME:QUALIFIER
	if len(parts) < 7 {
		return arn
	}
	return parts[6]
}
