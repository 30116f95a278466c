package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// palette is the colours of a terminal: its background, its text, and the
// sixteen by their numbers.
type palette struct {
	back, text string
	sixteen    [16]string
}

// palettes are those of GitHub's dark and light terminal themes.
var palettes = map[string]palette{
	"dark": {"#0d1117", "#e6edf3", [16]string{
		"#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
		"#8b949e", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
	}},
	"light": {"#ffffff", "#1f2328", [16]string{
		"#24292f", "#cf222e", "#116329", "#4d2d00", "#0969da", "#8250df", "#1b7c83", "#6e7781",
		"#57606a", "#a40e26", "#1a7f37", "#633c01", "#218bff", "#a475f9", "#3192aa", "#8c959f",
	}},
}

// The size of a cell and of the border, in SVG's units.
const (
	cellWidth  = 8.4
	cellHeight = 18
	border     = 12
)

// canvas draws lines of styled text.
type canvas struct {
	colours palette
	out     strings.Builder
}

func newCanvas(p palette) *canvas { return &canvas{colours: p} }

// cellStyle is the style of a cell.
type cellStyle struct {
	colour        int // of the sixteen; -1 for the text's own
	bold, reverse bool
}

// svg draws a frame, one text element for each run of one style.
func (c *canvas) svg(frame string) string {
	lines := strings.Split(strings.TrimRight(frame, "\n"), "\n")
	width := 80*cellWidth + 2*border
	height := len(lines)*cellHeight + 2*border
	fmt.Fprintf(&c.out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&c.out, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", c.colours.back)
	fmt.Fprintf(&c.out, `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="%s" xml:space="preserve" style="white-space:pre">`+"\n", c.colours.text)
	now := cellStyle{colour: -1}
	for y, line := range lines {
		now = c.line(line, y, now)
	}
	c.out.WriteString("</g>\n</svg>\n")
	return c.out.String()
}

// line draws one line that begins in a style, and returns the one it ends in.
func (c *canvas) line(line string, y int, now cellStyle) cellStyle {
	x, from := 0, 0
	var run strings.Builder
	flush := func() {
		c.text(run.String(), from, x, y, now)
		run.Reset()
		from = x
	}
	var state byte
	for line != "" {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		if width > 0 {
			run.WriteString(seq)
			x += width
		} else if strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m") {
			flush()
			now = now.after(seq[2 : len(seq)-1])
		}
		line, state = line[n:], next
	}
	flush()
	return now
}

// after applies the parameters of one SGR sequence.
func (l cellStyle) after(parameters string) cellStyle {
	for parameter := range strings.SplitSeq(parameters, ";") {
		var n int
		_, _ = fmt.Sscanf(parameter, "%d", &n) // an empty one is 0
		switch {
		case n == 0:
			l = cellStyle{colour: -1}
		case n == 1:
			l.bold = true
		case n == 7:
			l.reverse = true
		case 30 <= n && n <= 37:
			l.colour = n - 30
		case 90 <= n && n <= 97:
			l.colour = n - 90 + 8
		}
	}
	return l
}

// text draws a run of one style from one column to another.
func (c *canvas) text(text string, from, to, y int, l cellStyle) {
	if !l.reverse {
		bare := strings.TrimLeft(text, " ")
		from += len(text) - len(bare)
		text = strings.TrimRight(bare, " ")
		to = from + ansi.StringWidth(text)
		if text == "" {
			return
		}
	}
	fill := c.colours.text
	if l.colour >= 0 {
		fill = c.colours.sixteen[l.colour]
	}
	left, top := border+float64(from)*cellWidth, border+y*cellHeight
	if l.reverse {
		fmt.Fprintf(&c.out, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n",
			left, top, float64(to-from)*cellWidth, cellHeight, fill)
		fill = c.colours.back
	}
	weight := ""
	if l.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(&c.out, `<text x="%.1f" y="%d" textLength="%.1f" fill="%s"%s>%s</text>`+"\n",
		left, top+13, float64(to-from)*cellWidth, fill, weight, html.EscapeString(text))
}
