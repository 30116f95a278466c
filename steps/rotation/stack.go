package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
)

const (
	// stackPrefix is what the Serverless Application Repository puts before the
	// name of every stack it makes.
	stackPrefix = "serverlessrepo-"
	// functionOutput is the output of AWS's template that holds the ARN.
	functionOutput = "RotationLambdaARN"

	stackUsual    = time.Minute
	stackDeadline = 15 * time.Minute
)

// rotationCapabilities acknowledge that the stack makes an IAM role and a
// policy on the function; CreateCloudFormationChangeSet refuses without them.
var rotationCapabilities = []string{"CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"}

func (r run) stackName() string { return stackName(r.ID()) }

func stackName(runID string) string { return "keyturn-" + runID }

// functionNeeds are the actions that install the function. CloudFormation makes
// the role and the function in the caller's name; it names the role by the
// beginning of the stack's name, cut to what IAM allows.
func functionNeeds(p steps.Path) []steps.Permission {
	stack, role, function := stackARN(p), roleARN(p), p.ARN("lambda", "function:"+p.Setup.FunctionName)
	needs := steps.Needs([]string{p.Account.Services.Stacks.ApplicationARN()}, "serverlessrepo:GetApplication", "serverlessrepo:CreateCloudFormationChangeSet")
	needs = append(needs, steps.Needs([]string{stack}, "cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet",
		"cloudformation:ExecuteChangeSet", "cloudformation:DescribeStacks")...)
	needs = append(needs, steps.Needs([]string{role}, "iam:CreateRole", "iam:TagRole", "iam:GetRole", "iam:AttachRolePolicy", "iam:PutRolePolicy")...)
	needs = append(needs, steps.Permission{
		Action: "iam:PassRole", Resources: []string{role}, Only: map[string]string{"iam:PassedToService": "lambda.amazonaws.com"},
	})
	needs = append(needs, steps.Needs([]string{function}, "lambda:CreateFunction", "lambda:TagResource", "lambda:GetFunction", "lambda:AddPermission")...)
	return append(needs, steps.Needs([]string{"arn:" + p.Partition() + ":s3:::awsserverlessrepo-changesets*"}, "s3:GetObject")...)
}

func stackARN(p steps.Path) string {
	return p.ARN("cloudformation", "stack/"+stackPrefix+stackName(p.RunID)+"/*")
}

func roleARN(p steps.Path) string { return p.IAM("role/" + stackPrefix + stackName("*")) }

// findStack returns the run's stack by the ARN in the receipt, or by its name,
// or a zero one.
func (r run) findStack(ctx context.Context) (steps.Stack, error) {
	id := r.Receipt().Tokens[TokenStack]
	if id == "" {
		id = stackPrefix + r.stackName()
	}
	stack, err := r.Services().Stacks.DescribeStack(ctx, id)
	if errors.Is(err, steps.ErrNotFound) || err == nil && stack.Status == "DELETE_COMPLETE" {
		return steps.Stack{}, nil
	}
	if err != nil {
		return steps.Stack{}, fmt.Errorf("look for the rotation function's stack: %w", err)
	}
	return stack, r.RecordCreated(steps.KindStack, r.stackName(), stack.ID)
}

// installFunction decides what is left to do until the function exists.
func (r run) installFunction(stack steps.Stack, app steps.Application) []action {
	create := []action{createChangeSet(app), executeChangeSet()}
	switch {
	case stack.ID == "":
		return create
	case stack.Status == "REVIEW_IN_PROGRESS" && r.Receipt().Tokens[TokenChangeSet] != "":
		return create[1:]
	case stack.Status == "REVIEW_IN_PROGRESS", failedStack(stack.Status), strings.HasPrefix(stack.Status, "DELETE"):
		return append([]action{deleteStack(stack, "delete what an earlier attempt left")}, create...)
	default: // made, or in the making
		return nil
	}
}

func createChangeSet(app steps.Application) action {
	why := "prepare a stack with AWS's rotation function"
	return act("serverlessrepo", "CreateCloudFormationChangeSet", why, func(ctx context.Context, r run) error {
		stacks := r.Services().Stacks
		spec := steps.RotationStackSpec{
			ApplicationARN: app.ARN, StackName: r.stackName(), FunctionName: r.Setup().FunctionName,
			SecretsURL: stacks.SecretsURL(), SubnetIDs: r.state().Way.SubnetIDs, GroupIDs: r.state().Way.GroupIDs, Tags: r.Tags(),
		}
		var set steps.ChangeSet
		err := r.Create(steps.KindStack, r.stackName(), func() (string, error) {
			var err error
			set, err = stacks.CreateChangeSet(ctx, spec, rotationCapabilities)
			if err != nil {
				return "", fmt.Errorf("prepare the rotation function: %w", err)
			}
			return set.StackID, nil
		})
		if err != nil {
			return err
		}
		if err := errors.Join(r.SetToken(TokenStack, set.StackID), r.SetToken(TokenChangeSet, set.ID)); err != nil {
			return err
		}
		return r.Poll(ctx, steps.Polling{
			For: "the change set to be ready", Every: r.Intervals().Stack, Usual: 10 * time.Second, Deadline: stackDeadline,
			Look: func(ctx context.Context) (string, bool, error) {
				now, err := stacks.DescribeChangeSet(ctx, set.ID)
				if err != nil {
					return "", false, fmt.Errorf("look at the change set: %w", err)
				}
				if now.Status == "FAILED" {
					return now.Status, false, &steps.StatusError{Kind: "AWS::CloudFormation::ChangeSet", ID: set.ID, Status: now.Status, Reason: now.Reason}
				}
				return now.Status, now.Status == "CREATE_COMPLETE", nil
			},
		})
	})
}

