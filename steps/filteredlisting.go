package steps

import "strings"

// maxListed is how many items of a listing are kept, about a megabyte. Items beyond
// it are found by their prefix where the listing filters by prefix; elsewhere they
// can still be named by a flag.
const maxListed = 10_000

// FilteredListing is a listing that is read page by page and filtered by the text
// typed so far. It makes no calls itself: a front end asks for the NextPage, reads
// it in the background, and Adds it.
type FilteredListing struct {
	listing  Listing
	filter   string
	all      pageCursor
	byPrefix pageCursor // over the items that start with the filter
	matches  []ListingItem
	found    int // matches without Listing.Other's
}

// PageRequest names one page of a listing.
type PageRequest struct{ Beginning, From string }

// pageCursor is how far a sequence of pages was read.
type pageCursor struct {
	PageRequest   // the next one
	items         []ListingItem
	started, done bool
}

// NewFilteredListing has read nothing yet; a listing without pages is complete.
func NewFilteredListing(l Listing) *FilteredListing {
	p := &FilteredListing{listing: l, all: pageCursor{items: l.Items, done: l.Page == nil}}
	p.filterItems()
	return p
}

// Filter sets the text typed. An item matches if it contains every word of it, in
// any case.
func (p *FilteredListing) Filter(text string) {
	if text == p.filter {
		return
	}
	p.filter = text
	p.byPrefix = pageCursor{PageRequest: PageRequest{Beginning: text}}
	p.filterItems()
}

// NextPage returns the page to read next, if there is one. Pages of the items that
// start with the filter come first.
func (p *FilteredListing) NextPage() (PageRequest, bool) {
	switch {
	case p.usesPrefix() && !p.byPrefix.done:
		return p.byPrefix.PageRequest, true
	case !p.all.done && !p.limitReached():
		return p.all.PageRequest, true
	}
	return PageRequest{}, false
}

// usesPrefix reports that the account is asked for the items that start with the
// filter, because they may lie beyond those read.
func (p *FilteredListing) usesPrefix() bool {
	return p.listing.FiltersByPrefix && p.filter != "" && !p.all.done
}

func (p *FilteredListing) limitReached() bool { return len(p.all.items) >= maxListed }

// Add adds the page of a request. It drops a page that is no longer wanted because
// the filter has changed, or that was added already.
func (p *FilteredListing) Add(r PageRequest, page ListingPage) {
	of := &p.all
	if r.Beginning != "" {
		of = &p.byPrefix
	}
	if r != of.PageRequest || of.done {
		return
	}
	of.items = append(of.items, page.Items...)
	of.From, of.started = page.Next, true
	of.done = page.Next == "" || of == &p.byPrefix && len(of.items) >= maxListed
	p.filterItems()
}

// filterItems works out the matches.
func (p *FilteredListing) filterItems() {
	p.matches = p.matches[:0]
	words := strings.Fields(strings.ToLower(p.filter))
	byPrefix := p.usesPrefix() && p.byPrefix.started
	if byPrefix {
		p.matches = append(p.matches, p.byPrefix.items...)
	}
	for _, item := range p.all.items {
		if item.contains(words) && (!byPrefix || !strings.HasPrefix(item.Name, p.filter)) {
			p.matches = append(p.matches, item)
		}
	}
	p.found = len(p.matches)
	if p.found > 0 || p.listing.Other == nil {
		return
	}
	if other, ok := p.listing.Other(p.filter); ok {
		p.matches = append(p.matches, other)
	}
}

// Matches are the items that match the filter, or the one that the filter names
// (Listing.Other). The slice is valid until the next Filter or Add.
func (p *FilteredListing) Matches() []ListingItem { return p.matches }

// Found is the number of matches without Listing.Other's.
func (p *FilteredListing) Found() int { return p.found }

// Read returns how many items were read, and whether these are all.
func (p *FilteredListing) Read() (n int, all bool) { return len(p.all.items), p.all.done }

// LimitReached reports that maxListed items were read and there are more.
func (p *FilteredListing) LimitReached() bool { return p.limitReached() && !p.all.done }
