package cloudformation

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/uuid"
)

// DescribeStackEvents lists a stack's events, newest first.
func (s *Service) DescribeStackEvents(_ context.Context, in *cloudformation.DescribeStackEventsInput) (*cloudformation.DescribeStackEventsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := requireStackName(in.StackName); err != nil {
		return nil, err
	}
	st := s.findStack(*in.StackName)
	if st == nil {
		return nil, invalid("Stack [%s] does not exist", *in.StackName)
	}
	all := slices.Clone(st.events)
	slices.Reverse(all)
	page, next, err := page(all, in.NextToken)
	return &cloudformation.DescribeStackEventsOutput{StackEvents: page, NextToken: next}, err
}

// setStatus changes a stack's status and records the event. token is the
// ClientRequestToken of the call that started it.
func (s *Service) setStatus(st *stack, status types.StackStatus, reason, token string) {
	st.status, st.reason = status, reason
	st.events = append(st.events, types.StackEvent{
		EventId: aws.String(uuid.NewString()), StackId: &st.id, StackName: &st.name,
		LogicalResourceId: &st.name, PhysicalResourceId: &st.id, ResourceType: aws.String("AWS::CloudFormation::Stack"),
		Timestamp: aws.Time(s.now()), ResourceStatus: types.ResourceStatus(status), ResourceStatusReason: optional(reason),
		ClientRequestToken: optional(token),
	})
}

// setResourceStatus is setStatus for a resource of the stack.
func (s *Service) setResourceStatus(st *stack, r *resource, status types.ResourceStatus, reason, token string) {
	r.status, r.reason, r.at = status, reason, s.now()
	st.events = append(st.events, types.StackEvent{
		EventId: aws.String(r.LogicalID + "-" + string(status) + "-" + r.at.Format("2006-01-02T15:04:05.000Z")),
		StackId: &st.id, StackName: &st.name,
		LogicalResourceId: &r.LogicalID, PhysicalResourceId: aws.String(r.physicalID), ResourceType: &r.Type,
		Timestamp: aws.Time(r.at), ResourceStatus: status, ResourceStatusReason: optional(reason),
		ClientRequestToken: optional(token),
	})
}
