package serverlessrepo

import (
	"context"

	"keyturn/aws/sandbox/wire"
)

// accesses lists what each request needs permission for. A change set also needs
// CloudFormation's, as it is created in the caller's name.
func (s *Service) accesses(operation string, in any) []wire.Access {
	all := []wire.Access{{Action: "serverlessrepo:" + operation, Resource: wire.Member(in, "ApplicationId")}}
	if operation == "CreateCloudFormationChangeSet" {
		all = append(all, wire.Access{Action: "cloudformation:CreateChangeSet", Resource: s.stacks.StackARN(stackPrefix + wire.Member(in, "StackName"))})
	}
	return all
}

// codeAccess is the permission to read the application's code for a new function.
// CloudFormation reads it in the caller's name.
var codeAccess = wire.Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::awsserverlessrepo-changesets-1f9ifp952i9h0/" + ApplicationName}

// authorizeHandler checks, one by one, the permissions for a resource handler's
// calls. It makes them in the name of the caller who executes the change set or
// deletes the stack.
func authorizeHandler(ctx context.Context, service string, accesses ...wire.Access) error {
	return toHandlerError(service, wire.Authorize(ctx, accesses...))
}
