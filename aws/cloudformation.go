package aws

import (
	"context"
	"fmt"
	"slices"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/steps"
)

type cloudformationAPI interface {
	CreateChangeSet(context.Context, *cloudformation.CreateChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.CreateChangeSetOutput, error)
	DeleteStack(context.Context, *cloudformation.DeleteStackInput, ...func(*cloudformation.Options)) (*cloudformation.DeleteStackOutput, error)
	DescribeChangeSet(context.Context, *cloudformation.DescribeChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeChangeSetOutput, error)
	DescribeStackEvents(context.Context, *cloudformation.DescribeStackEventsInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStackEventsOutput, error)
	DescribeStackResource(context.Context, *cloudformation.DescribeStackResourceInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStackResourceOutput, error)
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
	ExecuteChangeSet(context.Context, *cloudformation.ExecuteChangeSetInput, ...func(*cloudformation.Options)) (*cloudformation.ExecuteChangeSetOutput, error)
}

func (s stacks) DescribeChangeSet(ctx context.Context, stack, set string) (steps.ChangeSet, error) {
	out, err := call(ctx, s.cloudformation.DescribeChangeSet, &cloudformation.DescribeChangeSetInput{StackName: optional(stack), ChangeSetName: &set})
	if err != nil {
		return steps.ChangeSet{}, err
	}
	return steps.ChangeSet{
		ID:      awssdk.ToString(out.ChangeSetId),
		StackID: awssdk.ToString(out.StackId),
		Status:  string(out.Status),
		Reason:  awssdk.ToString(out.StatusReason),
	}, nil
}

func (s stacks) ExecuteChangeSet(ctx context.Context, id, token string) error {
	_, err := call(ctx, s.cloudformation.ExecuteChangeSet, &cloudformation.ExecuteChangeSetInput{
		ChangeSetName: &id, ClientRequestToken: optional(token),
	})
	return err
}

func (s stacks) DescribeStack(ctx context.Context, id string) (steps.Stack, error) {
	out, err := call(ctx, s.cloudformation.DescribeStacks, &cloudformation.DescribeStacksInput{StackName: &id})
	if err != nil {
		return steps.Stack{}, err
	}
	if len(out.Stacks) == 0 {
		return steps.Stack{}, fmt.Errorf("stack %s: %w", id, steps.ErrNotFound)
	}
	return toStack(out.Stacks[0]), nil
}

func (s stacks) StacksPage(ctx context.Context, token string) ([]steps.Stack, string, error) {
	out, err := call(ctx, s.cloudformation.DescribeStacks, &cloudformation.DescribeStacksInput{NextToken: optional(token)})
	if err != nil {
		return nil, "", err
	}
	page := make([]steps.Stack, 0, len(out.Stacks))
	for _, found := range out.Stacks {
		page = append(page, toStack(found))
	}
	return page, awssdk.ToString(out.NextToken), nil
}

func toStack(found types.Stack) steps.Stack {
	stack := steps.Stack{
		ID:        awssdk.ToString(found.StackId),
		Name:      awssdk.ToString(found.StackName),
		Status:    string(found.StackStatus),
		Reason:    awssdk.ToString(found.StackStatusReason),
		Outputs:   map[string]string{},
		CreatedAt: awssdk.ToTime(found.CreationTime),
		Nested:    found.ParentId != nil,
	}
	for _, output := range found.Outputs {
		stack.Outputs[awssdk.ToString(output.OutputKey)] = awssdk.ToString(output.OutputValue)
	}
	for _, tag := range found.Tags {
		stack.Tags = append(stack.Tags, steps.Tag{Key: awssdk.ToString(tag.Key), Value: awssdk.ToString(tag.Value)})
	}
	return stack
}

// StackEvents returns the newest page of the stack's events, oldest first. AWS
// lists the newest first. One page holds all events of the rotation function's
// few resources.
func (s stacks) StackEvents(ctx context.Context, id string) ([]steps.StackEvent, error) {
	out, err := call(ctx, s.cloudformation.DescribeStackEvents, &cloudformation.DescribeStackEventsInput{StackName: &id})
	if err != nil {
		return nil, err
	}
	var events []steps.StackEvent
	for _, event := range slices.Backward(out.StackEvents) {
		events = append(events, steps.StackEvent{
			At:       awssdk.ToTime(event.Timestamp),
			Resource: awssdk.ToString(event.LogicalResourceId),
			Kind:     awssdk.ToString(event.ResourceType),
			Status:   string(event.ResourceStatus),
			Reason:   awssdk.ToString(event.ResourceStatusReason),
		})
	}
	return events, nil
}

func (s stacks) StackFunction(ctx context.Context, stackID string) (string, error) {
	out, err := call(ctx, s.cloudformation.DescribeStackResource, &cloudformation.DescribeStackResourceInput{
		StackName: &stackID, LogicalResourceId: awssdk.String(rotationApplication),
	})
	if err != nil {
		return "", err
	}
	if out.StackResourceDetail == nil {
		return "", fmt.Errorf("rotation function of stack %s: %w", stackID, steps.ErrNotFound)
	}
	return awssdk.ToString(out.StackResourceDetail.PhysicalResourceId), nil
}

func (s stacks) DeleteStack(ctx context.Context, id, token string) error {
	_, err := call(ctx, s.cloudformation.DeleteStack, &cloudformation.DeleteStackInput{
		StackName: &id, ClientRequestToken: optional(token),
	})
	return err
}
