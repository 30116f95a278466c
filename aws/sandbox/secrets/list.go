package secrets

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/cloud"
)

// listSecrets lists by date of creation, oldest first, unless told otherwise,
// and leaves out secrets in their recovery window unless asked for them.
func (s *Service) listSecrets(ctx context.Context, in *secretsmanager.ListSecretsInput) (*secretsmanager.ListSecretsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.authorize(ctx, "ListSecrets", "*", nil); err != nil {
		return nil, err
	}
	size, err := pageSize(in.MaxResults, maxPage)
	if err != nil {
		return nil, err
	}
	order, err := orderOf(in.SortBy, in.SortOrder)
	if err != nil {
		return nil, err
	}
	matching, err := s.matching(in.Filters, in.IncludePlannedDeletion != nil && *in.IncludePlannedDeletion)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(matching, order)
	page, next, ok := cloud.Page(matching, in.NextToken, size)
	if !ok {
		return nil, errNextToken()
	}
	out := &secretsmanager.ListSecretsOutput{NextToken: next, SecretList: make([]types.SecretListEntry, 0, len(page))}
	for _, sec := range page {
		out.SecretList = append(out.SecretList, sec.listEntry())
	}
	return out, nil
}

// matching collects the secrets that pass every filter, and drops those whose
// recovery window has passed.
func (s *Service) matching(filters []types.Filter, planned bool) ([]*secret, error) {
	if err := checkFilters(filters); err != nil {
		return nil, err
	}
	now := s.now()
	var found []*secret
	for _, sec := range s.byName {
		switch {
		case sec.gone(now):
			s.remove(sec)
		case sec.scheduledForDeletion() && !planned:
		case s.passes(sec, filters):
			found = append(found, sec)
		}
	}
	return found, nil
}

// orderOf compares two secrets as the request sorts them; ties are in order of
// creation.
func orderOf(by types.SortByType, order types.SortOrderType) (func(a, b *secret) int, error) {
	var compare func(a, b *secret) int
	switch by {
	case "", types.SortByTypeCreatedDate:
		compare = func(a, b *secret) int { return cmp.Compare(a.number, b.number) }
	case types.SortByTypeLastAccessedDate:
		compare = func(a, b *secret) int { return byTime(a.accessed, b.accessed, a, b) }
	case types.SortByTypeLastChangedDate:
		compare = func(a, b *secret) int { return byTime(a.changed, b.changed, a, b) }
	case types.SortByTypeName:
		compare = func(a, b *secret) int { return strings.Compare(a.name, b.name) }
	default:
		return nil, errConstraint(string(by), "sortBy", "satisfy enum value set: [last-accessed-date, created-date, name, last-changed-date]")
	}
	switch order {
	case "", types.SortOrderTypeAsc:
		return compare, nil
	case types.SortOrderTypeDesc:
		return func(a, b *secret) int { return compare(b, a) }, nil
	}
	return nil, errConstraint(string(order), "sortOrder", "satisfy enum value set: [asc, desc]")
}

func byTime(ta, tb time.Time, a, b *secret) int {
	return cmp.Or(ta.Compare(tb), cmp.Compare(a.number, b.number))
}
