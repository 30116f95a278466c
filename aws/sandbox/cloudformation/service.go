// Package cloudformation is the sandbox's CloudFormation: stacks, their change
// sets, resources and events. It parses no templates: a published application or a
// macro supplies the resources, with functions that create and delete them.
package cloudformation

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Service has the account's stacks, including deleted ones.
type Service struct {
	cloud *cloud.Cloud

	mu     sync.Mutex
	stacks []*stack // oldest first
	macros map[string]Macro
}

// New returns a service without stacks.
func New(c *cloud.Cloud) *Service { return &Service{cloud: c, macros: map[string]Macro{}} }

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "cloudformation", Protocol: wire.Query,
		Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/", Version: "2010-05-15",
		Accesses: s.accesses,
		Operations: []wire.Operation{
			wire.Op("CreateChangeSet", s.CreateChangeSet),
			wire.Op("DescribeChangeSet", s.DescribeChangeSet),
			wire.Op("ListChangeSets", s.ListChangeSets),
			wire.Op("ExecuteChangeSet", s.ExecuteChangeSet),
			wire.Op("DeleteChangeSet", s.DeleteChangeSet),
			wire.Op("DescribeStacks", s.DescribeStacks),
			wire.Op("ListStacks", s.ListStacks),
			wire.Op("DescribeStackResource", s.DescribeStackResource),
			wire.Op("DescribeStackResources", s.DescribeStackResources),
			wire.Op("ListStackResources", s.ListStackResources),
			wire.Op("DescribeStackEvents", s.DescribeStackEvents),
			wire.Op("DeleteStack", s.DeleteStack),
			wire.Op("GetTemplate", s.GetTemplate),
			wire.Op("CreateStack", rejectTemplate[cloudformation.CreateStackInput, cloudformation.CreateStackOutput]),
			wire.Op("UpdateStack", rejectTemplate[cloudformation.UpdateStackInput, cloudformation.UpdateStackOutput]),
		},
	}
}

// rejectTemplate answers calls with a template but no change set.
func rejectTemplate[In, Out any](context.Context, *In) (*Out, error) {
	return nil, errUnsupportedTemplate
}

func invalid(format string, args ...any) error {
	return wire.Errorf("ValidationError", format, args...)
}

func missingMember(member string) error {
	return invalid("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

// requireStackName rejects a call without a stack name.
func requireStackName(stackName *string) error {
	switch {
	case stackName == nil:
		return missingMember("stackName")
	case *stackName == "":
		return invalid("1 validation error detected: Value '' at 'stackName' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	return nil
}

func page[T any](all []T, token *string) ([]T, *string, error) {
	page, next, ok := cloud.Page(all, token, 100)
	if !ok {
		return nil, nil, invalid("Invalid pagination token")
	}
	return page, next, nil
}
