package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"keyturn/aws"
	"keyturn/aws/answers"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/steps"
)

// killEvery is how many calls lie between two at which a run is killed; 1 tries
// them all, which takes minutes.
var killEvery = flag.Int("kill-every", 9, "kill a run at every n-th call")

// moment is when a run is killed, relative to a call of its own.
type moment string

const (
	beforeTheCall   moment = "before the call"
	beforeTheAnswer moment = "before the answer"
	afterTheAnswer  moment = "after the answer"
)

// killer stands in front of a sandbox and kills whoever makes the call of a
// number.
type killer struct {
	server *httptest.Server
	to     *url.URL
	client interface {
		Do(*http.Request) (*http.Response, error)
	}

	mu    sync.Mutex
	calls int
	at    int // 0 never
	when  moment
	kill  func()
}

func newKiller(t *testing.T, endpoint string) *killer {
	t.Helper()
	to, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	k := &killer{to: to, client: answers.ReadFully(&http.Client{Transport: transport})}
	k.server = httptest.NewServer(k)
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		k.server.Close()
	})
	return k
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	if r.Header.Get("Authorization") != "" {
		k.calls++
	}
	hit, when, kill := k.at > 0 && k.calls == k.at, k.when, k.kill
	k.mu.Unlock()
	if hit && when == beforeTheCall {
		kill()
		panic(http.ErrAbortHandler)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	passed, err := http.NewRequest(r.Method, k.to.String()+r.URL.RequestURI(), bytes.NewReader(body)) // goes on when the client is gone
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	passed.Host, passed.Header = r.Host, r.Header.Clone()
	answer, err := k.client.Do(passed)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer func() { _ = answer.Body.Close() }()
	if hit && when == beforeTheAnswer {
		kill()
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
	if hit {
		_ = http.NewResponseController(w).Flush()
		kill()
	}
}

// victim is an AWS account, played by a sandbox, in which runs are killed.
type victim struct {
	*killer
	sandbox *sandbox.Sandbox
	folder  string
	program string
	checks  map[string]bool // that were passed, by name
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	started, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = started.Close() })
	a := &victim{killer: newKiller(t, started.URL()), sandbox: started, folder: t.TempDir(), checks: map[string]bool{}}
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

// keyturn runs the program against the account; a call of the number at, if
// there is one, is its last. It returns the exit status, -1 for a killed one.
func (a *victim) keyturn(t *testing.T, at int, when moment, args ...string) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), a.program, append(args, "--yes", "--json")...)
	cmd.Env = append(os.Environ(),
		"HOME="+a.folder, "KEYTURN_STATE_DIR="+filepath.Join(a.folder, "runs"), "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+filepath.Join(a.folder, "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(a.folder, "none"),
		"KEYTURN_RDS_CA_FILE="+filepath.Join(a.folder, "ca.pem"), "AWS_ENDPOINT_URL="+a.server.URL, "AWS_REGION="+a.sandbox.Region,
		"AWS_ACCESS_KEY_ID="+a.sandbox.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+a.sandbox.SecretAccessKey,
	)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	started := make(chan struct{})
	a.mu.Lock()
	a.calls, a.at, a.when = 0, at, when
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

// made are the resources that the account was asked to make more than once, and
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
		var receipt steps.Receipt
		data, err := os.ReadFile(path)
		if err := errors.Join(err, json.Unmarshal(data, &receipt)); err != nil {
			t.Fatal(err)
		}
		for _, resource := range receipt.Left() {
			left = append(left, resource.ID)
		}
	}
	return left
}

// A run that is killed at any of its calls is taken up, comes to its end with
// every check passed, and has made nothing twice and left nothing.
func TestAKilledRunIsTakenUpToItsEnd(t *testing.T) {
	t.Parallel()
	for name, flags := range map[string][]string{
		"public":  {"--aws"},
		"private": {"--aws", "--network", "private", "--my-cidr", "203.0.113.7/32", "--rotation-function-from", "transform"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			undisturbed := newVictim(t)
			if status := undisturbed.keyturn(t, 0, "", flags...); status != 0 {
				t.Fatalf("an undisturbed run ends with %d", status)
			}
			calls, checks := undisturbed.calls, slices.Sorted(maps.Keys(undisturbed.checks))
			t.Logf("%d calls, %d checks", calls, len(checks))
			every := *killEvery
			if testing.Short() {
				every = calls / 3
			}
			for at := 1; at <= calls; at += every {
				for i, when := range []moment{beforeTheCall, beforeTheAnswer, afterTheAnswer} {
					at := at + i*every/3
					t.Run(fmt.Sprintf("%s %d", when, at), func(t *testing.T) {
						t.Parallel()
						a := newVictim(t)
						if status := a.keyturn(t, at, when, flags...); status != -1 {
							t.Logf("it came to its end before it could be killed: %d", status)
						}
						receipts, _ := filepath.Glob(filepath.Join(a.folder, "runs", "*.json"))
						if len(receipts) == 0 {
							if left := a.leftOver(t); len(left) > 0 {
								t.Errorf("no receipt, but there is %v", left)
							}
							return // it had not begun
						}
						if status := a.keyturn(t, 0, "", "resume"); status != 0 && !finished(t, receipts[0]) {
							t.Errorf("it is taken up and ends with %d", status)
						}
						for _, name := range checks {
							if !a.checks[name] {
								t.Errorf("%s was not proved", name)
							}
						}
						if doubled := a.doubled(); len(doubled) > 0 {
							t.Errorf("made twice: %v", doubled)
						}
						if left := a.leftOver(t); len(left) > 0 {
							t.Errorf("left over: %v", left)
						}
					})
				}
			}
		})
	}
}

// finished reports that a run was over before it was killed.
func finished(t *testing.T, path string) bool {
	t.Helper()
	var receipt steps.Receipt
	data, err := os.ReadFile(path)
	if err := errors.Join(err, json.Unmarshal(data, &receipt)); err != nil {
		t.Fatal(err)
	}
	return !receipt.Finished.IsZero() && len(receipt.Left()) == 0
}
