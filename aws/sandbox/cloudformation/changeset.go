package cloudformation

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/uuid"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// How long CloudFormation takes to create a change set.
const (
	changeSetCreation     = 5 * time.Second
	changeSetCreationDemo = 600 * time.Millisecond
)

// ChangeSetSpec describes a new change set. If there is no stack of that name, it
// is created too.
type ChangeSetSpec struct {
	StackName     string
	ChangeSetName string
	Description   string
	Template      Template
	Parameters    []types.Parameter
	Capabilities  []types.Capability
	Tags          []types.Tag
	Failure       string // why it fails, or ""
}

type changeSet struct {
	id        string
	stack     *stack
	spec      ChangeSetSpec
	created   time.Time
	status    types.ChangeSetStatus
	reason    string
	execution types.ExecutionStatus
	token     string // of the ExecuteChangeSet that executed it
}

var (
	stackName     = steps.NewPattern(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)
	changeSetName = steps.NewPattern(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)
)

// AddChangeSet starts to create a change set, as CreateChangeSet does, and returns
// its id and the stack's.
func (s *Service) AddChangeSet(spec ChangeSetSpec) (changeSetID, stackID string, err error) {
	if !stackName.MatchString(spec.StackName) {
		return "", "", invalid("1 validation error detected: Value '%s' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", spec.StackName)
	}
	if !changeSetName.MatchString(spec.ChangeSetName) {
		return "", "", invalid("1 validation error detected: Value '%s' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", spec.ChangeSetName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.findStack(spec.StackName)
	if st != nil {
		switch {
		case slices.ContainsFunc(st.changeSets, func(cs *changeSet) bool { return cs.spec.ChangeSetName == spec.ChangeSetName }):
			return "", "", &wire.Error{Code: "AlreadyExistsException", Message: "ChangeSet " + spec.ChangeSetName + " already exists", Status: http.StatusBadRequest}
		case st.inProgress(), st.status == types.StackStatusRollbackComplete, st.status == types.StackStatusDeleteFailed, st.status == types.StackStatusCreateFailed:
			return "", "", invalid("Stack:%s is in %s state and can not be updated.", st.id, st.status)
		}
	} else {
		st = s.addStack(spec.StackName)
	}
	cs := &changeSet{
		id:    s.cloud.ARN("cloudformation", "changeSet/"+spec.ChangeSetName+"/"+uuid.NewString()),
		stack: st, spec: spec, created: s.now(),
		status: types.ChangeSetStatusCreateInProgress, execution: types.ExecutionStatusUnavailable,
	}
	st.changeSets = append(st.changeSets, cs)
	s.cloud.Go(func(ctx context.Context) { s.finishChangeSet(ctx, cs) })
	return cs.id, st.id, nil
}

// finishChangeSet completes a new stack's change set. One of an existing stack
// fails, because the sandbox does not update stacks.
func (s *Service) finishChangeSet(ctx context.Context, cs *changeSet) {
	if s.cloud.Sleep(ctx, changeSetCreation, changeSetCreationDemo) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch st := cs.stack; {
	case cs.spec.Failure != "":
		cs.status, cs.reason = types.ChangeSetStatusFailed, cs.spec.Failure
	case st.status == types.StackStatusReviewInProgress:
		cs.status, cs.execution = types.ChangeSetStatusCreateComplete, types.ExecutionStatusAvailable
	case st.template.Body == cs.spec.Template.Body && slices.EqualFunc(st.parameters, cs.spec.Parameters, sameParameter):
		cs.status, cs.reason = types.ChangeSetStatusFailed, "The submitted information didn't contain changes. Submit different information to create a change set."
	default:
		cs.status, cs.reason = types.ChangeSetStatusFailed, "The sandbox makes and deletes stacks; it does not update them. Delete the stack first."
	}
}

// DescribeChangeSet describes a change set, by its ARN or by its name and its
// stack's. It lists the changes of a complete one.
func (s *Service) DescribeChangeSet(_ context.Context, in *cloudformation.DescribeChangeSetInput) (*cloudformation.DescribeChangeSetOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cs, err := s.findChangeSet(in.ChangeSetName, in.StackName)
	if err != nil {
		return nil, err
	}
	out := &cloudformation.DescribeChangeSetOutput{
		ChangeSetId: &cs.id, ChangeSetName: &cs.spec.ChangeSetName, StackId: &cs.stack.id, StackName: &cs.stack.name,
		Description: optional(cs.spec.Description), CreationTime: &cs.created, Status: cs.status, StatusReason: optional(cs.reason),
		ExecutionStatus: cs.execution, Parameters: cs.spec.Parameters, Capabilities: cs.spec.Capabilities, Tags: cs.spec.Tags,
		NotificationARNs: []string{}, RollbackConfiguration: &types.RollbackConfiguration{}, IncludeNestedStacks: aws.Bool(false),
		Changes: []types.Change{},
	}
	if cs.status != types.ChangeSetStatusCreateComplete {
		return out, nil
	}
	for _, r := range cs.spec.Template.Resources {
		out.Changes = append(out.Changes, types.Change{Type: types.ChangeTypeResource, ResourceChange: &types.ResourceChange{
			Action: types.ChangeActionAdd, LogicalResourceId: aws.String(r.LogicalID), ResourceType: aws.String(r.Type),
			Scope: []types.ResourceAttribute{}, Details: []types.ResourceChangeDetail{},
		}})
	}
	slices.SortFunc(out.Changes, func(a, b types.Change) int {
		return strings.Compare(*a.ResourceChange.LogicalResourceId, *b.ResourceChange.LogicalResourceId)
	})
	return out, nil
}

// ListChangeSets lists a stack's change sets.
func (s *Service) ListChangeSets(_ context.Context, in *cloudformation.ListChangeSetsInput) (*cloudformation.ListChangeSetsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.findStack(aws.ToString(in.StackName))
	if st == nil {
		return nil, invalid("Stack [%s] does not exist", aws.ToString(in.StackName))
	}
	var all []types.ChangeSetSummary
	for _, cs := range st.changeSets {
		all = append(all, types.ChangeSetSummary{
			ChangeSetId: &cs.id, ChangeSetName: &cs.spec.ChangeSetName, StackId: &st.id, StackName: &st.name,
			Description: optional(cs.spec.Description), CreationTime: &cs.created, Status: cs.status, StatusReason: optional(cs.reason),
			ExecutionStatus: cs.execution, IncludeNestedStacks: aws.Bool(false),
		})
	}
	page, next, err := page(all, in.NextToken)
	return &cloudformation.ListChangeSetsOutput{Summaries: page, NextToken: next}, err
}

// ExecuteChangeSet starts to create the stack. It is idempotent by its token.
func (s *Service) ExecuteChangeSet(ctx context.Context, in *cloudformation.ExecuteChangeSetInput) (*cloudformation.ExecuteChangeSetOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cs, err := s.findChangeSet(in.ChangeSetName, in.StackName)
	if err != nil {
		return nil, err
	}
	token := aws.ToString(in.ClientRequestToken)
	switch {
	case token != "" && cs.token == token:
		return &cloudformation.ExecuteChangeSetOutput{}, nil
	case cs.status != types.ChangeSetStatusCreateComplete:
		return nil, wire.Errorf("InvalidChangeSetStatus", "ChangeSet [%s] cannot be executed in its current status of [%s]", cs.id, cs.status)
	case cs.execution != types.ExecutionStatusAvailable:
		return nil, wire.Errorf("InvalidChangeSetStatus", "ChangeSet [%s] cannot be executed in its current execution status of [%s]", cs.id, cs.execution)
	}
	cs.token = token
	s.startCreation(ctx, cs, aws.ToBool(in.DisableRollback))
	return &cloudformation.ExecuteChangeSetOutput{}, nil
}

// DeleteChangeSet deletes a change set that is not being executed. A missing one
// is no error.
func (s *Service) DeleteChangeSet(_ context.Context, in *cloudformation.DeleteChangeSetInput) (*cloudformation.DeleteChangeSetOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cs, err := s.findChangeSet(in.ChangeSetName, in.StackName)
	if isNotFound(err) {
		return &cloudformation.DeleteChangeSetOutput{}, nil
	}
	if err != nil {
		return nil, err
	}
	if cs.execution == types.ExecutionStatusExecuteInProgress {
		return nil, wire.Errorf("InvalidChangeSetStatus", "ChangeSet [%s] cannot be deleted in its current execution status of [%s]", cs.id, cs.execution)
	}
	cs.stack.changeSets = slices.DeleteFunc(cs.stack.changeSets, func(o *changeSet) bool { return o == cs })
	return &cloudformation.DeleteChangeSetOutput{}, nil
}

func (s *Service) findChangeSet(name, stackName *string) (*changeSet, error) {
	if name == nil {
		return nil, missingMember("changeSetName")
	}
	stacks := s.stacks
	if !strings.HasPrefix(*name, "arn:") {
		if stackName == nil {
			return nil, invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
		}
		st := s.findStack(*stackName)
		if st == nil {
			return nil, invalid("Stack [%s] does not exist", *stackName)
		}
		stacks = []*stack{st}
	}
	for _, st := range stacks {
		for _, cs := range st.changeSets {
			if cs.id == *name || cs.spec.ChangeSetName == *name {
				return cs, nil
			}
		}
	}
	return nil, &wire.Error{Code: "ChangeSetNotFound", Message: "ChangeSet [" + *name + "] does not exist", Status: http.StatusNotFound}
}

func isNotFound(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Code == "ChangeSetNotFound"
}

func sameParameter(a, b types.Parameter) bool {
	return *a.ParameterKey == *b.ParameterKey && *a.ParameterValue == *b.ParameterValue
}
