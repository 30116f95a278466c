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
		matching := s.matching(in.Filters, planned)
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

// pageByCreation walks from where the token says until the page is full: what
// it costs does not grow with the number of secrets. The token names the last
// secret of the page before.
func (s *Service) pageByCreation(
	filters []types.Filter, planned, newestFirst bool, token *string, size int,
) (page []*secret, next *string, ok bool) {
	at, step := 0, 1
	if newestFirst {
		at, step = len(s.inOrder)-1, -1
	}
	if token != nil && *token != "" {
		last, ok := numberIn(*token)
		if !ok {
			return nil, nil, false
		}
		i, found := s.place(last)
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
		case !s.listed(sec, filters, planned):
		case len(page) == size:
			return page, tokenAfter(page[size-1].number), true
		default:
			page = append(page, sec)
		}
	}
	return page, nil, true
}

// tokenAfter is the token of the page behind a secret's number, and numberIn
// reads it.
func tokenAfter(number int64) *string {
	token := base64.RawURLEncoding.EncodeToString([]byte("after " + strconv.FormatInt(number, 10)))
	return &token
}

func numberIn(token string) (int64, bool) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	digits, ok := strings.CutPrefix(string(text), "after ")
	if err != nil || !ok {
		return 0, false
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	return number, err == nil
}

// matching collects the secrets that pass every filter.
func (s *Service) matching(filters []types.Filter, planned bool) []*secret {
	var found []*secret
	for _, sec := range s.inOrder {
		if s.listed(sec, filters, planned) {
			found = append(found, sec)
		}
	}
	return found
}

// listed reports whether a secret is part of a list: it passes every filter,
// its recovery window has not passed, and it is in one only where that is asked
// for.
func (s *Service) listed(sec *secret, filters []types.Filter, planned bool) bool {
	if sec.scheduledForDeletion() && (!planned || sec.isDeleted(s.now())) {
		return false
	}
	return s.passes(sec, filters)
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
