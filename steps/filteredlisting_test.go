package steps

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// numberedListing is a listing of n things, a hundred a page.
func numberedListing(n int, usesPrefix bool) Listing {
	return Listing{FiltersByPrefix: usesPrefix, Page: func(_ context.Context, _ Services, beginning, from string) (ListingPage, error) {
		at, _ := strconv.Atoi(from)
		var page ListingPage
		for ; at < n && len(page.Items) < 100; at++ {
			if name := fmt.Sprintf("team-%d/Secret-%06d", at%7, at); strings.HasPrefix(name, beginning) {
				page.Items = append(page.Items, ListingItem{Name: name})
			}
		}
		if at < n {
			page.Next = strconv.Itoa(at)
		}
		return page, nil
	}}
}

// readAllPages takes every page that is wanted and returns how many that were.
func readAllPages(t testing.TB, p *FilteredListing) (pages int) {
	t.Helper()
	for {
		wanted, ok := p.NextPage()
		if !ok {
			return pages
		}
		page, err := p.listing.Page(t.Context(), Services{}, wanted.Beginning, wanted.From)
		if err != nil {
			t.Fatal(err)
		}
		p.Add(wanted, page)
		pages++
	}
}

func TestFilteredListingMatchesAnyPartOfTheName(t *testing.T) {
	t.Parallel()
	p := NewFilteredListing(numberedListing(250, false))
	if pages := readAllPages(t, p); pages != 3 {
		t.Errorf("read %d pages", pages)
	}
	p.Filter("SECRET-00024")
	if n := len(p.Matches()); n != 10 {
		t.Errorf("%d match", n)
	}
	p.Filter("")
	if n, all := p.Read(); n != 250 || !all || len(p.Matches()) != 250 {
		t.Errorf("read %d, all %v, %d match", n, all, len(p.Matches()))
	}
}

func TestFilteredListingDropsAnOutdatedPage(t *testing.T) {
	t.Parallel()
	p := NewFilteredListing(numberedListing(100_000, true))
	p.Filter("team-1")
	late, _ := p.NextPage()
	p.Filter("team-2")
	p.Add(late, ListingPage{Items: []ListingItem{{Name: "team-1/late"}}})
	if n := len(p.Matches()); n != 0 {
		t.Errorf("%d match", n)
	}
	p.Filter("team-1")
	wanted, _ := p.NextPage()
	p.Add(wanted, ListingPage{Items: []ListingItem{{Name: "team-1/a"}}, Next: "1"})
	p.Add(wanted, ListingPage{Items: []ListingItem{{Name: "team-1/a"}}, Next: "1"})
	if n := len(p.Matches()); n != 1 {
		t.Errorf("the same page twice: %d match", n)
	}
}

func TestFilteredListingAsksTheAccountByPrefix(t *testing.T) {
	t.Parallel()
	p := NewFilteredListing(numberedListing(100_000, true))
	readAllPages(t, p)
	if n, all := p.Read(); n != maxListed || all || !p.LimitReached() {
		t.Fatalf("read %d, all %v", n, all)
	}
	const last = "team-4/Secret-099999"
	p.Filter(last)
	readAllPages(t, p)
	if m := p.Matches(); len(m) != 1 || m[0].Name != last {
		t.Errorf("matches %v", m)
	}
	p.Filter("secret-00999")
	if n := len(p.Matches()); n != 10 {
		t.Errorf("in the middle of the name, of those read: %d match", n)
	}
}

func TestFilteredListingBoundsItsMemory(t *testing.T) { //nolint:paralleltest // it measures the heap
	var before, after runtime.MemStats
	p := NewFilteredListing(numberedListing(100_000, true))
	runtime.GC()
	runtime.ReadMemStats(&before)
	readAllPages(t, p)
	for _, text := range []string{"t", "te", "team-1", "team-1/Secret-0", "x", ""} {
		p.Filter(text)
		readAllPages(t, p)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("100,000 names grew the heap by %d KiB", grown>>10)
	}
	runtime.KeepAlive(p)
}

func BenchmarkFilterOfAFullListing(b *testing.B) {
	p := NewFilteredListing(numberedListing(100_000, true))
	readAllPages(b, p)
	for b.Loop() {
		p.Filter("secret-0")
		p.Filter("secret-00")
	}
}
