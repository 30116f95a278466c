package cloudformation

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"keyturn/aws/sandbox/wire"
)

// DeleteStack starts to delete a stack and its resources, after it has cancelled a
// creation in progress. A stack that is missing or being deleted is no error.
func (s *Service) DeleteStack(request context.Context, in *cloudformation.DeleteStackInput) (*cloudformation.DeleteStackOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := requireStackName(in.StackName); err != nil {
		return nil, err
	}
	out := &cloudformation.DeleteStackOutput{}
	st := s.findStack(*in.StackName)
	if st == nil || st.status == types.StackStatusDeleteInProgress || st.status == types.StackStatusDeleteComplete {
		return out, nil
	}
	if len(in.RetainResources) > 0 && st.status != types.StackStatusDeleteFailed {
		return nil, invalid("Invalid operation on stack [%s]. Resources can only be retained when the stack is in DELETE_FAILED state.", st.id)
	}
	for _, id := range in.RetainResources {
		if !slices.ContainsFunc(st.resources, func(r *resource) bool { return r.LogicalID == id }) {
			return nil, invalid("Invalid operation on stack [%s]. Resource [%s] does not exist in the stack.", st.id, id)
		}
	}
	token := aws.ToString(in.ClientRequestToken)
	s.setStatus(st, types.StackStatusDeleteInProgress, "User Initiated", token)
	st.cancel()
	before, idle := st.idle, make(chan struct{})
	st.idle = idle
	s.cloud.Go(func(ctx context.Context) {
		defer close(idle)
		<-before
		s.finishDeletion(wire.WithCallerOf(ctx, request), st, in.RetainResources, token)
	})
	return out, nil
}

func (s *Service) finishDeletion(ctx context.Context, st *stack, retain []string, token string) {
	undeleted := s.deleteResources(ctx, st, retain, token)
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(undeleted) > 0 {
		s.setStatus(st, types.StackStatusDeleteFailed, failedToDelete(undeleted), token)
		return
	}
	st.deleted, st.changeSets = s.now(), nil
	s.setStatus(st, types.StackStatusDeleteComplete, "", token)
}

func failedToDelete(logicalIDs []string) string {
	return "The following resource(s) failed to delete: [" + strings.Join(logicalIDs, ", ") + "]. "
}
