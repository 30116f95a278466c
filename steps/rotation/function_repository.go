package rotation

import (
	"context"
	"fmt"
	"strings"

	"keyturn/steps"
)

// rotationCapabilities acknowledge that the stack makes an IAM role and a
// policy on the function; CreateCloudFormationChangeSet refuses without them.
var rotationCapabilities = []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"}

// repository installs the function that AWS publishes in the Serverless
// Application Repository.
type repository struct{ app steps.Application }

func (repository) rotates() bool { return false }

func (f repository) install(ctx context.Context, r run, secret steps.SecretDescription) ([]action, error) {
	stack, err := r.findStack(ctx)
	if err != nil {
		return nil, err
	}
	prepare := func(ctx context.Context, r run) error {
		spec := r.stackSpec(secret)
		spec.ApplicationARN = f.app.ARN
		return r.createChangeSet(ctx, steps.FunctionSAR, func() (steps.ChangeSet, error) {
			return r.Services().Stacks.CreateChangeSet(ctx, spec, rotationCapabilities)
		})
	}
	return r.planStack(ctx, stack,
		newCall("serverlessrepo", "CreateCloudFormationChangeSet", "prepare AWS's function, from its Serverless Application Repository", prepare),
		newCall("cloudformation", "ExecuteChangeSet", "make the function, role and permission", executeChangeSet),
	)
}

// wait takes the function's ARN from the stack's output, or where the template
// has none its name from the stack's resource.
func (f repository) wait(ctx context.Context, r run) (installed, error) {
	stack, err := r.waitForStack(ctx)
	if err != nil {
		return installed{}, err
	}
	arn := stack.Outputs[functionOutput]
	if arn == "" {
		name, err := r.Services().Stacks.StackFunction(ctx, stack.ID)
		if err != nil {
			return installed{}, fmt.Errorf("find the rotation function: %w", err)
		}
		arn = functionARN(stack.ID, name)
	}
	r.rememberFunction(arn)
	return installed{StackID: stack.ID, LambdaARN: arn}, r.RecordCreated(steps.KindFunction, functionNameOf(arn), arn)
}

// functionARN names a function of the partition, region and account in which
// the stack is.
func functionARN(stackARN, function string) string {
	parts := strings.SplitN(stackARN, ":", 6) // arn:partition:cloudformation:region:account:…
	if len(parts) < 6 {
		return function
	}
	return strings.Join([]string{"arn", parts[1], "lambda", parts[3], parts[4], "function", function}, ":")
}
