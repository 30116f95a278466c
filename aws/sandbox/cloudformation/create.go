package cloudformation

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/aws/sandbox/wire"
)

// How long making and deleting a whole stack takes; the resources share it
// evenly.
const (
	creation     = 45 * time.Second
	creationDemo = 3 * time.Second
	deletion     = 20 * time.Second
	deletionDemo = 1500 * time.Millisecond
)

// create starts making the stack that a change set describes, in the name of
// whose request it is. Whoever calls it holds the lock.
func (s *Service) create(request context.Context, cs *changeSet, keepFailed bool) {
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
		st.stop = stop
		s.mu.Unlock()
		if !cancelled {
			s.make(ctx, st, cs, keepFailed)
		}
	})
}

// make makes the resources one by one; it gives up quietly when its context
// ends, which is when the stack is to be deleted or the sandbox closes.
func (s *Service) make(ctx context.Context, st *stack, cs *changeSet, keepFailed bool) {
	for _, r := range st.resources {
		if err := s.makeResource(ctx, st, r, cs.token); err != nil {
			s.giveUp(ctx, st, r, cs, err, keepFailed)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	if st.template.Outputs != nil {
		st.outputs = st.template.Outputs(st.build(&resource{}).Made)
	}
	cs.execution = types.ExecutionStatusExecuteComplete
	s.setStatus(st, types.StackStatusCreateComplete, "", cs.token)
}

func (s *Service) makeResource(ctx context.Context, st *stack, r *resource, token string) error {
	s.mu.Lock()
	s.setResource(st, r, types.ResourceStatusCreateInProgress, "", token)
	b := st.build(r)
	s.mu.Unlock()
	if err := s.lingerPart(ctx, creation, creationDemo, len(st.resources)); err != nil {
		return err
	}
	id, err := r.Create(ctx, b)
	s.mu.Lock()
	defer s.mu.Unlock()
	r.physicalID = id
	if err != nil {
		return err
	}
	s.setResource(st, r, types.ResourceStatusCreateInProgress, "Resource creation Initiated", token)
	s.setResource(st, r, types.ResourceStatusCreateComplete, "", token)
	return nil
}

// giveUp records why a resource failed and rolls the stack back, or leaves
// everything as it is where the caller wanted that.
func (s *Service) giveUp(ctx context.Context, st *stack, failed *resource, cs *changeSet, why error, keepFailed bool) {
	s.mu.Lock()
	if ctx.Err() != nil {
		s.mu.Unlock()
		return
	}
	cs.execution = types.ExecutionStatusExecuteFailed
	s.setResource(st, failed, types.ResourceStatusCreateFailed, why.Error(), cs.token)
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

// deleteResources deletes what was made of a stack, last made first, except what is to
// be retained, and returns the logical ids of what could not be deleted.
func (s *Service) deleteResources(ctx context.Context, st *stack, retain []string, token string) (undeleted []string) {
	for _, r := range slices.Backward(st.resources) {
		s.mu.Lock()
		there := r.status != "" && r.status != types.ResourceStatusDeleteComplete && r.status != types.ResourceStatusDeleteSkipped
		switch {
		case there && slices.Contains(retain, r.LogicalID):
			s.setResource(st, r, types.ResourceStatusDeleteSkipped, "", token)
			there = false
		case there:
			s.setResource(st, r, types.ResourceStatusDeleteInProgress, "", token)
		}
		id := r.physicalID
		s.mu.Unlock()
		if !there {
			continue
		}
		err := s.lingerPart(ctx, deletion, deletionDemo, len(st.resources))
		if err == nil && id != "" {
			err = r.Delete(ctx, id)
		}
		if ctx.Err() != nil {
			return undeleted
		}
		s.mu.Lock()
		if err != nil {
			undeleted = append(undeleted, r.LogicalID)
			s.setResource(st, r, types.ResourceStatusDeleteFailed, err.Error(), token)
		} else {
			s.setResource(st, r, types.ResourceStatusDeleteComplete, "", token)
		}
		s.mu.Unlock()
	}
	return undeleted
}

func (s *Service) lingerPart(ctx context.Context, actual, demo time.Duration, parts int) error {
	n := time.Duration(max(parts, 1))
	return s.cloud.Sleep(ctx, actual/n, demo/n)
}
