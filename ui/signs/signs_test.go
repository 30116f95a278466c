package signs

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestASCIIFollowsEnvironment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    string
		system string
		want   bool
	}{
		"a UTF-8 locale has all signs":                 {"LANG=de_DE.UTF-8", "linux", false},
		"however it is spelled":                        {"LANG=C.utf8", "linux", false},
		"the C locale has ASCII":                       {"LANG=C", "linux", true},
		"LC_ALL rules over LANG":                       {"LANG=C.UTF-8 LC_ALL=C", "linux", true},
		"LC_CTYPE too":                                 {"LANG=C LC_CTYPE=UTF-8", "darwin", false},
		"an empty one rules over nothing":              {"LC_ALL= LC_CTYPE= LANG=C.UTF-8", "linux", false},
		"no locale at all is the C locale":             {"HOME=/", "linux", true},
		"except on Windows":                            {"HOME=/", "windows", false},
		"the Linux console has few signs":              {"TERM=linux LANG=C.UTF-8", "linux", true},
		"another language's locale without UTF-8 also": {"LANG=de_DE.ISO-8859-1", "linux", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ascii(strings.Fields(c.env), c.system); got != c.want {
				t.Errorf("ASCII: %v, want %v", got, c.want)
			}
		})
	}
}

func TestPlainReplacesSigns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"✔ ✘ ● ○ –":          "+ x * o -",
		"‹ gp3 › “a” ‘b’ ×3": `< gp3 > "a" 'b' x3`,
		"creating → done…":   "creating > done~",
		"┌──┐│":              "+--+|",
		"\x1b[32m✔\x1b[m ok": "\x1b[32m+\x1b[m ok",
		"⠋⠙⠹⠸":               `|/-\`,
		"字 e\u0301":          "?? e",
		"plain\r\nlines\n":   "plain\r\nlines\n",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestPlainTextIsASCIIAndAsWide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		got := Plain(text)
		for i := range len(got) {
			if got[i] >= 0x80 {
				t.Fatalf("%q became %q", text, got)
			}
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
			return // control characters have no width of their own
		}
		if ansi.StringWidth(got) != ansi.StringWidth(text) {
			t.Fatalf("%q is %d cells wide, %q %d", text, ansi.StringWidth(text), got, ansi.StringWidth(got))
		}
	})
}

func TestWriterReportsAllBytes(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	const text = "waited → done\n"
	if n, err := Writer(&out).Write([]byte(text)); n != len(text) || err != nil {
		t.Errorf("wrote %d of %d bytes: %v", n, len(text), err)
	}
	if out.String() != "waited > done\n" {
		t.Errorf("wrote %q", out.String())
	}
}
