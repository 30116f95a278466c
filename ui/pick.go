package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"charm.land/bubbles/v2/textinput"

	"keyturn/steps"
)

// pick lets the person choose among what the account has, over the form that
// asks. It reads one page at a time in the background and draws only the rows
// that are in sight, so that thousands answer a key as a dozen do. The form
// opens it and takes the choice.
type pick struct {
	app     *app
	label   string
	listing steps.Listing
	chose   func(name string) tea.Cmd

	list    *steps.Picking
	input   textinput.Model
	chosen  int  // 0 is none of them, then the matches
	moved   bool // by the person since the text was typed
	top     int  // the first row in sight
	reading bool
	failed  steps.Diagnosis // why a page could not be read
	ctx     context.Context
	leave   context.CancelFunc
}

// pagePicked is a page of a listing on its way to the screen that wants it.
type pagePicked struct {
	pick    *pick
	request steps.PageRequest
	page    steps.ListingPage
	err     error
}

// openPick shows the listing of a question over its form.
func (a *app) openPick(q steps.Question, chose func(name string) tea.Cmd) tea.Cmd {
	p := &pick{app: a, label: q.Label, listing: *q.Listing, chose: chose, list: steps.NewPicking(*q.Listing)}
	p.input = newField("", "", "", nil).input
	p.input.Focus()
	p.ctx, p.leave = context.WithCancel(a.ctx)
	a.layers = append(a.layers, &layer{screen: p})
	return p.read()
}

// read asks for the page that is wanted next, if none is on its way.
func (p *pick) read() tea.Cmd {
	request, wanted := p.list.Wanted()
	if p.reading || !wanted || p.failed.What != "" {
		return nil
	}
	p.reading = true
	services, ctx, page := p.app.account.Services, p.ctx, p.listing.Page
	return func() tea.Msg {
		read, err := page(ctx, services, request.Beginning, request.From)
		return pagePicked{pick: p, request: request, page: read, err: err}
	}
}

// arrived takes a page. Whoever has chosen meanwhile is not kept.
func (p *pick) arrived(msg pagePicked) tea.Cmd {
	if msg.pick != p || p.ctx.Err() != nil {
		return nil
	}
	p.reading = false
	if msg.err != nil {
		p.failed = steps.Diagnose(msg.err)
		return nil
	}
	on := p.name()
	p.list.Add(msg.request, msg.page)
	switch {
	case on == "" && p.input.Value() != "" && !p.moved:
		p.choose(1) // the first that matches what was typed
	case p.name() != on:
		p.choose(p.indexOf(on))
	}
	return p.read()
}

// name is the name of the chosen row, "" for none of them.
func (p *pick) name() string {
	if matches := p.list.Matches(); p.chosen > 0 && p.chosen <= len(matches) {
		return matches[p.chosen-1].Name
	}
	return ""
}

func (p *pick) indexOf(name string) int {
	for i, item := range p.list.Matches() {
		if item.Name == name {
			return i + 1
		}
	}
	return 0
}

// choose goes to a row and brings it into sight.
func (p *pick) choose(row int) {
	p.chosen = min(max(row, 0), len(p.list.Matches()))
	p.top = min(p.top, p.chosen)
	p.top = max(p.top, p.chosen-p.rows()+1)
}

// rows is how many rows are in sight: what the screen's other parts, the filter
// above and the state below leave.
func (p *pick) rows() int {
	const others = 13
	return max(p.app.height-others, 3)
}

func (p *pick) heading() (string, string) { return p.label, "choose" }

func (p *pick) body(width int) []string {
	th := p.app.th
	p.input.SetWidth(max(width-filterAt-1, 1))
	lines := []string{pad(th.faint.Render("Filter"), filterAt) + strings.TrimRight(p.input.View(), " "), ""}
	p.choose(p.chosen)
	matches := p.list.Matches()
	end := min(p.top+p.rows(), len(matches)+1)
	names := width / 2
	for row := p.top; row < end; row++ {
		lines = append(lines, p.row(row, matches, names, width))
	}
	return append(append(lines, ""), p.state(matches, width)...)
}

