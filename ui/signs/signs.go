// Package signs keeps what is shown to the signs that a terminal can draw. One
// whose locale is not UTF-8, and the Linux console with its small font, get
// ASCII only.
package signs

import (
	"io"
	"runtime"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// ASCII reports that a terminal with this environment gets only ASCII. The
// locale is the first of LC_ALL, LC_CTYPE and LANG that is not empty (POSIX,
// Internationalization Variables); Windows sets none of them and shows Unicode.
func ASCII(env []string) bool { return ascii(env, runtime.GOOS) }

func ascii(env []string, system string) bool {
	values := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		values[name] = value
	}
	if values["TERM"] == "linux" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(values[name]); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return system != "windows"
}

// Plain returns text in ASCII. Every cell of it stays one cell: a sign becomes
// one that resembles it, and what resembles nothing a question mark a cell.
// Escape sequences stay as they are.
func Plain(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		if isSingleByte(text, i) {
			out.WriteByte(text[i])
			i++
			continue
		}
		cluster, width := ansi.FirstGraphemeCluster(text[i:], ansi.GraphemeWidth)
		i += len(cluster)
		out.WriteString(plain(cluster, width))
	}
	return out.String()
}

// isSingleByte reports that the byte at i is a letter by itself, which nothing after
// it changes.
func isSingleByte(text string, i int) bool {
	return text[i] < 0x80 && (i+1 == len(text) || text[i+1] < 0x80)
}

// plain is one letter in ASCII, width cells wide.
func plain(cluster string, width int) string {
	first := []rune(cluster)[0]
	sign, known := table[first]
	switch {
	case first < ' ':
		return cluster // a control character takes no cell
	case first < 0x80:
		sign = cluster[0] // an accent after it is dropped
	case known:
	case first >= 0x2500 && first <= 0x257f: // box drawing: what is neither - nor | is a corner
		sign = '+'
	default:
		sign = '?'
	}
	return strings.Repeat(string(sign), width)
}

// table has the signs that the program draws, and the usual ones of its texts.
var table = func() map[rune]byte {
	signs := map[rune]byte{'\u00a0': ' ', '\u2011': '-'}
	for sign, those := range map[byte]string{
		'+': "✔", 'x': "✘×", '*': "●•", 'o': "○", '-': "–—─━┄╌═", '|': "│┃┆╎║▌▐", '~': "…",
		'>': "›→▸▶", '<': "‹←◂◀", '^': "↑▲", 'v': "↓▼", '"': "“”„", '\'': "‘’",
	} {
		for _, r := range those {
			signs[r] = sign
		}
	}
	for i, r := range []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏") { // the spinner turns here too
		signs[r] = `|/-\`[i%4]
	}
	return signs
}()

// Writer writes to w in ASCII. A letter must come in one write.
func Writer(w io.Writer) io.Writer { return writer{w} }

type writer struct{ to io.Writer }

func (w writer) Write(b []byte) (int, error) {
	if _, err := io.WriteString(w.to, Plain(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
