package ui

import (
	"charm.land/lipgloss/v2"
)

// theme holds every style of the program. Its colours are eight of the
// terminal's own sixteen, so the person's palette rules; a light background
// takes the darker half of each pair. Nothing is told by colour alone: each
// state also has a sign or a word.
type theme struct {
	dark bool

	text   lipgloss.Style // what is read
	strong lipgloss.Style // titles and what has the focus
	faint  lipgloss.Style // what may be overlooked
	accent lipgloss.Style // the one accent: keys, the current step
	good   lipgloss.Style
	bad    lipgloss.Style
	warn   lipgloss.Style
	code   lipgloss.Style // commands, names, values
	quote  lipgloss.Style // the bar beside a warning in a lesson

	sandbox lipgloss.Style // the account in the header: harmless
	aws     lipgloss.Style // the account in the header: real
}

// newTheme returns the styles for a dark or a light background.
func newTheme(dark bool) theme {
	pick := lipgloss.LightDark(dark)
	colour := func(light, dark string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(pick(lipgloss.Color(light), lipgloss.Color(dark)))
	}
	accent := colour("4", "14")
	good := colour("2", "10")
	warn := colour("5", "11")
	return theme{
		dark:    dark,
		text:    lipgloss.NewStyle(),
		strong:  lipgloss.NewStyle().Bold(true),
		faint:   colour("8", "8"),
		accent:  accent,
		good:    good,
		bad:     colour("1", "9"),
		warn:    warn,
		code:    colour("6", "6"),
		quote:   warn,
		sandbox: good.Bold(true),
		aws:     warn.Bold(true).Reverse(true),
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
