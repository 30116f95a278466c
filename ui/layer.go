package ui

import (
	tea "charm.land/bubbletea/v2"
)

// screen is one thing that fills the space between the rail and the keys. The
// app drives it: it asks for the heading and the body when it draws, and for
// the actions whenever a key is pressed. A screen does no I/O; what is slow it
// returns as a command.
type screen interface {
	// heading is the title of the screen and the word for its state.
	heading() (title, state string)
	// body returns lines for a width in cells, as many as there are; the app
	// scrolls them.
	body(width int) []string
	// actions are the screen's own keys that work now, in the footer's order.
	actions() []action
}

// editor is a screen with a text field that has the focus: it gets every key
// that is not one of its actions, and pastes.
type editor interface {
	screen
	edit(msg tea.Msg) tea.Cmd
	// cursor is where the terminal's cursor stands in the body.
	cursor(width int) (line, column int)
}

// live is a screen whose body grows at its end, which stays in sight until the
// person scrolls away from it.
type live interface {
	screen
	followsTail()
}

// chooser is a screen in whose body one item is chosen with ↑ and ↓, while
// choosing says so. The item's lines, from first to last, are kept in sight, so
// the screen needs no other way to scroll.
type chooser interface {
	screen
	choosing() bool
	chosenLines(width int) (first, last int)
}

// scrolls reports whether ↑ and ↓ are free to scroll the screen.
func scrolls(s screen) bool {
	if _, typing := s.(editor); typing {
		return false
	}
	list, ok := s.(chooser)
	return !ok || !list.choosing()
}

// layer is a screen with the place to which it is scrolled.
type layer struct {
	screen       screen
	offset       int
	scrolledAway bool // by the person: a live body no longer follows its end
}

// clamp limits the offset to lines and height, and returns it.
func (l *layer) clamp(lines, height int) int {
	last := max(lines-height, 0)
	if _, follows := l.screen.(live); follows && !l.scrolledAway {
		l.offset = last
	}
	l.offset = min(max(l.offset, 0), last)
	return l.offset
}

// reveal scrolls so that line is in sight.
func (l *layer) reveal(line, height int) {
	if line < l.offset {
		l.offset = line
	}
	if line >= l.offset+height {
		l.offset = line - height + 1
	}
}

// scroll moves by the key pressed.
func (l *layer) scroll(key string, lines, height int) {
	l.scrolledAway = true
	switch key {
	case "up":
		l.offset--
	case "down":
		l.offset++
	case "pgup":
		l.offset -= height - 1
	case "pgdown":
		l.offset += height - 1
	case "home":
		l.offset = 0
	case "end":
		l.offset = lines
		l.scrolledAway = false
	}
	l.clamp(lines, height)
	if l.offset >= lines-height {
		l.scrolledAway = false
	}
}
