package rotation

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"go.uber.org/goleak"

	"keyturn/aws/answers"
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/lambda"
	"keyturn/aws/sandbox/secrets"
	"keyturn/aws/sandbox/wire"
	"keyturn/db"
	mysql "keyturn/db/sandbox"
	"keyturn/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	functionName = "SecretsManagerTest"
	functionARN  = "arn:aws:lambda:us-east-1:123456789012:function:" + functionName
	token        = "11111111-1111-1111-1111-111111111111"
	nextToken    = "22222222-2222-2222-2222-222222222222"
)

// fixture is a Secrets Manager behind HTTP, an embedded MySQL server, and the
// function between them.
type fixture struct {
	t        *testing.T
	ctx      context.Context
	account  *secretsmanager.Client // the person's
	host     string
	port     int
	server   *mysql.Server
	function *Function
	roots    *x509.CertPool
	env      map[string]string

	dials  Dial       // how the function reaches databases
	runs   bool       // whether Secrets Manager's calls reach the function
	called chan error // the outcome of each of them
	lines  []string   // what the function logged
}

// start returns a fixture whose secret "s" is the tutorial's, with the database's
// password.
func start(t *testing.T) *fixture {
	t.Helper()
	w := &fixture{t: t, ctx: context.Background(), dials: (&net.Dialer{}).DialContext, called: make(chan error, 8)}
	w.startMySQL()
	c := cloud.New("us-east-1", "123456789012", cloud.Instant, nil)
	vault := secrets.New(c, w)
	keys := &wire.Keys{}
	keys.Add(wire.Key{ID: "AKIA0OWNER", Secret: "owner", Caller: wire.Caller{ARN: "arn:aws:iam::123456789012:user/owner"}})
	keys.Add(wire.Key{ID: "ASIA0ROLE", Secret: "role", Caller: wire.Caller{ARN: "arn:aws:sts::123456789012:assumed-role/Role/" + functionName}})
	endpoint := httptest.NewServer(wire.NewServer(wire.Options{Keys: keys, Region: "us-east-1"}, vault.Wire()))
	t.Cleanup(endpoint.Close)
	t.Cleanup(c.Close)

	w.env = map[string]string{"SECRETS_MANAGER_ENDPOINT": "https://secretsmanager.us-east-1.amazonaws.com"}
	w.function = New(Config{
		Region: "us-east-1", Endpoint: endpoint.URL, RootCAs: w.roots, Pace: cloud.Instant,
		Credentials: func(lambda.Invocation) aws.Credentials {
			return aws.Credentials{AccessKeyID: "ASIA0ROLE", SecretAccessKey: "role"}
		},
		Dial: func(lambda.Invocation) Dial {
			return func(ctx context.Context, network, address string) (net.Conn, error) {
				return w.dials(ctx, network, address)
			}
		},
	})
	w.account = secretsmanager.New(secretsmanager.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint.URL, HTTPClient: answers.ReadFully(endpoint.Client()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIA0OWNER", SecretAccessKey: "owner"}, nil
		}),
	})
	w.put(w.json("first", nil))
	return w
}

func (w *fixture) startMySQL() {
	w.t.Helper()
	authority, err := mysql.NewAuthority()
	if err != nil {
		w.t.Fatal(err)
	}
	config, err := authority.ServerConfig()
	if err != nil {
		w.t.Fatal(err)
	}
	w.roots = x509.NewCertPool()
	w.roots.AppendCertsFromPEM(authority.PEM())
	w.serve(config)
}

