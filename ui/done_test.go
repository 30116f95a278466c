package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

func TestLinkWrapsOverSeveralLines(t *testing.T) {
	t.Parallel()
	const address = "https://example.com/one/two/three.html"
	for name, c := range map[string]struct {
		width int
		want  []string
	}{
		"in one line where it fits":         {60, []string{"page  " + address}},
		"else it breaks after a slash":      {32, []string{"page  https://example.com/one/", "      two/three.html"}},
		"never inside what is between them": {12, []string{"page  https:/", "      /", "      example.com/", "      one/", "      two/", "      three.html"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := link("page  ", address, c.width, plainTheme())
			var texts []string
			for _, line := range lines {
				if strings.Count(line, ansi.SetHyperlink(address)) != 1 {
					t.Errorf("%q does not lead to the whole address", line)
				}
				texts = append(texts, ansi.Strip(line))
			}
			if diff := cmp.Diff(c.want, texts); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}
