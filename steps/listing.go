package steps

import (
	"context"
	"slices"
	"strings"
)

// Listing reads what there is to choose from in an account, a page a call, so
// that thousands cost no more memory than those that are kept.
type Listing struct {
	// None is the choice of none of them: "make a test database"; "" where one has
	// to be chosen.
	None string
	// Noun is what is listed, in the plural: "DB instances".
	Noun string
	// FiltersByPrefix says that Page takes a prefix of names and returns only the
	// items that start with it.
	FiltersByPrefix bool
	// Items are all that there are, where that is known without a call; Page is
	// then nil.
	Items []ListingItem
	// Other makes an item of a text typed that no item contains, if it can be the
	// name of one that was not listed; nil if there is none.
	Other func(typed string) (ListingItem, bool)
	// Page reads the page that from names, the first one if it is empty. It is
	// one call.
	Page func(ctx context.Context, s Services, beginning, from string) (ListingPage, error)
}

// ListingPage is one page of a listing. Next names the page after it, "" at the
// end.
type ListingPage struct {
	Items []ListingItem
	Next  string
}

// ListingItem is one thing to choose: its name, a few words about it, and why
// it cannot be chosen, "" if it can.
type ListingItem struct {
	Name   string
	About  string
	WhyNot string
}

// MayHave reports whether something of that name can be chosen: where only an
// account knows what there is, any.
func (l Listing) MayHave(name string) bool {
	if l.Page != nil || slices.ContainsFunc(l.Items, func(item ListingItem) bool { return item.Name == name }) {
		return true
	}
	if l.Other == nil {
		return false
	}
	_, ok := l.Other(name)
	return ok
}

// contains reports that every word, in small letters, is in the name or in what
// is said about it.
func (i ListingItem) contains(words []string) bool {
	text := strings.ToLower(i.Name + " " + i.About)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
