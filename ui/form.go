package ui

import (
	"cmp"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// field is one line of a form: a text field, a choice among few, or a choice
// from a list that is shown over the form.
type field struct {
	label    string
	help     string
	input    textinput.Model
	choices  []string
	chosen   int
	changed  func() tea.Cmd // told of another choice; may be nil
	openList func() tea.Cmd // shows the list to choose from; nil for other fields
	none     string         // what the empty answer of such a field means
	check    func(string) error
	err      string
}

func newField(label, help, value string, check func(string) error) field {
	input := textinput.New()
	input.Prompt = ""
	input.SetVirtualCursor(false)
	input.SetStyles(textinput.Styles{})
	input.SetValue(value)
	input.CursorEnd()
	return field{label: label, help: help, input: input, check: check}
}

// masked makes the field show dots for what is typed.
func (f field) masked() field {
	f.input.EchoMode = textinput.EchoPassword
	f.input.EchoCharacter = '•'
	return f
}

func (f field) text() string {
	if f.choices != nil {
		return f.choices[f.chosen]
	}
	return f.input.Value()
}

// form is a column of fields of which one has the focus. Enter accepts the
// whole form from any field; its owner says what that does. A field is checked
// when the focus leaves it.
type form struct {
	th     *theme
	fields []field
	focus  int
}

func newForm(th *theme, fields []field) *form {
	f := &form{th: th, fields: fields}
	f.focusField(0)
	return f
}

func (f *form) value(i int) string { return f.fields[i].text() }

// focusField gives the focus to field i.
func (f *form) focusField(i int) {
	f.fields[f.focus].input.Blur()
	f.focus = i
	f.fields[i].input.Focus()
}

// validate checks field i and keeps what is wrong beside it.
func (f *form) validate(i int) bool {
	field := &f.fields[i]
	field.err = ""
	if field.check != nil {
		if err := field.check(field.text()); err != nil {
			field.err = err.Error()
		}
	}
	return field.err == ""
}

// actions are the form's keys; submit is what enter does once every field is
// right, and word how the footer calls it.
func (f *form) actions(keys keyMap, word string, submit func() tea.Cmd) []action {
	acts := []action{bindKey(withHelp(keys.Forward, word), func() tea.Cmd { return f.enter(submit) })}
	if f.fields[f.focus].choices != nil {
		acts = append(acts, action{key: keys.Option, do: f.changeChoice})
	}
	if list := f.fields[f.focus].openList; list != nil {
		acts = append(acts, bindKey(keys.List, list))
	}
	if len(f.fields) > 1 {
		acts = append(acts, action{key: keys.Field, do: f.moveFocus})
	}
	return acts
}

// enter submits the form; if a field is not right, the first such field gets
// the focus instead and says what is wrong.
func (f *form) enter(submit func() tea.Cmd) tea.Cmd {
	for i := range f.fields {
		if !f.validate(i) {
			f.focusField(i)
			return nil
		}
	}
	return submit()
}

func (f *form) moveFocus(msg tea.KeyPressMsg) tea.Cmd {
	f.validate(f.focus)
	by := 1
	if k := msg.Keystroke(); k == "up" || k == "shift+tab" {
		by = len(f.fields) - 1
	}
	f.focusField((f.focus + by) % len(f.fields))
	return nil
}

func (f *form) changeChoice(msg tea.KeyPressMsg) tea.Cmd {
	field := &f.fields[f.focus]
	by := 1
	if msg.Keystroke() == "left" {
		by = len(field.choices) - 1
	}
	field.chosen = (field.chosen + by) % len(field.choices)
	if field.changed != nil {
		return field.changed()
	}
	return nil
}

// edit gives a key or a paste to the field with the focus.
func (f *form) edit(msg tea.Msg) tea.Cmd {
	field := &f.fields[f.focus]
	if field.choices != nil || field.openList != nil {
		return nil
	}
	before := field.input.Value()
	var cmd tea.Cmd
	field.input, cmd = field.input.Update(msg)
	if field.input.Value() != before {
		field.err = ""
	}
	return cmd
}

// labelWidth is the column at which the fields begin.
func (f *form) labelWidth(width int) int {
	widest := 0
	for _, field := range f.fields {
		widest = max(widest, ansi.StringWidth(field.label))
	}
	return min(widest, width/2) + 4
}

// lines draws the form.
func (f *form) lines(width int) []string {
	lines, _ := f.layout(width)
	return lines
}

// layout draws the form and tells in which line each field stands: the field
// with the focus also shows its help, or what is wrong with it.
func (f *form) layout(width int) (lines []string, at []int) {
	column := f.labelWidth(width)
	for i := range f.fields {
		field := &f.fields[i]
		at = append(at, len(lines))
		focused := i == f.focus
		mark, label := "  ", f.th.text
		if focused {
			mark, label = f.th.accent.Render("› "), f.th.strong
		}
		line := pad(mark+label.Render(truncate(field.label, column-4)), column)
		lines = append(lines, line+f.control(field, focused, width-column))
		switch {
		case field.err != "":
			lines = append(lines, hang("    "+f.th.bad.Render(signFailed+" "), field.err, width)...)
		case focused && field.help != "":
			lines = append(lines, hang("    ", f.th.faint.Render(field.help), width)...)
		}
	}
	return lines, at
}

// control draws a field's value in at most width cells; a longer one scrolls.
func (f *form) control(field *field, focused bool, width int) string {
	if field.choices != nil {
		if focused {
			return f.th.accent.Render("‹ ") + field.text() + f.th.accent.Render(" ›")
		}
		return field.text()
	}
	if field.openList != nil {
		text := truncateMiddle(cmp.Or(field.input.Value(), field.none), width-4)
		if focused {
			return text + f.th.accent.Render(" ›")
		}
		return text
	}
	field.input.SetWidth(max(width-1, 1))
	field.input.SetCursor(field.input.Position()) // brings the cursor back into sight
	view := strings.TrimRight(field.input.View(), " ")
	if view == "" && !focused {
		return f.th.faint.Render("–")
	}
	return view
}

// cursor is where the terminal's cursor stands within lines.
func (f *form) cursor(width int) (line, column int) {
	_, at := f.layout(width)
	column = f.labelWidth(width)
	return at[f.focus], column + cursorColumn(f.fields[f.focus].input)
}

// cursorColumn is the cell of a text field in which the cursor stands. The
// field's own Cursor counts letters, not cells, and does not know how far the
// text is scrolled; so the field is drawn once with a cursor of its own, in
// reverse, and what stands before that is measured.
func cursorColumn(input textinput.Model) int {
	input.SetVirtualCursor(true)
	styles := input.Styles()
	styles.Cursor.Blink = false
	input.SetStyles(styles)
	before, _, found := strings.Cut(input.View(), "\x1b[7m")
	if !found {
		return 0
	}
	return ansi.StringWidth(before)
}
