package ui

import (
	"slices"

	"github.com/charmbracelet/x/ansi"
)

// style is a look of running text. Lip Gloss styles also lay out boxes, which
// nothing here needs and every frame would pay for: a frame has a hundred
// styled words and must be drawn in well under a millisecond.
type style struct{ attrs ansi.Style }

// Render puts text into the style, and back to plain after it.
func (s style) Render(text string) string {
	if len(s.attrs) == 0 || text == "" {
		return text
	}
	return s.attrs.Styled(text)
}

func (s style) bold() style { return style{slices.Clone(s.attrs).Bold()} }

// theme holds every style of the program. Its colours are eight of the
// terminal's own sixteen, so the person's palette rules; a light background
// takes the darker half of each pair. Nothing is told by colour alone: each
// state also has a sign or a word.
type theme struct {
	dark bool

	text   style // what is read
	strong style // titles and what has the focus
	faint  style // what may be overlooked
	accent style // the one accent: keys, the current step
	good   style
	bad    style
	warn   style
	code   style // commands, names, values

	sandbox style // the account in the header: harmless
	aws     style // the account in the header: real
}

// newTheme returns the styles for a dark or a light background; without
// coloured only bold and reverse are left.
func newTheme(dark, coloured bool) theme {
	colour := func(onLight, onDark ansi.BasicColor) style {
		if dark {
			onLight = onDark
		}
		if !coloured {
			return style{}
		}
		return style{ansi.Style{}.ForegroundColor(onLight)}
	}
	good := colour(ansi.Green, ansi.BrightGreen)
	warn := colour(ansi.Magenta, ansi.BrightYellow)
	return theme{
		dark:    dark,
		strong:  style{}.bold(),
		faint:   colour(ansi.BrightBlack, ansi.BrightBlack),
		accent:  colour(ansi.Blue, ansi.BrightCyan),
		good:    good,
		bad:     colour(ansi.Red, ansi.BrightRed),
		warn:    warn,
		code:    colour(ansi.Cyan, ansi.Cyan),
		sandbox: good.bold(),
		aws:     style{warn.bold().attrs.Reverse(true)},
	}
}

// plainTheme has no colours and no other attributes, for text that goes to the
// shell.
func plainTheme() theme { return theme{} }

// The signs of the states, one cell wide each.
const (
	signDone    = "✔"
	signFailed  = "✘"
	signCurrent = "●"
	signAhead   = "○"
	signSkipped = "–"
)
