package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// scriptSavedMsg says where the script was written, or why not.
type scriptSavedMsg struct {
	path string
	err  error
}

// saveScript writes the changing calls of this run as a shell script into the
// folder where the program was started, for its owner alone (mode 0700).
func (a *app) saveScript() tea.Cmd {
	text := script(a.result.Run, a.ledger.calls)
	path := filepath.Join(a.opts.ScriptDir, "keyturn-"+a.result.Run+".sh")
	return func() tea.Msg {
		err := os.WriteFile(path, []byte(text), 0o700)
		if err == nil {
			err = os.Chmod(path, 0o700) // an older file keeps its mode otherwise
		}
		return scriptSavedMsg{path, err}
	}
}

func (a *app) scriptSaved(msg scriptSavedMsg) {
	a.notice = "saved as " + msg.path
	if msg.err != nil {
		a.notice = "not saved: " + msg.err.Error()
	}
}

// script is the calls as a shell script. The lines stand as they were shown:
// where a secret went, there is the placeholder that the line shows.
func script(run string, calls []steps.Call) string {
	var out strings.Builder
	fmt.Fprintf(&out, "#!/bin/sh\n# The AWS calls of keyturn run %s, in order. Reads are comments.\n"+
		"# Replace what stands for a secret before you run this.\nset -eu\n\n", run)
	last := ""
	for _, call := range calls {
		if call.CLI == last {
			continue
		}
		last = call.CLI
		if call.Mutates {
			out.WriteString(call.CLI + "\n")
			continue
		}
		out.WriteString("# " + oneLine(call.CLI) + "\n")
	}
	return out.String()
}
