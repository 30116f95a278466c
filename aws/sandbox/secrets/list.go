package secrets

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/cloud"
)

// listSecrets lists by date of creation, oldest first by default. It leaves out
// secrets in their recovery window unless the request includes them.
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
	order, err := compareBy(in.SortBy, in.SortOrder)
	if err != nil {
		return nil, err
	}
	if err := checkFilters(in.Filters); err != nil {
		return nil, err
	}
	planned := in.IncludePlannedDeletion != nil && *in.IncludePlannedDeletion
	var page []*secret
	var next *string
	var ok bool
	if in.SortBy == "" || in.SortBy == types.SortByTypeCreatedDate {
		page, next, ok = s.pageByCreation(in.Filters, planned, in.SortOrder == types.SortOrderTypeDesc, in.NextToken, size)
	} else {
		matching := s.listMatching(in.Filters, planned)
		slices.SortFunc(matching, order)
		page, next, ok = cloud.Page(matching, in.NextToken, size)
	}
	if !ok {
		return nil, errNextToken()
	}
	out := &secretsmanager.ListSecretsOutput{NextToken: next, SecretList: make([]types.SecretListEntry, 0, len(page))}
	for _, sec := range page {
		out.SecretList = append(out.SecretList, sec.listEntry())
	}
	return out, nil
}

// pageByCreation reads from the token's position until the page is full, so that
// its cost does not grow with the number of secrets. The token has the number of
// the last secret of the previous page.
func (s *Service) pageByCreation(
	filters []types.Filter, planned, newestFirst bool, token *string, size int,
) (page []*secret, next *string, ok bool) {
	at, step := 0, 1
	if newestFirst {
		at, step = len(s.inOrder)-1, -1
	}
	if token != nil && *token != "" {
		last, ok := decodeToken(*token)
		if !ok {
			return nil, nil, false
		}
		i, found := s.position(last)
		switch {
		case newestFirst:
			at = i - 1
		case found:
			at = i + 1
		default:
			at = i
		}
	}
	for ; at >= 0 && at < len(s.inOrder); at += step {
		sec := s.inOrder[at]
		switch {
		case !s.isListed(sec, filters, planned):
		case len(page) == size:
			return page, encodeToken(page[size-1].sequence), true
		default:
			page = append(page, sec)
		}
	}
	return page, nil, true
}

// encodeToken returns the token of the page after a secret's number; decodeToken
// parses it.
func encodeToken(number int64) *string {
	token := base64.RawURLEncoding.EncodeToString([]byte("after " + strconv.FormatInt(number, 10)))
	return &token
}

func decodeToken(token string) (int64, bool) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	digits, ok := strings.CutPrefix(string(text), "after ")
	if err != nil || !ok {
		return 0, false
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	return number, err == nil
}

// listMatching returns the secrets that match every filter.
func (s *Service) listMatching(filters []types.Filter, planned bool) []*secret {
	var found []*secret
	for _, sec := range s.inOrder {
		if s.isListed(sec, filters, planned) {
			found = append(found, sec)
		}
	}
	return found
}

// isListed reports whether a secret belongs in a list: it matches every filter, it
// is not deleted, and it is in its recovery window only if the request includes
// such secrets.
func (s *Service) isListed(sec *secret, filters []types.Filter, planned bool) bool {
	if sec.scheduledForDeletion() && (!planned || sec.isDeleted(s.now())) {
		return false
	}
	return s.matchesFilters(sec, filters)
}

// compareBy compares two secrets in the request's order. Ties are in order of
// creation.
func compareBy(by types.SortByType, order types.SortOrderType) (func(a, b *secret) int, error) {
	var compare func(a, b *secret) int
	switch by {
	case "", types.SortByTypeCreatedDate:
		compare = func(a, b *secret) int { return cmp.Compare(a.sequence, b.sequence) }
	case types.SortByTypeLastAccessedDate:
		compare = func(a, b *secret) int { return compareTimes(a.accessed, b.accessed, a, b) }
	case types.SortByTypeLastChangedDate:
		compare = func(a, b *secret) int { return compareTimes(a.changed, b.changed, a, b) }
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

func compareTimes(ta, tb time.Time, a, b *secret) int {
	return cmp.Or(ta.Compare(tb), cmp.Compare(a.sequence, b.sequence))
}
