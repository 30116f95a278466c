package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
)

// list is a listing to choose from with the arrows and enter; what is typed
// filters it. It draws only the rows in sight, so that thousands answer a key as
// a dozen do. The screen that holds it gives it its keys and, where the listing
// is read from an account, the pages.
type list struct {
	app          *app
	listing      steps.Listing
	picking      *steps.FilteredListing
	input        textinput.Model
	chosen       int  // a row
	moved        bool // by the person since the text was typed
	firstVisible int  // the first row in sight
}

// newList begins at the item of that name, else at the first row.
func newList(a *app, listing steps.Listing, name string) *list {
	l := &list{app: a, listing: listing, picking: steps.NewFilteredListing(listing), input: newField("", "", "", nil).input}
	l.input.Focus()
	l.choose(l.rowOf(name))
	return l
}

// firstItemRow is the row of the first item: above it stands the choice of none of
// them, where the listing has that.
func (l *list) firstItemRow() int {
	if l.listing.None != "" {
		return 1
	}
	return 0
}

func (l *list) rows() int { return l.firstItemRow() + len(l.picking.Matches()) }

// item is that of a row; that of none of them has no name.
func (l *list) item(row int) (item steps.ListingItem, ok bool) {
	if row < l.firstItemRow() || row >= l.rows() {
		return steps.ListingItem{}, row >= 0 && row < l.firstItemRow()
	}
	return l.picking.Matches()[row-l.firstItemRow()], true
}

func (l *list) rowOf(name string) int {
	for i, item := range l.picking.Matches() {
		if item.Name == name {
			return l.firstItemRow() + i
		}
	}
	return 0
}

// choose goes to a row and brings it into sight.
func (l *list) choose(row int) {
	l.chosen = max(min(row, l.rows()-1), 0)
	l.firstVisible = min(l.firstVisible, l.chosen)
	l.firstVisible = max(l.firstVisible, l.chosen-l.visibleRows()+1)
}

// visibleRows is the number of rows that fit below the filter and above the
// state.
func (l *list) visibleRows() int {
	const others = 13
	return max(l.app.height-others, 3)
}

// add takes a page that was read; the chosen row keeps its item.
func (l *list) add(request steps.PageRequest, page steps.ListingPage) {
	on, _ := l.item(l.chosen)
	l.picking.Add(request, page)
	if on.Name == "" && l.input.Value() != "" && !l.moved {
		l.chooseTyped()
		return
	}
	if now, _ := l.item(l.chosen); now.Name != on.Name {
		l.choose(l.rowOf(on.Name))
	}
}

// chooseTyped goes to the first item whose name begins with what was typed, else
// to the first that matches it.
func (l *list) chooseTyped() {
	l.choose(l.firstItemRow())
	for i, item := range l.picking.Matches() {
		if strings.HasPrefix(item.Name, l.filter()) {
			l.choose(l.firstItemRow() + i)
			return
		}
	}
}

func (l *list) filter() string { return strings.TrimSpace(l.input.Value()) }

// edit gives a key or a paste to the filter, and reports whether that changed it.
func (l *list) edit(msg tea.Msg) (cmd tea.Cmd, changed bool) {
	before := l.input.Value()
	l.input, cmd = l.input.Update(msg)
	if l.input.Value() == before {
		return cmd, false
	}
	l.picking.Filter(l.filter())
	l.firstVisible, l.moved = 0, false
	l.chooseTyped()
	return cmd, true
}

// actions are the list's keys; submit is what enter does with the chosen name, ""
// being none of them. An item that cannot be chosen has no enter: it is said why.
func (l *list) actions(submit func(name string) tea.Cmd) []action {
	keys := l.app.keys
	var acts []action
	if item, ok := l.item(l.chosen); ok && item.WhyNot == "" {
		acts = append(acts, bindKey(withHelp(keys.Forward, "choose"), func() tea.Cmd { return submit(item.Name) }))
	}
	if l.rows() > 1 {
		acts = append(acts, action{key: keys.Move, do: l.move})
	}
	return acts
}

func (l *list) move(msg tea.KeyPressMsg) tea.Cmd {
	l.moved = true
	by := map[string]int{"up": -1, "down": 1, "pgup": -l.visibleRows(), "pgdown": l.visibleRows()}
	l.choose(l.chosen + by[msg.Keystroke()])
	return nil
}

// filterLabel stands before what is typed.
const filterLabel = "Filter  "

// lines draws the filter, the rows in sight, and below them state, or else how
// many there are.
func (l *list) lines(width int, state []string) []string {
	th := l.app.th
	l.input.SetWidth(max(width-len(filterLabel)-1, 1))
	typed := strings.TrimRight(l.input.View(), " ")
	if l.input.Value() == "" {
		typed = th.faint.Render("type to filter")
	}
	lines := []string{th.faint.Render(filterLabel) + typed, ""}
	l.choose(l.chosen)
	end := min(l.firstVisible+l.visibleRows(), l.rows())
	names := 0
	for row := max(l.firstVisible, l.firstItemRow()); row < end; row++ {
		item, _ := l.item(row)
		names = max(names, min(ansi.StringWidth(item.Name), width/2))
	}
	for row := l.firstVisible; row < end; row++ {
		lines = append(lines, truncate(l.row(row, names), width))
	}
	if item, _ := l.item(l.chosen); state == nil && item.WhyNot != "" {
		state = hang(th.warn.Render("! "), item.WhyNot, width)
	}
	if state == nil {
		state = wrap(th.faint.Render(l.count()), width)
	}
	return append(append(lines, ""), state...)
}

// row draws one row: the name, in so many cells, and what is said of it or why it
// cannot be chosen.
func (l *list) row(row, names int) string {
	th := l.app.th
	item, _ := l.item(row)
	mark, look := "  ", th.text
	switch {
	case row == l.chosen:
		mark, look = th.accent.Render("› "), th.strong
	case item.WhyNot != "":
		look = th.faint
	}
	if row < l.firstItemRow() {
		return mark + look.Render(l.listing.None)
	}
	about := th.faint.Render(item.About)
	if item.WhyNot != "" {
		about = th.warn.Render("no: ") + th.faint.Render(item.WhyNot)
	}
	return mark + pad(look.Render(truncateMiddle(item.Name, names)), names) + "   " + about
}

// count says how many match, and how far the reading is.
func (l *list) count() string {
	read, all := l.picking.Read()
	text := fmt.Sprintf("%d of %d %s", l.picking.Found(), read, l.listing.Noun)
	if !all {
		text += " read so far"
	}
	switch {
	case l.picking.LimitReached() && l.listing.FiltersByPrefix:
		text += "; there are more: type the beginning of a name"
	case l.picking.LimitReached():
		text += "; there are more, which the flag takes"
	}
	return text
}

// cursor is where the terminal's cursor stands within lines.
func (l *list) cursor() (line, column int) { return 0, len(filterLabel) + cursorColumn(l.input) }