func executeChangeSet() action {
	why := "create the function, its role and the permission to invoke it"
	return act("cloudformation", "ExecuteChangeSet", why, func(ctx context.Context, r run) error {
		set := r.Receipt().Tokens[TokenChangeSet]
		if err := r.Services().Stacks.ExecuteChangeSet(ctx, set, r.NewToken()); err != nil {
			return fmt.Errorf("make the rotation function: %w", err)
		}
		return nil
	})
}

// awaitFunction waits until the stack is made and notes the function.
func (r run) awaitFunction(ctx context.Context) error {
	stacks := r.Services().Stacks
	id := r.Receipt().Tokens[TokenStack]
	if id == "" {
		id = stackPrefix + r.stackName()
	}
	var stack steps.Stack
	err := r.Poll(ctx, steps.Polling{
		For: "the rotation function to be installed", Every: r.Intervals().Stack, Usual: stackUsual, Deadline: stackDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			var err error
			stack, err = stacks.DescribeStack(ctx, id)
			if err != nil {
				return "", false, fmt.Errorf("look at the stack: %w", err)
			}
			if failedStack(stack.Status) {
				return stack.Status, false, r.stackFailure(ctx, stack, "CREATE_FAILED")
			}
			return stack.Status, stack.Status == "CREATE_COMPLETE", nil
		},
	})
	if err != nil {
		return err
	}
	return r.rememberFunction(ctx, stack)
}

// rememberFunction takes the function's ARN from the stack's output, or where the
// template has none its name from the stack's resource.
func (r run) rememberFunction(ctx context.Context, stack steps.Stack) error {
	arn := stack.Outputs[functionOutput]
	if arn == "" {
		name, err := r.Services().Stacks.StackFunction(ctx, stack.ID)
		if err != nil {
			return fmt.Errorf("find the rotation function: %w", err)
		}
		arn = functionARN(stack.ID, name)
	}
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	r.update(func(s *State) { s.FunctionName, s.FunctionARN = name, arn })
	return r.RecordCreated(steps.KindFunction, name, arn)
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

func failedStack(status string) bool {
	return strings.HasPrefix(status, "ROLLBACK") || strings.HasSuffix(status, "FAILED")
}

// stackFailure adds the first failure of a status that the stack's latest
// attempt met, which is the cause of the others, where the caller may read its
// history.
func (r run) stackFailure(ctx context.Context, stack steps.Stack, status string) error {
	reason := stack.Reason
	events, err := r.Services().Stacks.StackEvents(ctx, stack.ID)
	if err == nil {
		var first steps.StackEvent
		slices.SortStableFunc(events, func(a, b steps.StackEvent) int { return a.At.Compare(b.At) })
		for _, e := range events {
			switch {
			case e.Resource == stack.Name && strings.HasSuffix(e.Status, "_IN_PROGRESS") && !strings.HasPrefix(e.Status, "ROLLBACK"):
				first = steps.StackEvent{} // a new attempt
			case e.Status == status && e.Resource != stack.Name && first.Reason == "":
				first = e
			}
		}
		if first.Reason != "" {
			reason = fmt.Sprintf("%s: %s", first.Resource, first.Reason)
		}
	}
	return &steps.StatusError{Kind: steps.KindStack, ID: stack.ID, Status: stack.Status, Reason: reason}
}

// deleteStack removes a stack and waits until it is gone.
func deleteStack(stack steps.Stack, why string) action {
	return act("cloudformation", "DeleteStack", why, func(ctx context.Context, r run) error {
		stacks := r.Services().Stacks
		if err := stacks.DeleteStack(ctx, stack.ID, r.NewToken()); err != nil && !errors.Is(err, steps.ErrNotFound) {
			return fmt.Errorf("delete the stack: %w", err)
		}
		err := r.Poll(ctx, steps.Polling{
			For: "the stack to be deleted", Every: r.Intervals().Stack, Usual: stackUsual, Deadline: r.stackDeletionDeadline(),
			Look: func(ctx context.Context) (string, bool, error) {
				now, err := stacks.DescribeStack(ctx, stack.ID)
				switch {
				case errors.Is(err, steps.ErrNotFound) || err == nil && now.Status == "DELETE_COMPLETE":
					return "DELETE_COMPLETE", true, nil
				case err != nil:
					return "", false, fmt.Errorf("look at the stack: %w", err)
				case now.Status == "DELETE_FAILED":
					return now.Status, false, r.stackFailure(ctx, now, now.Status)
				}
				return now.Status, false, nil
			},
		})
		if err != nil {
			return err
		}
		return errors.Join(r.RecordAllRemoved(steps.KindFunction), r.RecordAllRemoved(steps.KindStack), r.DropTokens(TokenStack, TokenChangeSet))
	})
}
