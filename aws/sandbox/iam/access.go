package iam

import (
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"keyturn/aws/sandbox/wire"
)

// Accesses lists what a request needs permission for on a role or a user.
func (s *Service) Accesses(operation string, in any) []wire.Access {
	a := wire.Access{Action: "iam:" + operation}
	switch role, user := wire.Member(in, "RoleName"), wire.Member(in, "UserName"); {
	case role != "":
		a.Resource = s.roleARN(role)
	case user != "":
		a.Resource = s.arn("user/" + user)
	case wire.Member(in, "PolicyName") != "" && operation == "CreatePolicy":
		a.Resource = s.arn("policy/" + wire.Member(in, "PolicyName"))
	case wire.Member(in, "PolicySourceArn") != "":
		a.Resource = wire.Member(in, "PolicySourceArn")
	default:
		return nil
	}
	if policy := wire.Member(in, "PolicyArn"); policy != "" {
		a.Context = map[string]string{"iam:PolicyARN": policy}
	}
	all := []wire.Access{a}
	if in, ok := in.(*iam.CreateRoleInput); ok && len(in.Tags) > 0 {
		all = append(all, wire.Access{Action: "iam:TagRole", Resource: a.Resource})
	}
	return all
}

// roleARN returns a role's ARN, with the path if the role exists.
func (s *Service) roleARN(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.roles[name]; r != nil {
		return r.arn
	}
	return s.arn("role/" + name)
}

func (s *Service) arn(resource string) string {
	return s.cloud.Partition().ARN("iam", "", s.cloud.AccountID, resource)
}
