package secrets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const functionARN = "arn:aws:lambda:us-east-1:123456789012:function:SecretsManagerTest"

// fixture is a Secrets Manager with a clock that only the test moves.
type fixture struct {
	*Service
	t     testing.TB
	ctx   context.Context
	cloud *cloud.Cloud
	fn    *fakeFunction

	mu  sync.Mutex
	now time.Time
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	b := &fixture{t: t, ctx: context.Background(), now: time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC), fn: &fakeFunction{}}
	b.cloud = cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	b.cloud.Now = func() time.Time {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.now
	}
	b.Service = New(b.cloud, b.fn)
	t.Cleanup(b.cloud.Close)
	return b
}

func (b *fixture) advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// fakeFunction is a rotation function with the test's own steps.
type fakeFunction struct {
	mu     sync.Mutex
	denied bool
	run    func(e event) error
	events []event
}

func (f *fakeFunction) Invocable(string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.denied
}

func (f *fakeFunction) Invoke(_ context.Context, arn string, body []byte) error {
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	f.mu.Lock()
	f.events = append(f.events, e)
	run := f.run
	f.mu.Unlock()
	if run == nil {
		return fmt.Errorf("%s does nothing", arn)
	}
	return run(e)
}

func (f *fakeFunction) steps() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var steps []string
	for _, e := range f.events {
		steps = append(steps, e.Step)
	}
	return steps
}

// useWorkingFunction sets a rotation function that moves the labels as AWS's
// does.
func (b *fixture) useWorkingFunction() {
	b.setFunction(func(e event) error {
		switch e.Step {
		case createSecret:
			_, err := b.getSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretId, VersionId: &e.ClientRequestToken, VersionStage: ptr(pending)})
			if !isCode(err, codeNotFound) {
				return err
			}
			_, err = b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{
				SecretId: &e.SecretId, ClientRequestToken: &e.ClientRequestToken,
				SecretString: ptr("value of " + e.ClientRequestToken), VersionStages: []string{pending},
			})
			return err
		case finishSecret:
			d, err := b.describeSecret(b.ctx, &secretsmanager.DescribeSecretInput{SecretId: &e.SecretId})
			if err != nil {
				return err
			}
			in := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &e.SecretId, VersionStage: ptr(current), MoveToVersionId: &e.ClientRequestToken}
			for id, stages := range d.VersionIdsToStages {
				if slices.Contains(stages, current) {
					in.RemoveFromVersionId = &id
				}
			}
			_, err = b.updateSecretVersionStage(b.ctx, in)
			return err
		}
		return nil
	})
}

func (b *fixture) setFunction(run func(event) error) {
	b.fn.mu.Lock()
	defer b.fn.mu.Unlock()
	b.fn.run = run
}

// waitForRotation waits until no rotation of the secret runs.
func (b *fixture) waitForRotation(id string) {
	b.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		b.Service.mu.Lock()
		running := b.lookup(id).rotation.running
		b.Service.mu.Unlock()
		if !running {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatal("the rotation did not end")
		}
		time.Sleep(time.Millisecond) // polls a condition; nothing depends on its length
	}
}

// create creates a secret with a value and its own token.
func (b *fixture) create(name, val string) *secretsmanager.CreateSecretOutput {
	b.t.Helper()
	return must(b.createSecret(b.ctx, &secretsmanager.CreateSecretInput{Name: &name, SecretString: &val, ClientRequestToken: ptr(token(name))}))
}

func (b *fixture) put(id, tok, val string, stages ...string) *secretsmanager.PutSecretValueOutput {
	b.t.Helper()
	return must(b.putSecretValue(b.ctx, &secretsmanager.PutSecretValueInput{SecretId: &id, ClientRequestToken: ptr(token(tok)), SecretString: &val, VersionStages: stages}))
}

func (b *fixture) describe(id string) *secretsmanager.DescribeSecretOutput {
	b.t.Helper()
	return must(b.describeSecret(b.ctx, &secretsmanager.DescribeSecretInput{SecretId: &id}))
}

// labels returns the labels of secret s, with the words of the tokens.
func (b *fixture) labels() map[string][]string {
	b.t.Helper()
	short := map[string][]string{}
	for v, stages := range b.describe("s").VersionIdsToStages {
		short[v[len(tokenPrefix):]] = stages
	}
	return short
}

const tokenPrefix = "00000000-0000-0000-0000-00000000-"

// token returns a valid ClientRequestToken with a word.
func token(word string) string { return tokenPrefix + word }

// ignoreSDK ignores the fields of SDK types that are not API members.
var ignoreSDK = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && (f.Name() == "ResultMetadata" || f.Name() == "noSmithyDocumentSerde")
}, cmp.Ignore())

func ptr[T any](v T) *T { return &v }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// wantError checks that err is an API error with this code and, unless empty,
// this text.
func wantError(t testing.TB, err error, code, text string) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want %s", err, code)
	}
	if e.Code != code || text != "" && e.Message != text {
		t.Errorf("error is %s: %s\nwant     %s: %s", e.Code, e.Message, code, text)
	}
}
