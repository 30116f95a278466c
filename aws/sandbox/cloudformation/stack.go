package cloudformation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/uuid"
)

type stack struct {
	id         string
	name       string
	status     types.StackStatus
	reason     string
	parent     string // a nested stack's parent's id
	created    time.Time
	updated    time.Time // zero until the change set is executed
	deleted    time.Time
	changeSets []*changeSet
	events     []types.StackEvent // oldest first

	// From the executed change set.
	executed     *changeSet
	template     Template
	parameters   []types.Parameter
	capabilities []types.Capability
	tags         []types.Tag
	outputs      []types.Output
	resources    []*resource

	cancel func()        // ends a creation that is under way
	idle   chan struct{} // closed when nothing works on the stack
}

type resource struct {
	Resource
	physicalID string
	status     types.ResourceStatus // "" before its turn
	reason     string
	at         time.Time
}

func (s *Service) addStack(name string) *stack {
	st := &stack{
		id: s.cloud.ARN("cloudformation", "stack/"+name+"/"+uuid.NewString()), name: name,
		created: s.now(), cancel: func() {}, idle: closedChannel(),
	}
	s.stacks = append(s.stacks, st)
	s.setStatus(st, types.StackStatusReviewInProgress, "User Initiated", "")
	return st
}

// findStack finds a stack by its id or, unless it is deleted, by its name; nil if
// there is none.
func (s *Service) findStack(nameOrID string) *stack {
	for _, st := range s.stacks {
		if st.id == nameOrID || st.name == nameOrID && st.status != types.StackStatusDeleteComplete {
			return st
		}
	}
	return nil
}

// requireStack finds a stack, or returns the error "Stack with id X does not exist".
func (s *Service) requireStack(nameOrID *string) (*stack, error) {
	if err := requireStackName(nameOrID); err != nil {
		return nil, err
	}
	if st := s.findStack(*nameOrID); st != nil {
		return st, nil
	}
	return nil, invalid("Stack with id %s does not exist", *nameOrID)
}

func (s *Service) now() time.Time { return s.cloud.Now().UTC().Truncate(time.Millisecond) }

// DescribeStacks describes one stack, or all that are not deleted.
func (s *Service) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput) (*cloudformation.DescribeStacksOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.StackName != nil {
		st, err := s.requireStack(in.StackName)
		if err != nil {
			return nil, err
		}
		return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{st.describe()}}, nil
	}
	var all []types.Stack
	for _, st := range slices.Backward(s.stacks) {
		if st.status != types.StackStatusDeleteComplete {
			all = append(all, st.describe())
		}
	}
	page, next, err := page(all, in.NextToken)
	return &cloudformation.DescribeStacksOutput{Stacks: page, NextToken: next}, err
}

// ListStacks lists all stacks, including deleted ones, or those with the given
// statuses; newest first.
func (s *Service) ListStacks(_ context.Context, in *cloudformation.ListStacksInput) (*cloudformation.ListStacksOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []types.StackSummary
	for _, st := range slices.Backward(s.stacks) {
		if len(in.StackStatusFilter) == 0 || slices.Contains(in.StackStatusFilter, st.status) {
			all = append(all, types.StackSummary{
				StackId: &st.id, StackName: &st.name, StackStatus: st.status, StackStatusReason: optional(st.reason),
				CreationTime: &st.created, LastUpdatedTime: optionalTime(st.updated), DeletionTime: optionalTime(st.deleted),
				TemplateDescription: optional(st.template.Description),
				DriftInformation:    &types.StackDriftInformationSummary{StackDriftStatus: types.StackDriftStatusNotChecked},
			})
		}
	}
	page, next, err := page(all, in.NextToken)
	return &cloudformation.ListStacksOutput{StackSummaries: page, NextToken: next}, err
}

// GetTemplate returns a stack's or a change set's template. Both stages have the
// same text.
func (s *Service) GetTemplate(_ context.Context, in *cloudformation.GetTemplateInput) (*cloudformation.GetTemplateOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stages := []types.TemplateStage{types.TemplateStageOriginal, types.TemplateStageProcessed}
	if in.ChangeSetName != nil {
		cs, err := s.findChangeSet(in.ChangeSetName, in.StackName)
		if err != nil {
			return nil, err
		}
		return &cloudformation.GetTemplateOutput{TemplateBody: &cs.spec.Template.Body, StagesAvailable: stages}, nil
	}
	st, err := s.requireStack(in.StackName)
	if err != nil {
		return nil, err
	}
	return &cloudformation.GetTemplateOutput{TemplateBody: &st.template.Body, StagesAvailable: stages}, nil
}

func (st *stack) describe() types.Stack {
	out := types.Stack{
		StackId: &st.id, StackName: &st.name, StackStatus: st.status, StackStatusReason: optional(st.reason),
		CreationTime: &st.created, LastUpdatedTime: optionalTime(st.updated), DeletionTime: optionalTime(st.deleted),
		Description: optional(st.template.Description), Parameters: st.parameters, Capabilities: st.capabilities,
		Tags: st.tags, Outputs: st.outputs, DisableRollback: aws.Bool(false), EnableTerminationProtection: aws.Bool(false),
		NotificationARNs: []string{}, RollbackConfiguration: &types.RollbackConfiguration{},
		DriftInformation: &types.StackDriftInformation{StackDriftStatus: types.StackDriftStatusNotChecked},
	}
	if st.parent != "" {
		out.ParentId, out.RootId = &st.parent, &st.parent
	}
	if st.executed != nil {
		out.ChangeSetId = &st.executed.id
	}
	if st.status == types.StackStatusDeleteComplete { // as on AWS
		out.ChangeSetId, out.EnableTerminationProtection = nil, nil
	}
	return out
}

// inProgress reports whether the stack is being created or deleted.
func (st *stack) inProgress() bool {
	return strings.HasSuffix(string(st.status), "_IN_PROGRESS") && st.status != types.StackStatusReviewInProgress
}

func closedChannel() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
