// Package sts is the sandbox's Security Token Service: it tells callers who
// they are, and issues nothing.
package sts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"keyturn/aws/sandbox/wire"
)

// Service answers for whoever signed the request; it has no state.
type Service struct{}

// New makes the service.
func New() *Service { return &Service{} }

// Wire is the service as clients reach it.
func (s *Service) Wire() wire.Service {
	return wire.Service{
		Name: "sts", Protocol: wire.Query, Global: true,
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/", Version: "2011-06-15",
		// "No permissions are required to perform this operation" (API reference).
		Accesses:   func(string, any) []wire.Access { return []wire.Access{} },
		Operations: []wire.Operation{wire.Op("GetCallerIdentity", s.GetCallerIdentity)},
	}
}

// GetCallerIdentity tells the account, ARN and user id of the signer.
func (s *Service) GetCallerIdentity(ctx context.Context, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	c := wire.CallerFrom(ctx)
	return &sts.GetCallerIdentityOutput{
		Account: aws.String(c.AccountID),
		Arn:     aws.String(c.ARN),
		UserId:  aws.String(c.UserID),
	}, nil
}
