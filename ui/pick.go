package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// pick lets the person choose among what the account has, over the form that
// asks. It reads one page at a time in the background. The form opens it and
// takes the choice.
type pick struct {
	*list
	label    string
	onChosen func(name string) tea.Cmd

	reading bool
	failed  steps.Diagnosis // why a page could not be read
	ctx     context.Context
	cancel  context.CancelFunc
}

// pageReadMsg is a page of a listing on its way to the screen that wants it.
type pageReadMsg struct {
	pick    *pick
	request steps.PageRequest
	page    steps.ListingPage
	err     error
}

// openPick shows the listing of a question over its form.
func (a *app) openPick(q steps.Question, chose func(name string) tea.Cmd) tea.Cmd {
	p := &pick{list: newList(a, *q.Listing, ""), label: q.Label, onChosen: chose}
	p.ctx, p.cancel = context.WithCancel(a.ctx)
	a.layers = append(a.layers, &layer{screen: p})
	return p.read()
}

// read requests the next page, if no request is running.
func (p *pick) read() tea.Cmd {
	request, wanted := p.picking.NextPage()
	if p.reading || !wanted || p.failed.What != "" {
		return nil
	}
	p.reading = true
	services, ctx, page := p.app.account.Services, p.ctx, p.listing.Page
	return func() tea.Msg {
		read, err := page(ctx, services, request.Beginning, request.From)
		return pageReadMsg{pick: p, request: request, page: read, err: err}
	}
}

// pageRead adds a page. One that comes after the choice is dropped.
func (p *pick) pageRead(msg pageReadMsg) tea.Cmd {
	if msg.pick != p || p.ctx.Err() != nil {
		return nil
	}
	p.reading = false
	if msg.err != nil {
		p.failed = steps.Diagnose(msg.err)
		return nil
	}
	p.add(msg.request, msg.page)
	return p.read()
}

func (p *pick) heading() (string, string) { return p.label, "choose" }

func (p *pick) body(width int) []string {
	var state []string
	if p.failed.What != "" {
		state = hang(p.app.th.bad.Render(signFailed+" "), p.failed.What+": "+p.failed.Why+" "+p.failed.Fix, width)
	}
	return p.lines(width, state)
}

func (p *pick) actions() []action {
	return append(p.list.actions(p.take), bindKey(withHelp(p.app.keys.Back, "back"), func() tea.Cmd {
		p.cancel()
		return p.app.closeTop()
	}))
}

func (p *pick) take(name string) tea.Cmd {
	p.cancel()
	p.app.closeTop()
	return p.onChosen(name)
}

// edit gives a key to the filter, and takes the pages that arrive.
func (p *pick) edit(msg tea.Msg) tea.Cmd {
	if page, ok := msg.(pageReadMsg); ok {
		return p.pageRead(page)
	}
	cmd, changed := p.list.edit(msg)
	if changed {
		p.failed = steps.Diagnosis{}
	}
	return tea.Batch(cmd, p.read())
}

func (p *pick) cursor(int) (line, column int) { return p.list.cursor() }
