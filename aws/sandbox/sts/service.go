// Package sts is the sandbox's Security Token Service. It has GetCallerIdentity
// and issues no credentials.
package sts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"keyturn/aws/sandbox/wire"
)

// Service has no state.
type Service struct{}

// New returns the service.
func New() *Service { return &Service{} }

// Wire returns the service for the wire server.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "sts", Protocol: wire.Query, Global: true,
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/", Version: "2011-06-15",
		// "No permissions are required to perform this operation" (API reference).
		Accesses:   func(string, any) []wire.Access { return []wire.Access{} },
		Operations: []wire.Operation{wire.Op("GetCallerIdentity", s.GetCallerIdentity)},
	}
}

// GetCallerIdentity returns the account, ARN and user id of the signer.
func (s *Service) GetCallerIdentity(ctx context.Context, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	c := wire.CallerFrom(ctx)
	return &sts.GetCallerIdentityOutput{
		Account: aws.String(c.AccountID),
		Arn:     aws.String(c.ARN),
		UserId:  aws.String(c.UserID),
	}, nil
}
