package cloudformation

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// DescribeStackResource describes one resource by its logical id.
func (s *Service) DescribeStackResource(_ context.Context, in *cloudformation.DescribeStackResourceInput) (*cloudformation.DescribeStackResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, logical := aws.ToString(in.StackName), aws.ToString(in.LogicalResourceId)
	st := s.findStack(name)
	if st == nil {
		return nil, invalid("Stack '%s' does not exist", name)
	}
	for _, r := range st.startedResources() {
		if r.LogicalID == logical {
			return &cloudformation.DescribeStackResourceOutput{StackResourceDetail: &types.StackResourceDetail{
				StackId: &st.id, StackName: &st.name, LogicalResourceId: &r.LogicalID, PhysicalResourceId: optional(r.physicalID),
				ResourceType: &r.Type, ResourceStatus: r.status, ResourceStatusReason: optional(r.reason), LastUpdatedTimestamp: &r.at,
				Metadata: aws.String("{}"), DriftInformation: &types.StackResourceDriftInformation{StackResourceDriftStatus: types.StackResourceDriftStatusNotChecked},
			}}, nil
		}
	}
	return nil, invalid("Resource %s does not exist for stack %s", logical, name)
}

// DescribeStackResources describes a stack's resources; the stack may be named
// by a resource's physical id.
func (s *Service) DescribeStackResources(_ context.Context, in *cloudformation.DescribeStackResourcesInput) (*cloudformation.DescribeStackResourcesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var st *stack
	var err error
	switch {
	case in.StackName != nil && in.PhysicalResourceId != nil:
		err = invalid("Parameters StackName and PhysicalResourceId cannot both be specified")
	case in.PhysicalResourceId != nil:
		if st = s.findByPhysicalID(*in.PhysicalResourceId); st == nil {
			err = invalid("Stack for %s does not exist", *in.PhysicalResourceId)
		}
	default:
		st, err = s.requireStack(in.StackName)
	}
	if err != nil {
		return nil, err
	}
	out := &cloudformation.DescribeStackResourcesOutput{StackResources: []types.StackResource{}}
	for _, r := range st.startedResources() {
		if in.LogicalResourceId == nil || *in.LogicalResourceId == r.LogicalID {
			out.StackResources = append(out.StackResources, types.StackResource{
				StackId: &st.id, StackName: &st.name, LogicalResourceId: &r.LogicalID, PhysicalResourceId: optional(r.physicalID),
				ResourceType: &r.Type, ResourceStatus: r.status, ResourceStatusReason: optional(r.reason), Timestamp: &r.at,
				DriftInformation: &types.StackResourceDriftInformation{StackResourceDriftStatus: types.StackResourceDriftStatusNotChecked},
			})
		}
	}
	return out, nil
}

// ListStackResources lists a stack's resources, 100 a page.
func (s *Service) ListStackResources(_ context.Context, in *cloudformation.ListStackResourcesInput) (*cloudformation.ListStackResourcesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.requireStack(in.StackName)
	if err != nil {
		return nil, err
	}
	var all []types.StackResourceSummary
	for _, r := range st.startedResources() {
		all = append(all, types.StackResourceSummary{
			LogicalResourceId: &r.LogicalID, PhysicalResourceId: optional(r.physicalID), ResourceType: &r.Type,
			ResourceStatus: r.status, ResourceStatusReason: optional(r.reason), LastUpdatedTimestamp: &r.at,
			DriftInformation: &types.StackResourceDriftInformationSummary{StackResourceDriftStatus: types.StackResourceDriftStatusNotChecked},
		})
	}
	page, next, err := page(all, in.NextToken)
	return &cloudformation.ListStackResourcesOutput{StackResourceSummaries: page, NextToken: next}, err
}

// startedResources returns copies of the resources whose creation has started.
func (st *stack) startedResources() []resource {
	var shown []resource
	for _, r := range st.resources {
		if r.status != "" {
			shown = append(shown, *r)
		}
	}
	return shown
}

func (s *Service) findByPhysicalID(physicalID string) *stack {
	for _, st := range s.stacks {
		for _, r := range st.resources {
			if r.physicalID == physicalID && r.status != types.ResourceStatusDeleteComplete {
				return st
			}
		}
	}
	return nil
}
