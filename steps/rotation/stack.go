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

func (r run) stackName() string { return stackName(r.ID()) }

func stackName(runID string) string { return "keyturn-" + runID }

// stackID is the run's stack by its ARN in the receipt, or before that is known
// by its full name.
func (r run) stackID() string {
	if id := r.Receipt().Tokens[TokenStack]; id != "" {
		return id
	}
	if r.functionFrom() == steps.FunctionTransform {
		return r.stackName()
	}
	return stackPrefix + r.stackName()
}

// findStack returns the run's stack by the ARN in the receipt, or by its name,
// or a zero one.
func (r run) findStack(ctx context.Context) (steps.Stack, error) {
	stack, err := r.Services().Stacks.DescribeStack(ctx, r.stackID())
	if errors.Is(err, steps.ErrNotFound) || err == nil && stack.Status == "DELETE_COMPLETE" {
		return steps.Stack{}, nil
	}
	if err != nil {
		return steps.Stack{}, fmt.Errorf("look for the rotation function's stack: %w", err)
	}
	return stack, r.RecordCreated(steps.KindStack, r.stackName(), stack.ID)
}

// planStack decides which of the two calls that make the stack are left to do.
func (r run) planStack(ctx context.Context, stack steps.Stack, prepare, execute action) ([]action, error) {
	create := []action{prepare, execute}
	switch {
	case stack.ID == "":
		return create, nil
	case stack.Status == "REVIEW_IN_PROGRESS":
		found, err := r.findChangeSet(ctx, stack)
		if found || err != nil {
			return create[1:], err
		}
	case !stackFailed(stack.Status) && !strings.HasPrefix(stack.Status, "DELETE"):
		return nil, nil // made, or in the making
	}
	return append([]action{deleteStack(stack, "delete what an earlier attempt left")}, create...), nil
}

// findChangeSet looks for the change set that an earlier attempt prepared, by the
// name that it gave it: the answer may have been lost.
func (r run) findChangeSet(ctx context.Context, stack steps.Stack) (bool, error) {
	set, err := r.Services().Stacks.DescribeChangeSet(ctx, stack.ID, r.stackName())
	if errors.Is(err, steps.ErrNotFound) || err == nil && set.Status == "FAILED" {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the change set: %w", err)
	}
	return true, errors.Join(r.SetToken(TokenStack, stack.ID), r.SetToken(TokenChangeSet, set.ID))
}

// createChangeSet prepares the stack.
func (r run) createChangeSet(ctx context.Context, from steps.FunctionSource, create func() (steps.ChangeSet, error)) error {
	if err := r.SetToken(TokenFunctionFrom, string(from)); err != nil { // it decides the stack's name
		return err
	}
	var set steps.ChangeSet
	err := r.Create(steps.KindStack, r.stackName(), func() (string, error) {
		var err error
		set, err = create()
		if errors.Is(err, steps.ErrAlreadyExists) { // by this call, if its first answer was lost
			if there, look := r.Services().Stacks.DescribeChangeSet(ctx, r.stackID(), r.stackName()); look == nil {
				set, err = there, nil
			}
		}
		if err != nil {
			return "", fmt.Errorf("prepare the rotation function: %w", err)
		}
		return set.StackID, nil
	})
	if err != nil {
		return err
	}
	return errors.Join(r.SetToken(TokenStack, set.StackID), r.SetToken(TokenChangeSet, set.ID))
}

// executeChangeSet has the stack made as soon as its change set is ready.
func executeChangeSet(ctx context.Context, r run) error {
	stacks, stack, id := r.Services().Stacks, r.Receipt().Tokens[TokenStack], r.Receipt().Tokens[TokenChangeSet]
	err := r.Poll(ctx, steps.Polling{
		For: "the change set to be ready", Every: r.Intervals().Stack, Usual: 10 * time.Second, Deadline: stackDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			now, err := stacks.DescribeChangeSet(ctx, stack, id)
			if err != nil {
				return "", false, fmt.Errorf("look at the change set: %w", err)
			}
			if now.Status == "FAILED" {
				return now.Status, false, &steps.StatusError{Kind: "AWS::CloudFormation::ChangeSet", ID: id, Status: now.Status, Reason: now.Reason}
			}
			return now.Status, now.Status == "CREATE_COMPLETE", nil
		},
	})
	if err != nil {
		return err
	}
	if err := stacks.ExecuteChangeSet(ctx, id, r.NewToken()); err != nil {
		return fmt.Errorf("make the rotation function: %w", err)
	}
	return nil
}

// waitForStack waits until the stack is made.
func (r run) waitForStack(ctx context.Context) (steps.Stack, error) {
	var stack steps.Stack
	err := r.Poll(ctx, steps.Polling{
		For: "the rotation function to be installed", Every: r.Intervals().Stack, Usual: stackUsual, Deadline: stackDeadline,
		Look: func(ctx context.Context) (string, bool, error) {
			var err error
			stack, err = r.Services().Stacks.DescribeStack(ctx, r.stackID())
			if err != nil {
				return "", false, fmt.Errorf("look at the stack: %w", err)
			}
			if stackFailed(stack.Status) {
				return stack.Status, false, r.stackFailure(ctx, stack, "CREATE_FAILED")
			}
			return stack.Status, stack.Status == "CREATE_COMPLETE", nil
		},
	})
	return stack, err
}

func stackFailed(status string) bool {
	return strings.HasPrefix(status, "ROLLBACK") || strings.HasSuffix(status, "FAILED")
}

// stackFailure is the failure of a stack with its cause.
func (r run) stackFailure(ctx context.Context, stack steps.Stack, status string) error {
	return &steps.StatusError{
		Kind: steps.KindStack, ID: stack.ID, Status: stack.Status, Reason: r.firstFailure(ctx, stack, status),
	}
}

// firstFailure is the first failure of a status that the stack's latest attempt
// met, which is the cause of the others, or the stack's own reason where the
// caller may not read its history.
func (r run) firstFailure(ctx context.Context, stack steps.Stack, status string) string {
	events, err := r.Services().Stacks.StackEvents(ctx, stack.ID)
	if err != nil {
		return stack.Reason
	}
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
	if first.Reason == "" {
		return stack.Reason
	}
	return fmt.Sprintf("%s: %s", first.Resource, first.Reason)
}

// deleteStack removes a stack and waits until it is gone.
func deleteStack(stack steps.Stack, why string) action {
	return newCall("cloudformation", "DeleteStack", why, func(ctx context.Context, r run) error {
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
