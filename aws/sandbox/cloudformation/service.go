// Package cloudformation is the sandbox's CloudFormation: stacks, their change
// sets, resources and events. It reads no templates of its own: a published
// application or a macro hands it the resources to make and how each is made and
// deleted.
package cloudformation

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// Service holds the account's stacks, the deleted ones too.
type Service struct {
	cloud *cloud.Cloud

	mu     sync.Mutex
	stacks []*stack // oldest first
	macros map[string]Macro
}

// New makes an account without stacks.
func New(c *cloud.Cloud) *Service { return &Service{cloud: c, macros: map[string]Macro{}} }

// Wire is the service as clients reach it.
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
			wire.Op("CreateStack", refuse[cloudformation.CreateStackInput, cloudformation.CreateStackOutput]),
			wire.Op("UpdateStack", refuse[cloudformation.UpdateStackInput, cloudformation.UpdateStackOutput]),
		},
	}
}

// refuse answers the calls that bring a template and no change set.
func refuse[In, Out any](context.Context, *In) (*Out, error) {
	return nil, errTemplate
}

func invalid(format string, args ...any) error {
	return wire.Errorf("ValidationError", format, args...)
}

func missing(member string) error {
	return invalid("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

// nameless refuses a call that names no stack.
func nameless(stackName *string) error {
	switch {
	case stackName == nil:
		return missing("stackName")
	case *stackName == "":
		return invalid("1 validation error detected: Value '' at 'stackName' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	return nil
}

func paged[T any](all []T, token *string) ([]T, *string, error) {
	page, next, ok := cloud.Page(all, token, 100)
	if !ok {
		return nil, nil, invalid("Invalid pagination token")
	}
	return page, next, nil
}
