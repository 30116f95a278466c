package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew")

// look is one way to see a scene.
type look struct {
	width, height int
	theme         string // dark, light, or none for NO_COLOR
}

func (l look) String() string { return fmt.Sprintf("%dx%d %s", l.width, l.height, l.theme) }

func looks() []look {
	var all []look
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for _, theme := range []string{"dark", "light", "none"} {
			all = append(all, look{size[0], size[1], theme})
		}
	}
	return all
}

// picture is a scene as a terminal would get it.
func picture(t testing.TB, sc scene, l look) string {
	t.Helper()
	s := newStage(t)
	s.width, s.height = l.width, l.height
	if l.theme == "none" {
		s.opts.Env = []string{unicode, "NO_COLOR=yes"}
	}
	s.setTheme(l.theme != "light")
	sc.reach(s)
	return s.View().Content
}

// TestPictures compares every scene with its pictures, which are kept as one
// archive a scene. `go test ./ui -update` writes them anew.
func TestPictures(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes() {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			archive := &txtar.Archive{}
			for _, l := range looks() {
				frame := picture(t, sc, l)
				checkFits(t, frame, l)
				archive.Files = append(archive.Files, txtar.File{Name: l.String(), Data: []byte(frame + "\n")})
			}
			file := filepath.Join("testdata", "pictures", sc.name+".txtar")
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, golden := range txtar.Parse(want).Files {
				got := archive.Files[i]
				if diff := cmp.Diff(lines(golden.Data), lines(got.Data)); diff != "" {
					t.Errorf("%s differs from its picture (-picture +now):\n%s", golden.Name, diff)
				}
			}
		})
	}
}

// TestPlainPictures draws every scene for a terminal that has only ASCII.
func TestPlainPictures(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes() {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			for _, l := range looks() {
				s := newStage(t)
				s.ascii, s.keys = true, newKeyMap(true)
				s.width, s.height = l.width, l.height
				s.setTheme(l.theme != "light")
				sc.reach(s)
				drawn, _, _ := s.frame()
				shown := s.View()
				checkFits(t, shown.Content, l)
				before, after := lines([]byte(drawn)), lines([]byte(shown.Content))
				for i := range after {
					if ansi.StringWidth(after[i]) != ansi.StringWidth(before[i]) {
						t.Errorf("%s: %q was %q, which is not as wide", l, after[i], before[i])
					}
				}
				if strange := strings.IndexFunc(shown.Content+shown.WindowTitle, func(r rune) bool { return r > '~' }); strange >= 0 {
					t.Errorf("%s: not ASCII: %q", l, shown.Content[strange:])
				}
			}
		})
	}
}

func lines(data []byte) []string {
	return strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
}

// checkFits fails if the frame is not exactly as high as the screen or a line
// is wider than it.
func checkFits(t testing.TB, frame string, l look) {
	t.Helper()
	rows := strings.Split(frame, "\n")
	if len(rows) != l.height {
		t.Errorf("%s: %d rows", l, len(rows))
	}
	for i, row := range rows {
		if w := ansi.StringWidth(row); w > l.width {
			t.Errorf("%s: row %d is %d cells wide: %q", l, i, w, row)
		}
	}
}
