package steps

import "strings"

// mostListed bounds what is kept of a listing, about a megabyte, however many
// there are. Beyond it, a listing that narrows is asked for what begins with the
// text that was typed; of any other, a name can still be given as a flag.
const mostListed = 10_000

// Picking is a listing while somebody chooses from it: what was read so far,
// what of it matches the text typed, and which page to read next. A front end
// reads one page at a time and never waits for it to answer a key.
type Picking struct {
	listing Listing
	filter  string
	all     reading
	near    reading // of what begins with the filter, where the listing narrows
	matches []ListingItem
	found   int // of the matches, those that were listed
}

// PageRequest names one page of a listing.
type PageRequest struct{ Beginning, From string }

// reading is how far pages that follow one another were read.
type reading struct {
	PageRequest // the next one
	items       []ListingItem
	begun, over bool
}

// NewPicking has read nothing yet, or all where that takes no call.
func NewPicking(l Listing) *Picking {
	p := &Picking{listing: l, all: reading{items: l.Items, over: l.Page == nil}}
	p.match()
	return p
}

// Filter changes the text that is typed: every word of it is to be somewhere in
// what is listed, in any case.
func (p *Picking) Filter(text string) {
	if text == p.filter {
		return
	}
	p.filter = text
	p.near = reading{PageRequest: PageRequest{Beginning: text}}
	p.match()
}

// Wanted returns the page to read next, if there is one. What begins with the
// text typed comes before the rest.
func (p *Picking) Wanted() (PageRequest, bool) {
	switch {
	case p.narrows() && !p.near.over:
		return p.near.PageRequest, true
	case !p.all.over && !p.full():
		return p.all.PageRequest, true
	}
	return PageRequest{}, false
}

// narrows reports that the account is asked for what begins with the filter:
// without that, it might lie beyond what was read.
func (p *Picking) narrows() bool { return p.listing.Narrows && p.filter != "" && !p.all.over }

func (p *Picking) full() bool { return len(p.all.items) >= mostListed }

// Add takes the page of a request. One that the person's typing has overtaken
// is dropped.
func (p *Picking) Add(r PageRequest, page ListingPage) {
	of := &p.all
	if r.Beginning != "" {
		of = &p.near
	}
	if r != of.PageRequest || of.over {
		return
	}
	of.items = append(of.items, page.Items...)
	of.From, of.begun = page.Next, true
	of.over = page.Next == "" || of == &p.near && len(of.items) >= mostListed
	p.match()
}

// match works out what the person sees.
func (p *Picking) match() {
	p.matches = p.matches[:0]
	words := strings.Fields(strings.ToLower(p.filter))
	near := p.narrows() && p.near.begun
	if near {
		p.matches = append(p.matches, p.near.items...)
	}
	for _, item := range p.all.items {
		if item.contains(words) && (!near || !strings.HasPrefix(item.Name, p.filter)) {
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

// Matches are the items that contain the text typed, or the one that it names.
// The slice is good until the next call that changes something.
func (p *Picking) Matches() []ListingItem { return p.matches }

// Found is how many of those listed contain the text typed.
func (p *Picking) Found() int { return p.found }

// Read is how many were read, and whether these are all that there are.
func (p *Picking) Read() (n int, all bool) { return len(p.all.items), p.all.over }

// Full reports that there are more than are read: the rest is found by typing
// the beginning of a name, where the listing narrows, or named by a flag.
func (p *Picking) Full() bool { return p.full() && !p.all.over }
