package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A disk without room for a receipt stops a run before anything is made.
func TestAFullDiskStopsARunBeforeAnythingIsMade(t *testing.T) {
	t.Parallel()
	if out, err := exec.CommandContext(t.Context(), "unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt").CombinedOutput(); err != nil {
		t.Skipf("no file system of a few bytes can be made here: %v %s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	program, full := filepath.Join(folder, "keyturn"), filepath.Join(folder, "full")
	if err := os.Symlink(self, program); err != nil {
		t.Skip(err)
	}
	if err := os.Mkdir(full, 0o700); err != nil {
		t.Fatal(err)
	}
	const script = `mount -t tmpfs -o size=4k none "$1" && echo taken > "$1/other" && exec "$2" --json`
	cmd := exec.CommandContext(t.Context(), "unshare", "-rm", "sh", "-c", script, "sh", full, program)
	cmd.Env = append(os.Environ(), "HOME="+folder, "KEYTURN_STATE_DIR="+full)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	if text := out.String(); !strings.Contains(text, `"id":"receipt-not-saved"`) || strings.Contains(text, `"mutates":true`) {
		t.Errorf("%s", text)
	}
	if text := errs.String(); !strings.Contains(text, "no space left on device") || !strings.Contains(text, "Make room") {
		t.Errorf("%s", text)
	}
}
