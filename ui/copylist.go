package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// copyItem is one text worth copying, with a word for what it is.
type copyItem struct {
	label   string
	text    string
	command bool // text is an AWS CLI line

	rendered    string // the item in one line, as it is when not chosen
	renderedFor renderKey
}

// renderKey is what cached lines were rendered for.
type renderKey struct {
	width int
	dark  bool
	brief bool
}

// copyList shows texts of which one is chosen; that one is shown in full, so
// that it can also be selected by hand, and enter sends it to the clipboard.
// Nothing tells whether a terminal took it, so the notice says "sent".
type copyList struct {
	app    *app
	items  []copyItem
	chosen int
}

// layout draws the list and tells in which line the chosen item begins. A list
// may have hundreds of items, so the lines of those that are not chosen are
// drawn once.
func (c *copyList) layout(width int) (lines []string, at int) {
	th := c.app.th
	widest := 0
	for i := range c.items {
		widest = max(widest, len(c.items[i].label))
	}
	label := func(item *copyItem) string {
		if item.label == "" {
			return ""
		}
		return th.faint.Render(pad(item.label, widest+2))
	}
	want := renderKey{width: width, dark: th.dark}
	lines = make([]string, 0, len(c.items)+8)
	for i := range c.items {
		item := &c.items[i]
		if i == c.chosen {
			at = len(lines)
			lines = append(lines, hang(th.accent.Render("› ")+label(item), th.code.Render(item.text), width)...)
			continue
		}
		if item.renderedFor != want {
			item.rendered, item.renderedFor = item.inOneLine("  "+label(item), width), want
		}
		lines = append(lines, item.rendered)
	}
	return lines, at
}

// inOneLine is the item behind its label, shortened to width cells.
func (i *copyItem) inOneLine(label string, width int) string {
	if i.command {
		return label + briefCommand(i.text, width-ansi.StringWidth(label))
	}
	return truncate(label+i.text, width)
}

// chosenLines are the chosen item's. The last item draws what stands below the
// list into sight with it.
func (c *copyList) chosenLines(width int) (first, last int) {
	lines, first := c.layout(width)
	last = first + len(lines) - len(c.items)
	if c.chosen == len(c.items)-1 {
		last = len(lines) + notesBelow
	}
	return first, last
}

func (c *copyList) choosing() bool { return true }

// notesBelow is more than the lines that a screen adds below its list.
const notesBelow = 12

// actions are choosing, where there is a choice, and copying.
func (c *copyList) actions() []action {
	keys := c.app.keys
	acts := []action{bindKey(withHelp(keys.Forward, "copy"), func() tea.Cmd { return c.send(c.items[c.chosen].text) })}
	if len(c.items) > 1 {
		acts = append(acts, action{key: keys.Choose, do: c.choose}, bindKey(keys.CopyAll, func() tea.Cmd { return c.send(c.all()) }))
	}
	return acts
}

func (c *copyList) choose(msg tea.KeyPressMsg) tea.Cmd {
	by := 1
	if msg.Keystroke() == "up" {
		by = len(c.items) - 1
	}
	c.chosen = (c.chosen + by) % len(c.items)
	return nil
}

func (c *copyList) send(text string) tea.Cmd {
	c.app.notice = "sent to the clipboard"
	return tea.SetClipboard(text)
}

func (c *copyList) all() string {
	texts := make([]string, len(c.items))
	for i, item := range c.items {
		texts[i] = item.text
	}
	return strings.Join(texts, "\n") + "\n"
}
