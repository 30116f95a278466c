package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"keyturn/aws/contract"
	"keyturn/steps/runs"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keyturn": main})
}

// TestScripts runs keyturn as a person's shell does; each script in
// testdata/script is one story.
func TestScripts(t *testing.T) {
	t.Parallel()
	accounts := &accounts{}
	t.Cleanup(accounts.close)
	var noModels error
	accounts.models, noModels = contract.Find()
	t.Run("scripts", func(t *testing.T) { runScripts(t, accounts) })
	t.Run("every request is as AWS's models say", func(t *testing.T) {
		if noModels != nil {
			t.Skip(noModels)
		}
		for _, r := range accounts.recorders {
			for _, fault := range r.Faults() {
				t.Error(fault)
			}
			t.Logf("%d requests were checked", r.Checked())
		}
	})
}

func runScripts(t *testing.T, accounts *accounts) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KEYTURN_STATE_DIR", filepath.Join(env.WorkDir, "runs"))
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			env.Setenv("AWS_CONFIG_FILE", filepath.Join(env.WorkDir, "no-config"))
			env.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(env.WorkDir, "no-credentials"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "serve": accounts.serve, "own": accounts.own, "kept": accounts.kept, "nowhere": nowhere, "newest": newest,
		},
	})
}

// exits runs a command and wants an exit code: exits 2 keyturn --nonsense.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG ...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// newest sets RUN to the newest run of which there is a receipt.
func newest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: newest")
	}
	receipt, err := runs.NewStore(ts.Getenv("KEYTURN_STATE_DIR")).Load("")
	ts.Check(err)
	ts.Setenv("RUN", receipt.Run)
}

// nowhere wants that a text is in no output and no file of the script's folder.
func nowhere(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nowhere TEXT")
	}
	for _, stream := range []string{"stdout", "stderr"} {
		if strings.Contains(ts.ReadFile(stream), args[0]) {
			ts.Fatalf("%s holds it", stream)
		}
	}
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(args[0])) {
			ts.Fatalf("%s holds it", path)
		}
		return err
	}))
}
