// Package serverlessrepo is the sandbox's Serverless Application Repository. It
// has one published application, which rotates the secret of an RDS MySQL user,
// and deploys it as a CloudFormation stack.
package serverlessrepo

import (
	"net/http"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/cloudformation"
	"keyturn/aws/sandbox/iam"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/wire"
)

// Service deploys the application into one account.
type Service struct {
	cloud  *cloud.Cloud
	stacks *cloudformation.Service
	lambda *lambda.Service
	iam    *iam.Service
}

// New returns a repository that creates stacks, functions and roles in the given
// services. The code of the deployed function has to be registered with Lambda
// under ApplicationName.
func New(c *cloud.Cloud, stacks *cloudformation.Service, l *lambda.Service, i *iam.Service) *Service {
	return &Service{cloud: c, stacks: stacks, lambda: l, iam: i}
}

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "serverlessrepo", Protocol: wire.RESTJSON, LowerCamelCase: true,
		Accesses: s.accesses,
		Operations: []wire.Operation{
			wire.RESTOp("GetApplication", "GET", "/applications/{applicationId}", s.GetApplication),
			wire.RESTOp("ListApplicationVersions", "GET", "/applications/{applicationId}/versions", s.ListApplicationVersions),
			wire.RESTOp("CreateCloudFormationChangeSet", "POST", "/applications/{applicationId}/changesets", s.CreateCloudFormationChangeSet).WithStatus(http.StatusCreated),
		},
	}
}

func badRequest(format string, args ...any) error {
	return wire.Errorf("BadRequestException", format, args...)
}

func notFound(format string, args ...any) error {
	err := wire.Errorf("NotFoundException", format, args...)
	err.Status = http.StatusNotFound
	return err
}
