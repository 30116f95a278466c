package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// nameItem is one of a list: what choosing it means, and what is shown. Both
// name and about are looked through when the person types.
type nameItem struct{ value, name, about string }

// nameList is a list to choose from with the arrows and enter. What is typed
// filters it: every word has to be somewhere in an item. Only the items around
// the chosen one are drawn, so that thousands cost no more than a few.
type nameList struct {
	th    *theme
	items []nameItem
	input textinput.Model
	// other makes an item of what was typed where the list has none for it; nil
	// accepts nothing that is not in the list.
	other func(typed string) (nameItem, bool)

	texts  []string   // of each item, in small letters
	shown  []nameItem // the items that the filter leaves
	chosen int        // of shown
}

// newNameList begins at the item of a value, else at the first.
func newNameList(th *theme, items []nameItem, value string) *nameList {
	input := textinput.New()
	input.Prompt = ""
	input.SetVirtualCursor(false)
	input.SetStyles(textinput.Styles{})
	input.Focus()
	l := &nameList{th: th, items: items, input: input, shown: items}
	for i, item := range items {
		l.texts = append(l.texts, strings.ToLower(item.name+" "+item.about))
		if item.value == value {
			l.chosen = i
		}
	}
	return l
}

// edit gives a key or a paste to the filter.
func (l *nameList) edit(msg tea.Msg) tea.Cmd {
	before := l.input.Value()
	var cmd tea.Cmd
	l.input, cmd = l.input.Update(msg)
	if l.input.Value() != before {
		l.filter()
	}
	return cmd
}

func (l *nameList) filter() {
	typed := strings.TrimSpace(l.input.Value())
	words := strings.Fields(strings.ToLower(typed))
	l.shown, l.chosen = nil, 0
	for i, item := range l.items {
		if containsAll(l.texts[i], words) {
			l.shown = append(l.shown, item)
		}
	}
	begins := func(item nameItem) bool { return strings.HasPrefix(item.name, typed) }
	if at := slices.IndexFunc(l.shown, begins); at >= 0 {
		l.chosen = at
	}
	if len(l.shown) > 0 || l.other == nil {
		return
	}
	if item, ok := l.other(typed); ok {
		l.shown = []nameItem{item}
	}
}

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// actions are the list's keys; submit is what enter does with the chosen value.
func (l *nameList) actions(keys keyMap, submit func(string) tea.Cmd) []action {
	var acts []action
	if len(l.shown) > 0 {
		acts = append(acts, on(called(keys.Forward, "choose"), func() tea.Cmd { return submit(l.shown[l.chosen].value) }))
	}
	if len(l.shown) > 1 {
		acts = append(acts, action{key: keys.Move, do: func(msg tea.KeyPressMsg) tea.Cmd {
			l.move(msg.Keystroke())
			return nil
		}})
	}
	return acts
}

// listPage is how far a page key goes.
const listPage = 10

// move goes up or down, and from one end to the other.
func (l *nameList) move(key string) {
	by, last := map[string]int{"up": -1, "down": 1, "pgup": -listPage, "pgdown": listPage}[key], len(l.shown)-1
	switch {
	case by < 0 && l.chosen == 0:
		l.chosen = last
	case by > 0 && l.chosen == last:
		l.chosen = 0
	default:
		l.chosen = max(0, min(l.chosen+by, last))
	}
}

// filterLabel stands before what is typed.
const filterLabel = "Filter  "

// lines draws the filter and the items around the chosen one, in at most height
// lines.
func (l *nameList) lines(width, height int) []string {
	l.input.SetWidth(max(width-len(filterLabel)-12, 1))
	count := fmt.Sprintf("%d of %d", len(l.shown), len(l.items))
	if len(l.shown) > len(l.items) {
		count = ""
	}
	typed := strings.TrimRight(l.input.View(), " ")
	if l.input.Value() == "" {
		typed = l.th.faint.Render("type to filter")
	}
	head := l.th.faint.Render(filterLabel) + typed
	lines := []string{spread(head, l.th.faint.Render(count), width), ""}
	if len(l.shown) == 0 {
		return append(lines, "  "+l.th.faint.Render("nothing here has that in its name"))
	}
	room := max(height-len(lines), 3)
	first := max(0, min(l.chosen-room/2, len(l.shown)-room))
	visible := l.shown[first:min(first+room, len(l.shown))]
	column := 0
	for _, item := range visible {
		column = max(column, min(ansi.StringWidth(item.name), width/2))
	}
	for i, item := range visible {
		mark, style := "  ", l.th.text
		if first+i == l.chosen {
			mark, style = l.th.accent.Render("› "), l.th.accent.bold()
		}
		name := pad(style.Render(cutMiddle(item.name, column)), column)
		lines = append(lines, cut(mark+name+"   "+l.th.faint.Render(item.about), width))
	}
	return lines
}

// cursor is where the terminal's cursor stands within lines.
func (l *nameList) cursor() (line, column int) {
	return 0, len(filterLabel) + cursorColumn(l.input)
}
