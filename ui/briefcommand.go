package ui

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
)

// minSubjectWidth is how many cells of a command's subject are worth showing
// beside the name of its option; minBareSubjectWidth is the same without the name.
const (
	minSubjectWidth     = 24
	minBareSubjectWidth = 8
)

// briefCommand shortens an AWS CLI line to width cells. What is left is the
// verb and its subject, the thing that the call is about: the tail of a long
// line says less than either.
func briefCommand(command string, width int) string {
	if ansi.StringWidth(command) <= width {
		return command
	}
	verb, options := parseCommand(command)
	if len(options) == 0 {
		return truncate(command, width)
	}
	at := max(slices.IndexFunc(options, option.isSubject), 0)
	subject, head, tail := options[at], verb+" ", ""
	if at > 0 {
		head += "… "
	}
	if at < len(options)-1 {
		tail = " …"
	}
	named := head + subject.flag + " "
	for _, line := range []string{named + subject.value + tail, named + subject.value} {
		if ansi.StringWidth(line) <= width {
			return line
		}
	}
	if room := width - ansi.StringWidth(named); room >= minSubjectWidth {
		return named + truncateMiddle(subject.value, room)
	}
	alone := verb + " … "
	if room := width - ansi.StringWidth(alone); room >= minBareSubjectWidth {
		return alone + truncateMiddle(subject.value, room)
	}
	return truncate(verb, width)
}

// option is one option of a command, with its values as they were written.
type option struct{ flag, value string }

// isSubject reports that the option names a thing: --secret-id, --name,
// --db-instance-identifier.
func (o option) isSubject() bool { return subjectFlag.MatchString(o.flag) }

var (
	subjectFlag = steps.NewPattern(`^--(?:[a-z-]+-)?(?:name|identifier|ids?)$`)
	// shellWord is a word of a shell line, its quoted parts unopened.
	shellWord = steps.NewPattern(`(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+`)
)

// parseCommand takes a command apart at its options.
func parseCommand(command string) (verb string, options []option) {
	for _, word := range shellWord.FindAllString(command, -1) {
		switch last := len(options) - 1; {
		case strings.HasPrefix(word, "--"):
			flag, value, _ := strings.Cut(word, "=")
			options = append(options, option{flag, value})
		case last < 0:
			verb = strings.TrimSpace(verb + " " + word)
		default:
			options[last].value = strings.TrimSpace(options[last].value + " " + word)
		}
	}
	return verb, options
}

// truncateMiddle shortens a text to width cells in its middle: the ends of an
// identifier tell it from others.
func truncateMiddle(text string, width int) string {
	whole := ansi.StringWidth(text)
	if whole <= width {
		return text
	}
	left := (width - 1) / 2
	right := width - 1 - left
	return ansi.Truncate(text, left, "") + "…" + ansi.TruncateLeft(text, whole-right, "")
}

// jsonLines lays a JSON object out with a member a line. A value that does not
// fit beside its name goes below it, and is cut in its middle where it must be.
func jsonLines(text string, width int) []string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", " "); err != nil {
		return wrap(text, width)
	}
	lines := strings.Split(out.String(), "\n")
	if last := len(lines) - 1; last > 1 { // the braces take no lines of their own
		lines[1] = lines[0] + strings.TrimSpace(lines[1])
		lines[last-1] += lines[last]
		lines = lines[1:last]
	}
	var fitted []string
	for _, line := range lines {
		if ansi.StringWidth(line) <= width {
			fitted = append(fitted, line)
			continue
		}
		name, value, _ := strings.Cut(line, `": `)
		fitted = append(fitted, truncate(name+`":`, width), "   "+truncateMiddle(value, width-3))
	}
	return fitted
}