const filterAt = 8

// row draws one row in one line: the name, and what is said of it or why it
// cannot be chosen.
func (p *pick) row(row int, matches []steps.ListingItem, names, width int) string {
	th := p.app.th
	mark, look := "  ", th.text
	if row == p.chosen {
		mark, look = th.accent.Render("› "), th.strong
	}
	if row == 0 {
		return mark + look.Render(p.listing.None)
	}
	item := matches[row-1]
	about := th.faint.Render(item.About)
	if item.WhyNot != "" {
		if row != p.chosen {
			look = th.faint
		}
		about = th.warn.Render("no: ") + th.faint.Render(item.WhyNot)
	}
	name := look.Render(cutMiddle(item.Name, names-4))
	if about == "" || width < ansi.StringWidth(item.Name) {
		return mark + name
	}
	return cut(pad(mark+name, names)+about, width)
}

// state says below the rows how far the reading is, and of a row that cannot be
// chosen why.
func (p *pick) state(matches []steps.ListingItem, width int) []string {
	th := p.app.th
	if p.failed.What != "" {
		return hang(th.bad.Render(signFailed+" "), p.failed.What+": "+p.failed.Why+" "+p.failed.Fix, width)
	}
	if p.chosen > 0 && p.chosen <= len(matches) && matches[p.chosen-1].WhyNot != "" {
		return hang(th.warn.Render("! "), matches[p.chosen-1].WhyNot, width)
	}
	read, all := p.list.Read()
	text := fmt.Sprintf("%d of %d %s read so far", len(matches), read, p.listing.Noun)
	switch {
	case all:
		text = fmt.Sprintf("%d of %d %s", len(matches), read, p.listing.Noun)
	case p.list.Full() && p.listing.Narrows:
		text += "; there are more: type the beginning of a name"
	case p.list.Full():
		text += "; there are more, which the flag takes"
	}
	return wrap(th.faint.Render(text), width)
}

func (p *pick) actions() []action {
	keys := p.app.keys
	return []action{
		on(called(keys.Forward, "choose"), p.take),
		{key: keys.Row, do: p.move},
		on(called(keys.Back, "back"), func() tea.Cmd {
			p.leave()
			return p.app.closeTop()
		}),
	}
}

// take chooses the row, unless it cannot be chosen: why stands below the list.
func (p *pick) take() tea.Cmd {
	if matches := p.list.Matches(); p.chosen > 0 && p.chosen <= len(matches) && matches[p.chosen-1].WhyNot != "" {
		return nil
	}
	name := p.name()
	p.leave()
	p.app.closeTop()
	return p.chose(name)
}

func (p *pick) move(msg tea.KeyPressMsg) tea.Cmd {
	p.moved = true
	switch msg.Keystroke() {
	case "up":
		p.choose(p.chosen - 1)
	case "down":
		p.choose(p.chosen + 1)
	case "pgup":
		p.choose(p.chosen - p.rows())
	case "pgdown":
		p.choose(p.chosen + p.rows())
	}
	return nil
}

// edit gives a key to the filter, and takes the pages that arrive.
func (p *pick) edit(msg tea.Msg) tea.Cmd {
	if page, ok := msg.(pagePicked); ok {
		return p.arrived(page)
	}
	var cmd tea.Cmd
	before := p.input.Value()
	p.input, cmd = p.input.Update(msg)
	if text := p.input.Value(); text != before {
		p.failed = steps.Diagnosis{}
		p.list.Filter(strings.TrimSpace(text))
		p.top, p.moved = 0, false
		p.choose(min(1, len(p.list.Matches())))
	}
	return tea.Batch(cmd, p.read())
}

func (p *pick) cursor(int) (line, column int) { return 0, filterAt + cursorColumn(p.input) }
