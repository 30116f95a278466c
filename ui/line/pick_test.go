package line

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"keyturn/steps"
)

// shop is a question that lists n databases, each third of another engine.
func shop(n int, read *int) steps.Question {
	return steps.Question{
		Flag: "db-existing", Label: "Database", Kind: steps.Pick, Help: "a new one, or one of the account",
		Listing: &steps.Listing{None: "make one", Noun: "DB instances", Page: func(_ context.Context, _ steps.Services, _, from string) (steps.ListingPage, error) {
			*read++
			at, _ := strconv.Atoi(from)
			var page steps.ListingPage
			for ; at < n && len(page.Items) < 100; at++ {
				item := steps.ListingItem{Name: fmt.Sprintf("orders-%04d", at), About: "mysql 8.4.7"}
				if at%3 == 2 {
					item.WhyNot = "Its engine is postgres."
				}
				page.Items = append(page.Items, item)
			}
			if at < n {
				page.Next = strconv.Itoa(at)
			}
			return page, nil
		}},
		Get: func(s *steps.Setup) string { return s.DBExisting },
		Set: func(s *steps.Setup, text string) error {
			if strings.Contains(text, " ") {
				return fmt.Errorf("no name: %q", text)
			}
			s.DBExisting = text
			return nil
		},
	}
}

func TestPickInLines(t *testing.T) {
	t.Parallel()
	for sentence, c := range map[string]struct {
		typed string
		want  string
		says  []string
		pages int
	}{
		"nothing typed makes one":             {typed: "\n", says: []string{"Database [make one]; l to list"}},
		"a name is taken as it is":            {typed: "a b\norders-9\n", want: "orders-9", says: []string{`no name: "a b"`}},
		"a number chooses":                    {typed: "l\n2\n", want: "orders-0001", says: []string{"1. orders-0000, mysql 8.4.7"}, pages: 1},
		"one that cannot be chosen says why":  {typed: "l\n3\n1\n", want: "orders-0000", says: []string{"3. orders-0002, not to be chosen: Its engine", "Not that one. Its engine is postgres."}, pages: 1},
		"enter shows more":                    {typed: "l\n\n22\n", want: "orders-0021", says: []string{"22. orders-0021"}, pages: 1},
		"a text filters, and reads on for it": {typed: "l\n4321\n1\n", want: "orders-4321", says: []string{"1. orders-4321"}, pages: 50},
		"zero makes one after all":            {typed: "l\nnone-such\n0\n", says: []string{"None of the DB instances contains that."}, pages: 50},
		"a name in the list chooses":          {typed: "l\norders-0003\n", want: "orders-0003", pages: 1},
		"several words filter":                {typed: "l\n4.7 004\n1\n", want: "orders-0004", pages: 50},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			var setup steps.Setup
			pages := 0
			err := NewPrompter(strings.NewReader(c.typed), &out).askFromListing(t.Context(), shop(5000, &pages), &setup, steps.Services{})
			if err != nil || setup.DBExisting != c.want || pages != c.pages {
				t.Errorf("chosen %q after %d pages, error %v\n%s", setup.DBExisting, pages, err, out.String())
			}
			for _, text := range c.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("it does not say %q:\n%s", text, out.String())
				}
			}
		})
	}
}

func TestPickReturnsToQuestionWhenListFails(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var setup steps.Setup
	q := shop(0, new(int))
	q.Listing.Page = func(context.Context, steps.Services, string, string) (steps.ListingPage, error) {
		return steps.ListingPage{}, &steps.ServiceError{Service: "rds", Operation: "DescribeDBInstances", Action: "rds:DescribeDBInstances", Kind: steps.ErrAccessDenied}
	}
	err := NewPrompter(strings.NewReader("l\norders-7\n"), &out).askFromListing(t.Context(), q, &setup, steps.Services{})
	if err != nil || setup.DBExisting != "orders-7" || !strings.Contains(out.String(), "rds:DescribeDBInstances") {
		t.Errorf("chosen %q, error %v\n%s", setup.DBExisting, err, out.String())
	}
}

func TestPickSaysThatListIsEmpty(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var setup steps.Setup
	err := NewPrompter(strings.NewReader("l\n0\n"), &out).askFromListing(t.Context(), shop(0, new(int)), &setup, steps.Services{})
	if err != nil || !strings.Contains(out.String(), "There are no DB instances.") {
		t.Errorf("error %v\n%s", err, out.String())
	}
}
