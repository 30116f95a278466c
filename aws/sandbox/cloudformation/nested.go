package cloudformation

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/uuid"
)

// NestedStack returns a resource that is itself a stack, created and deleted with
// its parent.
func (s *Service) NestedStack(logicalID string, template Template, parameters []types.Parameter) Resource {
	return Resource{
		LogicalID: logicalID, Type: "AWS::CloudFormation::Stack",
		Create: func(ctx context.Context, b Build) (string, error) {
			return s.createNested(ctx, b, template, parameters)
		},
		Delete: s.deleteNested,
	}
}

// createNested creates a nested stack and waits for it. One that fails is rolled
// back with its parent.
func (s *Service) createNested(ctx context.Context, b Build, template Template, parameters []types.Parameter) (string, error) {
	s.mu.Lock()
	name := b.Name(128)
	st := &stack{
		id: s.cloud.ARN("cloudformation", "stack/"+name+"/"+uuid.NewString()), name: name, parent: b.StackID,
		created: s.now(), updated: s.now(), cancel: func() {}, idle: closedChannel(), template: template, parameters: parameters, tags: b.StackTags,
	}
	for _, r := range template.Resources {
		st.resources = append(st.resources, &resource{Resource: r})
	}
	cs := &changeSet{stack: st, spec: ChangeSetSpec{Template: template}}
	s.stacks = append(s.stacks, st)
	s.setStatus(st, types.StackStatusCreateInProgress, "", "")
	s.mu.Unlock()
	s.createResources(ctx, st, cs, true)
	if err := ctx.Err(); err != nil {
		return st.id, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st.status != types.StackStatusCreateComplete {
		return st.id, fmt.Errorf("Embedded stack %s was not successfully created: %s", st.id, st.reason) //nolint:revive,staticcheck // AWS's text
	}
	return st.id, nil
}

func (s *Service) deleteNested(ctx context.Context, id string) error {
	s.mu.Lock()
	st := s.findStack(id)
	if st == nil || st.status == types.StackStatusDeleteComplete {
		s.mu.Unlock()
		return nil
	}
	s.setStatus(st, types.StackStatusDeleteInProgress, "", "")
	s.mu.Unlock()
	s.finishDeletion(ctx, st, nil, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	if st.status == types.StackStatusDeleteFailed {
		return errors.New("Embedded stack " + id + " was not successfully deleted: " + st.reason) //nolint:revive,staticcheck // AWS's text
	}
	return ctx.Err()
}

// Output returns a stack's output, or "".
func (s *Service) Output(stackID, key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.findStack(stackID); st != nil {
		for _, o := range st.outputs {
			if aws.ToString(o.OutputKey) == key {
				return aws.ToString(o.OutputValue)
			}
		}
	}
	return ""
}
