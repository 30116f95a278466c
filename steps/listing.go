package steps

import "context"

// Listing reads what there is to choose from in an account, a page a call, so
// that thousands cost no more memory than those that are kept.
type Listing struct {
	// None is the choice of none of them: "make a test database".
	None string
	// Noun is what is listed, in the plural: "DB instances".
	Noun string
	// Narrows says that Page takes the beginning of a name and then answers only
	// what begins with it.
	Narrows bool
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
