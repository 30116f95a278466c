package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
)

// victim is an AWS account, played by a sandbox, in which runs are killed.
type victim struct {
	*disturber
	sandbox *sandbox.Sandbox
	folder  string
	program string
	checks  map[string]bool // that were passed, by name
	said    string          // to the person, by the latest process
	status  int             // its exit status, -1 if it was killed
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	started, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = started.Close() })
	a := &victim{disturber: newDisturber(t, started.URL()), sandbox: started, folder: t.TempDir(), checks: map[string]bool{}}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	a.program = filepath.Join(a.folder, "keyturn") // TestMain runs the program under this name
	if err := os.Symlink(self, a.program); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	ca := filepath.Join(a.folder, "ca.pem")
	if err := os.WriteFile(ca, started.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// deadline is how long a process may take: one that takes longer hangs.
const deadline = time.Minute

// keyturn runs the program against the account, with a disturbance. It returns
// the exit status, -1 for one that was killed.
func (a *victim) keyturn(t *testing.T, d disturbance, args ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, a.program, append(args, "--yes", "--json")...)
	cmd.Env = append(os.Environ(),
		"HOME="+a.folder, "KEYTURN_STATE_DIR="+filepath.Join(a.folder, "runs"), "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+filepath.Join(a.folder, "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(a.folder, "none"),
		"KEYTURN_RDS_CA_FILE="+filepath.Join(a.folder, "ca.pem"), "AWS_ENDPOINT_URL="+a.server.URL, "AWS_REGION="+a.sandbox.Region,
		"AWS_MAX_ATTEMPTS=2", "AWS_ACCESS_KEY_ID="+a.sandbox.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+a.sandbox.SecretAccessKey,
	)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	started := make(chan struct{})
	a.mu.Lock()
	a.calls, a.disturbance = 0, d
	a.kill = func() {
		<-started
		_ = cmd.Process.Kill()
	}
	a.mu.Unlock()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	err := cmd.Wait()
	if ctx.Err() != nil {
		t.Errorf("keyturn %s hangs: no end within %v\n%s%s", strings.Join(args, " "), deadline, out.String(), errs.String())
	}
	a.said, a.status = errs.String(), cmd.ProcessState.ExitCode()
	for lines := bufio.NewScanner(&out); lines.Scan(); {
		var o struct {
			Type, Name string
			OK         bool
		}
		if json.Unmarshal(lines.Bytes(), &o) == nil && o.Type == "check" {
			a.checks[o.Name] = o.OK
		}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if exit.ExitCode() > 0 {
			t.Logf("keyturn %s: exit %d\n%s", strings.Join(args, " "), exit.ExitCode(), errs.String())
		}
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

// doubled are the resources that the account was asked to make more than once, and
// made each time.
func (a *victim) doubled() []string {
	count := map[string]int{}
	for _, c := range a.sandbox.Calls() {
		if c.AccessKeyID == a.sandbox.AccessKeyID && c.Code == "" && strings.HasPrefix(c.Operation, "Create") && c.Operation != "CreateTags" {
			count[c.Operation]++
		}
	}
	var doubled []string
	for operation, n := range count {
		if n > 1 {
			doubled = append(doubled, fmt.Sprintf("%s %d times", operation, n))
		}
	}
	return doubled
}

// leftOver is what the account still holds of a run: everything, because it was
// empty before.
func (a *victim) leftOver(t *testing.T) []string {
	t.Helper()
	session, err := aws.Open(t.Context(), aws.Options{
		Endpoint: a.sandbox.URL(), Region: a.sandbox.Region, AccessKeyID: a.sandbox.AccessKeyID, SecretAccessKey: a.sandbox.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	services := session.Services()
	instances, _, err := services.Databases.DBInstancesPage(t.Context(), "")
	for _, db := range instances {
		left = append(left, db.ID)
	}
	secrets, _, other := services.Secrets.SecretsPage(t.Context(), "", "")
	for _, secret := range secrets {
		if secret.DeletedAt.IsZero() {
			left = append(left, secret.Name)
		}
	}
	if err := errors.Join(err, other); err != nil {
		t.Fatal(err)
	}
	receipts, err := filepath.Glob(filepath.Join(a.folder, "runs", "*.json"))
	if err != nil || len(receipts) > 1 {
		t.Errorf("receipts %v, %v", receipts, err)
	}
	for _, path := range receipts {
		for _, resource := range readReceipt(t, path).Left() {
			left = append(left, resource.ID)
		}
	}
	return left
}
