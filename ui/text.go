package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// wrap breaks text into lines of at most width cells, at words where it can.
// A style that runs over a break is closed before it and opened again after it.
func wrap(text string, width int) []string {
	width = max(width, 1)
	text = strings.ReplaceAll(text, "-", unbreakable)
	if strings.Contains(text, "\x1b") {
		text = lipgloss.Wrap(text, width, "")
	} else {
		text = ansi.Wrap(text, width, "")
	}
	return strings.Split(strings.ReplaceAll(text, unbreakable, "-"), "\n")
}

// unbreakable stands for a hyphen while a text is wrapped: names, options and
// ARNs are full of hyphens at which a line must not end.
const unbreakable = "\u2011"

// hang wraps text behind a first-line prefix; the following lines are indented
// to the same column.
func hang(prefix, text string, width int) []string {
	indent := ansi.StringWidth(prefix)
	lines := wrap(text, width-indent)
	for i := range lines {
		if i == 0 {
			lines[i] = prefix + lines[i]
		} else {
			lines[i] = strings.Repeat(" ", indent) + lines[i]
		}
	}
	return lines
}

// truncate shortens a line to width cells and marks the loss.
func truncate(line string, width int) string {
	if ansi.StringWidth(line) <= width {
		return line
	}
	return ansi.Truncate(line, width, "…")
}

// pad fills a line with spaces up to width cells.
func pad(line string, width int) string {
	if gap := width - ansi.StringWidth(line); gap > 0 {
		return line + strings.Repeat(" ", gap)
	}
	return line
}

// spread puts left and right at the two ends of width cells; where both do not
// fit, left is shortened.
func spread(left, right string, width int) string {
	room := width - ansi.StringWidth(right)
	if right != "" {
		room--
	}
	if room < 0 {
		return truncate(right, width)
	}
	return pad(truncate(left, room), width-ansi.StringWidth(right)) + right
}

// indent shifts every line to the right by n cells.
func indent(lines []string, n int) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		if line != "" {
			out[i] = strings.Repeat(" ", n) + line
		}
	}
	return out
}
