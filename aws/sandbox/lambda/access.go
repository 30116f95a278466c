package lambda

import (
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"keyturn/aws/sandbox/wire"
)

// Accesses lists what a request does to a function. To create one is also
// iam:PassRole on its role.
func (s *Service) Accesses(operation string, in any) []wire.Access {
	name := wire.Member(in, "FunctionName")
	if name == "" {
		return nil
	}
	resource := name
	if t, err := s.parseTarget(operation, &name, nil); err == nil {
		resource = s.arn(target{name: t.name})
	}
	all := []wire.Access{{Action: "lambda:" + operation, Resource: resource}}
	if in, ok := in.(*lambda.CreateFunctionInput); ok {
		all = append(all, wire.Access{
			Action: "iam:PassRole", Resource: wire.Member(in, "Role"),
			Context: map[string]string{"iam:PassedToService": "lambda.amazonaws.com"},
		})
		if len(in.Tags) > 0 {
			all = append(all, wire.Access{Action: "lambda:TagResource", Resource: resource})
		}
	}
	return all
}
