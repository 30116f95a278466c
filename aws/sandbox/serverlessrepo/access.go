package serverlessrepo

import (
	"context"

	"keyturn/aws/sandbox/wire"
)

// accesses are what a request does to the application. A change set is made
// with CloudFormation in the caller's name.
func (s *Service) accesses(operation string, in any) []wire.Access {
	all := []wire.Access{{Action: "serverlessrepo:" + operation, Resource: wire.Member(in, "ApplicationId")}}
	if operation == "CreateCloudFormationChangeSet" {
		all = append(all, wire.Access{Action: "cloudformation:CreateChangeSet", Resource: s.stacks.StackARN(stackPrefix + wire.Member(in, "StackName"))})
	}
	return all
}

// codeAccess is how CloudFormation, in the caller's name, reads the
// application's code for a new function.
var codeAccess = wire.Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::awsserverlessrepo-changesets-1f9ifp952i9h0/" + ApplicationName}

// authorizeHandler asks in turn for what a resource handler does in the name of who
// executed the change set or deletes the stack.
func authorizeHandler(ctx context.Context, service string, accesses ...wire.Access) error {
	return toHandlerError(service, wire.Authorize(ctx, accesses...))
}
