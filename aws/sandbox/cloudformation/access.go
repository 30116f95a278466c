package cloudformation

import (
	"strings"

	"keyturn/aws/sandbox/wire"
)

// accesses lists what a request does to a stack. The resource of a stack that does
// not exist is its name with any id; a change set's is its stack.
func (s *Service) accesses(operation string, in any) []wire.Access {
	name := wire.Member(in, "StackName")
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.findStack(name)
	if set := wire.Member(in, "ChangeSetName"); st == nil && set != "" {
		if cs, err := s.findChangeSet(&set, &name); err == nil {
			st = cs.stack
		}
	}
	resource := ""
	switch {
	case st != nil:
		resource = st.id
	case strings.HasPrefix(name, "arn:"):
		resource = name
	case name != "":
		resource = s.StackARN(name)
	default:
		return nil
	}
	return []wire.Access{{Action: "cloudformation:" + operation, Resource: resource}}
}

// StackARN is the ARN of a stack of this name with any id.
func (s *Service) StackARN(name string) string {
	return s.cloud.ARN("cloudformation", "stack/"+name+"/*")
}
