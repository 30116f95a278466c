package line

import (
	"os"
	"runtime"

	"github.com/charmbracelet/x/term"
)

// IsTerminal reports that a stream is a terminal.
func IsTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// CanShowScreens reports that screens can be shown here and that the environment
// does not ask for lines: ACCESSIBLE, or a TERM that cannot move the cursor.
func CanShowScreens(in, out *os.File) bool {
	kind := os.Getenv("TERM")
	unable := kind == "dumb" || kind == "" && runtime.GOOS != "windows"
	return IsTerminal(in) && IsTerminal(out) && os.Getenv("ACCESSIBLE") == "" && !unable
}
