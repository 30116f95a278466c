package aws

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// aliasTimeout bounds the call: the alias is only shown.
const aliasTimeout = 5 * time.Second

// aliases reads the account's alias.
type aliases struct{ api aliasAPI }

type aliasAPI interface {
	ListAccountAliases(context.Context, *iam.ListAccountAliasesInput, ...func(*iam.Options)) (*iam.ListAccountAliasesOutput, error)
}

// Alias is the account's own name, "" where it has none or the caller may not
// see it. An account has at most one (IAM API Reference, ListAccountAliases).
func (s *Session) Alias(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, aliasTimeout)
	defer cancel()
	out, err := call(ctx, s.aliases.api.ListAccountAliases, &iam.ListAccountAliasesInput{})
	if err != nil || len(out.AccountAliases) == 0 {
		return ""
	}
	return out.AccountAliases[0]
}
