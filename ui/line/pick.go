package line

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"keyturn/steps"
)

// listPageSize is how many choices are listed before the next prompt.
const listPageSize = 20

// askFromListing asks for one of what the account has.
func (p *Prompter) askFromListing(ctx context.Context, q steps.Question, setup *steps.Setup, services steps.Services) error {
	p.say("  %s", q.Help)
	for {
		name, err := p.chooseFromListing(ctx, q.Label, *q.Listing, services, q.Get(setup))
		if err != nil {
			return err
		}
		if err = q.Set(setup, name); err == nil {
			return nil
		}
		p.say("  %s", err)
	}
}

// chooseFromListing asks for one of a listing: by its name, or from a list that is read as
// far as it is shown. No answer is present, "" being none of them.
func (p *Prompter) chooseFromListing(ctx context.Context, label string, listing steps.Listing, services steps.Services, present string) (string, error) {
	prompt := label + "; l to list those there are, or a name"
	if usual := cmp.Or(present, listing.None); usual != "" {
		prompt = fmt.Sprintf("%s [%s]; l to list those there are, or a name", label, usual)
	}
	for {
		answer, err := p.askLine(ctx, prompt, "")
		switch {
		case err != nil:
		case answer == "":
			answer = present
		case answer == "l":
			var chosen bool
			if answer, chosen, err = p.chooseNumbered(ctx, listing, services); err == nil && !chosen {
				continue
			}
		}
		switch {
		case err != nil:
			return "", err
		case answer == "" && listing.None == "":
			p.say("  One of the %s has to be named.", listing.Noun)
		case answer != "" && !listing.MayHave(answer):
			p.say("  None of the %s is named %q.", listing.Noun, answer)
		default:
			return answer, nil
		}
	}
}

// chooseNumbered shows numbered choices; "" is none of them. It reports false if there
// is no list to be had, and says why.
func (p *Prompter) chooseNumbered(ctx context.Context, listing steps.Listing, services steps.Services) (name string, ok bool, err error) {
	list := steps.NewFilteredListing(listing)
	text, shown := "", 0
	for {
		if err := p.readUntil(ctx, list, listing, services, shown+listPageSize); err != nil {
			d := steps.Diagnose(err)
			p.say("  %s: %s\n  %s", d.What, d.Why, d.Fix)
			return "", false, ctx.Err()
		}
		matches := list.Matches()
		end := min(shown+listPageSize, len(matches))
		for i := shown; i < end; i++ {
			p.say("  %d. %s", i+1, rowText(matches[i]))
		}
		switch {
		case len(matches) == 0 && text == "":
			p.say("  There are no %s.", listing.Noun)
		case len(matches) == 0:
			p.say("  None of the %s contains that.", listing.Noun)
		}
		answer, err := p.askLine(ctx, listPrompt(listing, end < len(matches) || !p.isAllRead(list)), "")
		if err != nil {
			return "", false, err
		}
		if answer == "0" && listing.None != "" {
			return "", true, nil
		}
		chosen := slices.IndexFunc(matches, func(item steps.ListingItem) bool { return item.Name == answer })
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= end {
			chosen = n - 1
		}
		switch {
		case answer == "":
			shown = end
		case chosen < 0:
			list.Filter(answer)
			text, shown = answer, 0
		case matches[chosen].WhyNot != "":
			p.say("  Not that one. %s", matches[chosen].WhyNot)
		default:
			return matches[chosen].Name, true, nil
		}
	}
}

func listPrompt(listing steps.Listing, more bool) string {
	prompt := "A number, or a part of what is listed"
	if listing.None != "" {
		prompt = "A number, a part of what is listed, or 0 to " + listing.None
	}
	if more {
		prompt += "; Enter for more"
	}
	return prompt
}

func (p *Prompter) isAllRead(list *steps.FilteredListing) bool {
	_, wanted := list.NextPage()
	return !wanted
}

// readUntil reads pages until enough choices are there to be shown.
func (p *Prompter) readUntil(ctx context.Context, list *steps.FilteredListing, listing steps.Listing, services steps.Services, enough int) error {
	for len(list.Matches()) < enough {
		request, wanted := list.NextPage()
		if !wanted {
			return nil
		}
		page, err := listing.Page(ctx, services, request.Beginning, request.From)
		if err != nil {
			return err
		}
		list.Add(request, page)
	}
	return nil
}

func rowText(item steps.ListingItem) string {
	switch {
	case item.WhyNot != "":
		return item.Name + ", not to be chosen: " + item.WhyNot
	case item.About != "":
		return item.Name + ", " + item.About
	}
	return item.Name
}
