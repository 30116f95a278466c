package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// ListAccountAliases returns none: the sandbox's account has no alias.
func (s *Service) ListAccountAliases(context.Context, *iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	return &iam.ListAccountAliasesOutput{AccountAliases: []string{}}, nil
}
