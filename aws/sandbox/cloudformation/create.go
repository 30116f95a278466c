package cloudformation

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/aws/sandbox/wire"
)

// How long it takes to create and to delete a whole stack. Each resource takes an
// equal share.
const (
	creation     = 45 * time.Second
	creationDemo = 3 * time.Second
	deletion     = 20 * time.Second
	deletionDemo = 1500 * time.Millisecond
)

// startCreation starts to create a change set's stack, in the name of the request's
// caller. The caller holds the lock.
func (s *Service) startCreation(request context.Context, cs *changeSet, keepFailed bool) {
	st := cs.stack
	st.executed, st.template, st.updated = cs, cs.spec.Template, s.now()
	st.parameters, st.capabilities, st.tags = cs.spec.Parameters, cs.spec.Capabilities, cs.spec.Tags
	st.resources = nil
	for _, r := range cs.spec.Template.Resources {
		st.resources = append(st.resources, &resource{Resource: r})
	}
	// Executing one change set deletes the stack's others (API reference).
	st.changeSets = []*changeSet{cs}
	cs.execution = types.ExecutionStatusExecuteInProgress
	s.setStatus(st, types.StackStatusCreateInProgress, "User Initiated", cs.token)
	idle := make(chan struct{})
	st.idle = idle
	s.cloud.Go(func(closing context.Context) {
		defer close(idle)
		ctx, stop := context.WithCancel(wire.WithCallerOf(closing, request))
		defer stop()
		s.mu.Lock()
		cancelled := st.status != types.StackStatusCreateInProgress
		st.cancel = stop
		s.mu.Unlock()
		if !cancelled {
			s.createResources(ctx, st, cs, keepFailed)
		}
	})
}

// createResources creates the resources one by one. It returns without a status
// when ctx ends: the stack is being deleted, or the sandbox closes.
func (s *Service) createResources(ctx context.Context, st *stack, cs *changeSet, keepFailed bool) {
	for _, r := range st.resources {
		if err := s.createResource(ctx, st, r, cs.token); err != nil {
			s.failCreation(ctx, st, r, cs, err, keepFailed)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	if st.template.Outputs != nil {
		st.outputs = st.template.Outputs(st.buildFor(&resource{}).PhysicalIDs)
	}
	cs.execution = types.ExecutionStatusExecuteComplete
	s.setStatus(st, types.StackStatusCreateComplete, "", cs.token)
}

func (s *Service) createResource(ctx context.Context, st *stack, r *resource, token string) error {
	s.mu.Lock()
	s.setResourceStatus(st, r, types.ResourceStatusCreateInProgress, "", token)
	b := st.buildFor(r)
	s.mu.Unlock()
	if err := s.sleepShare(ctx, creation, creationDemo, len(st.resources)); err != nil {
		return err
	}
	id, err := r.Create(ctx, b)
	s.mu.Lock()
	defer s.mu.Unlock()
	r.physicalID = id
	if err != nil {
		return err
	}
	s.setResourceStatus(st, r, types.ResourceStatusCreateInProgress, "Resource creation Initiated", token)
	s.setResourceStatus(st, r, types.ResourceStatusCreateComplete, "", token)
	return nil
}

// failCreation records why a resource failed and rolls the stack back, or with
// keepFailed leaves it as it is.
func (s *Service) failCreation(ctx context.Context, st *stack, failed *resource, cs *changeSet, cause error, keepFailed bool) {
	s.mu.Lock()
	if ctx.Err() != nil {
		s.mu.Unlock()
		return
	}
	cs.execution = types.ExecutionStatusExecuteFailed
	s.setResourceStatus(st, failed, types.ResourceStatusCreateFailed, cause.Error(), cs.token)
	summary := "The following resource(s) failed to create: [" + failed.LogicalID + "]. "
	if keepFailed {
		s.setStatus(st, types.StackStatusCreateFailed, summary, cs.token)
		s.mu.Unlock()
		return
	}
	s.setStatus(st, types.StackStatusRollbackInProgress, summary+"Rollback requested by user.", cs.token)
	s.mu.Unlock()
	undeleted := s.deleteResources(ctx, st, nil, cs.token)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil: // a deletion took over
	case len(undeleted) > 0:
		s.setStatus(st, types.StackStatusRollbackFailed, failedToDelete(undeleted), cs.token)
	default:
		s.setStatus(st, types.StackStatusRollbackComplete, "", cs.token)
	}
}

// deleteResources deletes a stack's resources in reverse order, except those to
// retain, and returns the logical ids of those that could not be deleted.
func (s *Service) deleteResources(ctx context.Context, st *stack, retain []string, token string) (undeleted []string) {
	for _, r := range slices.Backward(st.resources) {
		s.mu.Lock()
		exists := r.status != "" && r.status != types.ResourceStatusDeleteComplete && r.status != types.ResourceStatusDeleteSkipped
		switch {
		case exists && slices.Contains(retain, r.LogicalID):
			s.setResourceStatus(st, r, types.ResourceStatusDeleteSkipped, "", token)
			exists = false
		case exists:
			s.setResourceStatus(st, r, types.ResourceStatusDeleteInProgress, "", token)
		}
		id := r.physicalID
		s.mu.Unlock()
		if !exists {
			continue
		}
		err := s.sleepShare(ctx, deletion, deletionDemo, len(st.resources))
		if err == nil && id != "" {
			err = r.Delete(ctx, id)
		}
		if ctx.Err() != nil {
			return undeleted
		}
		s.mu.Lock()
		if err != nil {
			undeleted = append(undeleted, r.LogicalID)
			s.setResourceStatus(st, r, types.ResourceStatusDeleteFailed, err.Error(), token)
		} else {
			s.setResourceStatus(st, r, types.ResourceStatusDeleteComplete, "", token)
		}
		s.mu.Unlock()
	}
	return undeleted
}

func (s *Service) sleepShare(ctx context.Context, actual, demo time.Duration, parts int) error {
	n := time.Duration(max(parts, 1))
	return s.cloud.Sleep(ctx, actual/n, demo/n)
}
