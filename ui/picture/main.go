// Command picture turns pictures of the program's screens, as the golden tests
// keep them, into SVG files for the documentation:
//
//	go run ./ui/picture
//
// writes docs/pictures/STEP-THEME.svg for the six steps, dark and light. The
// screens are the program's own: `go test ./ui -update` draws them.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/txtar"
)

// shown are the pictures that the documentation shows: one of each step.
var shown = []struct{ scene, file string }{
	{"database-running", "1-database"},
	{"secret-review", "2-secret"},
	{"validate-result", "3-validate"},
	{"rotate-running", "4-rotate"},
	{"verify-result", "5-verify"},
	{"cleanup-review-sandbox", "6-cleanup"},
}

func main() {
	for _, s := range shown {
		for _, theme := range []string{"dark", "light"} {
			if err := draw(s.scene, s.file, theme); err != nil {
				fmt.Fprintln(os.Stderr, "picture:", err)
				os.Exit(1)
			}
		}
	}
}

// draw makes one SVG file from a scene's picture at 80x24.
func draw(scene, file, theme string) error {
	archive, err := txtar.ParseFile(filepath.Join("ui", "testdata", "pictures", scene+".txtar"))
	if err != nil {
		return err
	}
	for _, f := range archive.Files {
		if f.Name == "80x24 "+theme {
			svg := newCanvas(palettes[theme]).svg(string(f.Data))
			return os.WriteFile(filepath.Join("docs", "pictures", file+"-"+theme+".svg"), []byte(svg), 0o644)
		}
	}
	return fmt.Errorf("%s has no picture 80x24 %s", scene, theme)
}