func (w *fixture) serve(config *tls.Config) {
	w.t.Helper()
	server, err := mysql.New(mysql.Options{Version: "8.4.6", User: "adminuser", Password: steps.NewPassword("first"), TLS: config})
	if err != nil {
		w.t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(w.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	w.t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	w.server = server
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	w.host = host
	w.port, _ = strconv.Atoi(port)
}

// json returns the tutorial's secret with some keys set or, if nil, left out.
func (w *fixture) json(password string, set map[string]any) string {
	keys := map[string]any{
		"username": "adminuser", "password": password, "engine": "mysql", "host": w.host, "port": w.port,
		"dbInstanceIdentifier": "mytestdatabaseinstance",
	}
	for k, v := range set {
		if keys[k] = v; v == nil {
			delete(keys, k)
		}
	}
	text, err := json.Marshal(keys)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// put sets the current value.
func (w *fixture) put(value string) {
	w.t.Helper()
	_, err := w.account.CreateSecret(w.ctx, &secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretString: &value})
	if err != nil {
		_, err = w.account.PutSecretValue(w.ctx, &secretsmanager.PutSecretValueInput{SecretId: aws.String("s"), SecretString: &value})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// stage starts a rotation whose first call fails before it reaches the function.
// The token's version is then AWSPENDING and empty.
func (w *fixture) stage(token string) {
	w.t.Helper()
	w.runs = false
	w.startRotation(token)
	if <-w.called == nil {
		w.t.Fatal("the call that was to fail succeeded")
	}
}

// rotate runs a whole rotation and returns the function's error, if any.
func (w *fixture) rotate(token string) error {
	w.t.Helper()
	w.runs = true
	w.startRotation(token)
	for range 4 {
		if err := <-w.called; err != nil {
			return err
		}
	}
	return nil
}

func (w *fixture) startRotation(token string) {
	w.t.Helper()
	_, err := w.account.RotateSecret(w.ctx, &secretsmanager.RotateSecretInput{
		SecretId: aws.String("s"), ClientRequestToken: &token, RotationLambdaARN: aws.String(functionARN),
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// Invocable and Invoke make the fixture the Lambda of its Secrets Manager.
func (w *fixture) Invocable(string) bool { return true }

func (w *fixture) Invoke(ctx context.Context, _ string, event []byte) error {
	err := errors.New("not now")
	if w.runs {
		err = w.invoke(ctx, event)
	}
	w.called <- err
	return err
}

// step calls the function as Secrets Manager does for one phase.
func (w *fixture) step(name, token string) error {
	w.t.Helper()
	d, err := w.account.DescribeSecret(w.ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String("s")})
	if err != nil {
		w.t.Fatal(err)
	}
	event, err := json.Marshal(map[string]string{"Step": name, "SecretId": *d.ARN, "ClientRequestToken": token})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.invoke(w.ctx, event)
}

func (w *fixture) invoke(ctx context.Context, event []byte) error {
	_, err := w.function.Code(ctx, lambda.Invocation{
		FunctionName: functionName, FunctionARN: functionARN, RequestID: "req", Environment: w.env, Event: event,
		Log: func(line string) { w.lines = append(w.lines, line) },
	})
	return err
}

// logged returns the log's messages without the parts that differ between runs.
func (w *fixture) logged() string {
	stamp := regexp.MustCompile(`\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\treq\t`)
	arn := regexp.MustCompile(`arn:aws:secretsmanager:us-east-1:123456789012:secret:s-\w{6}`)
	text := stamp.ReplaceAllString(strings.Join(w.lines, "\n"), " ")
	return arn.ReplaceAllString(text, "ARN")
}

// password returns the password in a label's version.
func (w *fixture) password(label string) string {
	w.t.Helper()
	out, err := w.account.GetSecretValue(w.ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("s"), VersionStage: &label})
	if err != nil {
		w.t.Fatal(err)
	}
	var keys struct{ Password string }
	if err := json.Unmarshal([]byte(*out.SecretString), &keys); err != nil {
		w.t.Fatal(err)
	}
	return keys.Password
}

// signsIn reports whether the database accepts a password.
func (w *fixture) signsIn(password string) bool {
	w.t.Helper()
	conn, err := db.Open(w.ctx, db.Config{Host: w.host, Port: w.port, User: "adminuser", Password: steps.NewPassword(password), RootCAs: w.roots})
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}
