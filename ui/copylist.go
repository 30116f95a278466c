package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// copyItem is one text worth copying, with a word for what it is.
type copyItem struct {
	label string
	text  string
}

// copyList shows texts of which one is chosen; that one is shown in full, so
// that it can also be selected by hand, and enter sends it to the clipboard.
// Nothing tells whether a terminal took it, so the notice says "sent".
type copyList struct {
	app    *app
	items  []copyItem
	chosen int
}

// lines draws the list and tells in which line the chosen item begins.
func (c *copyList) layout(width int) (lines []string, at int) {
	th := c.app.th
	widest := 0
	for _, item := range c.items {
		widest = max(widest, len([]rune(item.label)))
	}
	for i, item := range c.items {
		mark := "  "
		if i == c.chosen {
			mark, at = th.accent.Render("› "), len(lines)
		}
		if item.label != "" {
			mark += th.faint.Render(pad(item.label, widest+2))
		}
		if i == c.chosen {
			lines = append(lines, hang(mark, th.code.Render(item.text), width)...)
		} else {
			lines = append(lines, cut(mark+item.text, width))
		}
	}
	return lines, at
}

func (c *copyList) focusLine(width int) int {
	_, at := c.layout(width)
	return at
}

// actions are choosing, where there is a choice, and copying.
func (c *copyList) actions() []action {
	keys := c.app.keys
	acts := []action{on(called(keys.Forward, "copy"), func() tea.Cmd { return c.send(c.items[c.chosen].text) })}
	if len(c.items) > 1 {
		acts = append(acts, action{key: keys.Choose, do: c.choose}, on(keys.CopyAll, func() tea.Cmd { return c.send(c.all()) }))
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
