package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keyturn": main})
}

// TestScripts runs keyturn as a person's shell does; each script in
// testdata/script is one story.
func TestScripts(t *testing.T) {
	t.Parallel()
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
			"exits": exits, "serve": serve, "nowhere": nowhere,
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

// serve starts a sandbox beside the script and points the AWS environment at
// it, as the lines that keyturn sandbox prints would. With the file of a policy
// its user is held to that; a region is the one that it plays.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	options := sandbox.Options{Pace: cloud.Instant}
	switch {
	case neg || len(args) > 1:
		ts.Fatalf("usage: serve [POLICY.json|REGION]")
	case len(args) == 1 && strings.HasSuffix(args[0], ".json"):
		options.UserPolicy = ts.ReadFile(args[0])
	case len(args) == 1:
		options.Region = args[0]
	}
	served, err := sandbox.Start(context.Background(), options)
	ts.Check(err)
	ts.Defer(func() { _ = served.Close() })
	for _, line := range served.Environment() {
		if name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "="); ok {
			ts.Setenv(name, value)
		}
	}
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
