package iam

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"keyturn/aws/sandbox/wire"
)

// CreateServiceLinkedRole creates a service's role ("AWSServiceRoleForRDS" of
// "rds.amazonaws.com") in the name of the request's caller, unless it exists.
func (s *Service) CreateServiceLinkedRole(ctx context.Context, service, name string) error {
	s.mu.Lock()
	there := s.roles[name] != nil
	s.mu.Unlock()
	if there {
		return nil
	}
	path := "/aws-service-role/" + service + "/"
	arn := s.arn("role" + path + name)
	if err := wire.Authorize(ctx, wire.Access{
		Action: "iam:CreateServiceLinkedRole", Resource: arn, Context: map[string]string{"iam:AWSServiceName": service},
	}); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles[name] = &role{
		name: name, path: path, id: newRoleID(), arn: arn, maxSessionSeconds: 3600, created: s.cloud.Now().UTC().Truncate(time.Second),
		description: aws.String("Allows " + service + " to manage resources on your behalf"),
		trust:       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`,
		inline:      map[string]string{},
	}
	return nil
}
