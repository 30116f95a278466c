package line

import (
	"context"
	"fmt"
	"strconv"

	"keyturn/steps"
)

// rowsAtOnce is how many choices are listed before the next prompt.
const rowsAtOnce = 20

// pickOne asks for one of what the account has: by its name, or from a list
// that is read as far as it is shown.
func (p *Prompter) pickOne(ctx context.Context, q steps.Question, setup *steps.Setup, services steps.Services) error {
	p.say("  %s", q.Help)
	none := q.Get(setup)
	if none == "" {
		none = q.Listing.None
	}
	for {
		answer, err := p.line(ctx, fmt.Sprintf("%s [%s]; l to list those there are, or a name", q.Label, none), "")
		if err == nil && answer == "l" {
			answer, err = p.fromList(ctx, *q.Listing, services)
		} else if answer == "" {
			return err // as it is
		}
		if err != nil {
			return err
		}
		if err := q.Set(setup, answer); err != nil {
			p.say("  %s", err)
			continue
		}
		return nil
	}
}

// fromList shows numbered choices; "" is none of them.
func (p *Prompter) fromList(ctx context.Context, listing steps.Listing, services steps.Services) (string, error) {
	list := steps.NewPicking(listing)
	shown := 0
	for {
		if err := p.readUntil(ctx, list, listing, services, shown+rowsAtOnce); err != nil {
			d := steps.Diagnose(err)
			p.say("  %s: %s\n  %s", d.What, d.Why, d.Fix)
			return "", err
		}
		matches := list.Matches()
		end := min(shown+rowsAtOnce, len(matches))
		for i := shown; i < end; i++ {
			p.say("  %d. %s", i+1, rowText(matches[i]))
		}
		if len(matches) == 0 {
			p.say("  None of the %s contains that.", listing.Noun)
		}
		prompt := fmt.Sprintf("A number, a part of the name, or 0 to %s", listing.None)
		if end < len(matches) || !p.allRead(list) {
			prompt += "; Enter for more"
		}
		answer, err := p.line(ctx, prompt, "")
		if err != nil {
			return "", err
		}
		n, err := strconv.Atoi(answer)
		switch {
		case answer == "":
			shown = end
		case answer == "0":
			return "", nil
		case err == nil && n >= 1 && n <= len(matches) && matches[n-1].WhyNot == "":
			return matches[n-1].Name, nil
		case err == nil && n >= 1 && n <= len(matches):
			p.say("  Not that one. %s", matches[n-1].WhyNot)
		default:
			list.Filter(answer)
			shown = 0
		}
	}
}

func (p *Prompter) allRead(list *steps.Picking) bool {
	_, wanted := list.Wanted()
	return !wanted
}

// readUntil reads pages until enough choices are there to be shown.
func (p *Prompter) readUntil(ctx context.Context, list *steps.Picking, listing steps.Listing, services steps.Services, enough int) error {
	for len(list.Matches()) < enough {
		request, wanted := list.Wanted()
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
