package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
)

// The sizes that the layout turns on, in cells.
const (
	minWidth   = 60
	minHeight  = 16
	roomyLines = 20  // from here on, empty lines set the parts apart
	panelFrom  = 110 // from here on, a panel stands beside the body
	panelWidth = 38
	margin     = 1
)

// geometry is where the parts of one frame stand.
type geometry struct {
	bodyTop    int
	bodyWidth  int
	bodyHeight int
	panel      bool
	footer     []string
	overflow   bool // the body is taller than its room
}

// tooSmall reports whether the screen has no room for the program.
func (a *app) tooSmall() bool { return a.width < minWidth || a.height < minHeight }

// measure lays the frame out for the body's lines. A body that does not fit
// adds the scrolling keys to the footer, which may in turn take a line of it.
func (a *app) measure(lines int) geometry {
	g := geometry{bodyTop: 4, panel: a.width >= panelFrom}
	if a.height >= roomyLines {
		g.bodyTop = 5
	}
	g.bodyWidth = a.bodyWidth()
	fit := func() {
		g.footer = a.footer(g.overflow)
		g.bodyHeight = a.height - g.bodyTop - len(g.footer) - 1
	}
	fit()
	if lines > g.bodyHeight {
		g.overflow = true
		fit()
	}
	return g
}

func (a *app) bodyWidth() int {
	width := a.width - 2*margin
	if a.width >= panelFrom {
		width -= panelWidth + 1
	}
	return width
}

// frame draws the whole screen: exactly height lines, none wider than width.
// It also returns where the body stands, for the cursor.
func (a *app) frame() (string, geometry, int) {
	top := a.top()
	body := top.screen.body(a.bodyWidth())
	g := a.measure(len(body))
	a.scrollToFocus(top, g)
	offset := top.clamp(len(body), g.bodyHeight)

	lines := make([]string, 0, a.height)
	lines = append(lines, a.header(), a.rail())
	if a.height >= roomyLines {
		lines = append(lines, "")
	}
	lines = append(lines, a.heading(len(body), offset, g), "")
	visible := body[offset:min(len(body), offset+g.bodyHeight)]
	var panel []string
	if g.panel {
		panel = a.panel(panelWidth-3, g.bodyHeight)
	}
	for i := range g.bodyHeight {
		line := ""
		if i < len(visible) {
			line = truncate(visible[i], g.bodyWidth)
		}
		if g.panel {
			beside := ""
			if i < len(panel) {
				beside = truncate(panel[i], panelWidth-3)
			}
			line = pad(line, g.bodyWidth) + " " + a.th.faint.Render("│") + " " + beside
		}
		lines = append(lines, strings.Repeat(" ", margin)+line)
	}
	notice := ""
	if a.notice != "" {
		notice = " " + a.th.good.Render(truncate(a.notice, a.width-2))
	}
	lines = append(lines, notice)
	for _, line := range g.footer {
		lines = append(lines, " "+line)
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n"), g, offset
}

// scrollToFocus scrolls to the field or the line that the person is at, with the
// line below it, where its help stands.
func (a *app) scrollToFocus(top *layer, g geometry) {
	switch s := top.screen.(type) {
	case editor:
		line, _ := s.cursor(g.bodyWidth)
		top.reveal(line+1, g.bodyHeight)
		top.reveal(line, g.bodyHeight)
	case chooser:
		if s.choosing() {
			first, last := s.chosenLines(g.bodyWidth)
			top.reveal(last, g.bodyHeight)
			top.reveal(first, g.bodyHeight)
		}
	}
}

// header says which program this is and, unmistakably, whose account it works
// in.
func (a *app) header() string {
	left := a.th.accent.bold().Render("keyturn")
	badge := a.accountBadge()
	if full := left + "   " + a.th.faint.Render("Rotating a secret for an AWS database"); ansi.StringWidth(full+badge)+4 <= a.width {
		left = full
	}
	return " " + spread(left, badge, a.width-2)
}

func (a *app) accountBadge() string {
	account := a.account
	switch {
	case account == nil:
		return a.th.faint.Render("no account opened yet")
	case account.Kind == steps.Sandbox:
		return a.th.sandbox.Render("sandbox") + "  " + account.Region
	}
	what := " AWS account "
	if account.IsNotAWS() {
		what = " not AWS: account "
	}
	badge := a.th.aws.Render(what+account.Name()+" ") + "  " + account.Region
	if ansi.StringWidth(badge)+len("keyturn")+4 > a.width {
		badge = a.th.aws.Render(what+account.ID+" ") + "  " + account.Region
	}
	return badge
}

// rail shows where in the six steps the person is.
func (a *app) rail() string {
	gap := " "
	if a.width >= 80 {
		gap = "   "
	}
	parts := make([]string, 0, 6)
	for _, stop := range a.stepStatuses() {
		parts = append(parts, stop.sign+" "+stop.name)
	}
	return truncate(" "+strings.Join(parts, gap), a.width)
}

// heading names the screen and, at the right, its state or the place in a body
// that is scrolled.
func (a *app) heading(lines, offset int, g geometry) string {
	title, state := a.top().screen.heading()
	if g.overflow {
		state = fmt.Sprintf("lines %d–%d of %d", offset+1, min(lines, offset+g.bodyHeight), lines)
	}
	return " " + spread(a.th.strong.Render(title), a.th.faint.Render(state), a.width-2)
}

// footer is the keys that work now, in as many lines as they need.
func (a *app) footer(overflow bool) []string {
	var lines []string
	line := ""
	for _, act := range a.actions(overflow) {
		help := act.key.Help()
		part := a.th.accent.Render(help.Key) + " " + help.Desc
		switch {
		case line == "":
			line = part
		case ansi.StringWidth(line)+3+ansi.StringWidth(part) > a.width-2:
			lines = append(lines, line)
			line = part
		default:
			line += "   " + part
		}
	}
	return append(lines, line)
}
