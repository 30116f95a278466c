package cloudformation

import (
	"strings"

	"keyturn/aws/sandbox/wire"
)

// accesses are what a request does to a stack; one that is not there is its
// name and any id. A change set's resource is its stack.
func (s *Service) accesses(operation string, in any) []wire.Access {
	name := wire.Member(in, "StackName")
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(name)
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

// StackARN is the ARN of a stack of a name, whatever its id.
func (s *Service) StackARN(name string) string {
	return s.cloud.ARN("cloudformation", "stack/"+name+"/*")
}
