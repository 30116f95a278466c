package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
// where a secret went, they name an environment variable instead.
func script(run string, calls []steps.Call) string {
	var lines []string
	last := ""
	for _, call := range calls {
		switch {
		case call.CLI == last:
		case call.Mutates && call.Error == "":
			lines = append(lines, call.CLI)
		default:
			lines = append(lines, "# "+oneLine(call.CLI))
		}
		last = call.CLI
	}
	var out strings.Builder
	fmt.Fprintf(&out, "#!/usr/bin/env bash\n"+
		"# The AWS calls of keyturn run %s, in order. Those that only read, or were refused, are comments.\n"+
		"# The script does not wait: where a call needs what the one before is still making, run it by hand.\n"+
		"set -eu\n", run)
	for _, name := range placeholders(lines) {
		fmt.Fprintf(&out, ": \"${%s:?set it before you run this: it stands for a secret}\"\n", name)
	}
	return out.String() + "\n" + strings.Join(lines, "\n") + "\n"
}

var placeholder = steps.NewPattern(`\$\{?(KEYTURN_[A-Z_]+)`)

// placeholders are the variables that stand for secrets in the lines.
func placeholders(lines []string) []string {
	var names []string
	for _, line := range lines {
		for _, found := range placeholder.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(names, found[1]) {
				names = append(names, found[1])
			}
		}
	}
	return names
}
