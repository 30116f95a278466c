// Package rotation is a Go version of the function that AWS publishes in its
// Serverless Application Repository as SecretsManagerRDSMySQLRotationSingleUser.
// It has the same checks in the same order, and the same password rules, errors
// and log lines (aws-samples/aws-secrets-manager-rotation-lambdas). It calls the
// Secrets Manager API with its role's credentials and connects over MySQL to the
// host in the secret.
package rotation

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/answers"
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/lambda"
)

// Dial opens the function's network connections.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Config is the environment that the function runs in.
type Config struct {
	Region string
	// Endpoint is the sandbox's. The function uses it in place of any AWS address
	// in SECRETS_MANAGER_ENDPOINT.
	Endpoint string
	// Credentials are those of the function's role.
	Credentials func(inv lambda.Invocation) aws.Credentials
	// Dial connects to databases from the function's place in the network.
	Dial func(inv lambda.Invocation) Dial
	// WaitForRoute returns nil once the function's network has a route to Secrets
	// Manager, or the context's error. If it is nil, there always is a route.
	WaitForRoute func(ctx context.Context, inv lambda.Invocation) error
	// RootCAs are what the published function finds in /etc/pki/tls/cert.pem.
	RootCAs *x509.CertPool
	// Pace shortens the wait for a database that does not answer.
	Pace cloud.Pace
}

// Function is the rotation function; Code is what Lambda runs.
type Function struct {
	config Config
	warm   sync.Map // ARNs of the functions that have run: their client exists
}

// New returns the function.
func New(c Config) *Function { return &Function{config: c} }

// request is the event that Secrets Manager sends.
type request struct {
	arn, token, step string
}

// invocation holds the variables of one invocation, as in the published code.
type invocation struct {
	*Function
	inv     lambda.Invocation
	secrets *secretsmanager.Client
	request
}

// Code runs the step of one event. Its errors are *lambda.Exception, as the
// published Python raises them.
func (f *Function) Code(ctx context.Context, inv lambda.Invocation) ([]byte, error) {
	req, err := parseEvent(inv.Event)
	if err != nil {
		return nil, err
	}
	endpoint, err := f.endpoint(inv.Environment)
	if err != nil {
		return nil, err
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	transport := &http.Transport{DialContext: f.dialSecrets(inv, giveUp)}
	defer transport.CloseIdleConnections()
	c := &invocation{Function: f, inv: inv, request: req, secrets: secretsmanager.New(secretsmanager.Options{
		Region:       f.config.Region,
		BaseEndpoint: &endpoint,
		HTTPClient:   answers.ReadFully(&http.Client{Transport: transport}),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return f.config.Credentials(inv), nil
		}),
	})}
	if _, warm := f.warm.LoadOrStore(inv.FunctionARN, true); !warm {
		c.info("Found credentials in environment variables.")
	}
	err = c.handle(ctx)
	if cause := context.Cause(ctx); errors.Is(cause, lambda.ErrTimedOut) {
		return nil, cause
	}
	if err != nil {
		return nil, err
	}
	return []byte("null"), nil
}

// parseEvent parses the three keys of the event that the function uses.
func parseEvent(body []byte) (request, error) {
	var e map[string]any
	if err := json.Unmarshal(body, &e); err != nil {
		return request{}, raise("TypeError", "the event is not a JSON object", handler)
	}
	var req request
	for key, into := range map[string]*string{"SecretId": &req.arn, "ClientRequestToken": &req.token, "Step": &req.step} {
		text, ok := e[key].(string)
		if !ok {
			return request{}, keyError(key, handler)
		}
		*into = text
	}
	return req, nil
}

// handle checks that the version is staged correctly, then runs the step.
func (c *invocation) handle(ctx context.Context) error {
	metadata, err := c.secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &c.arn})
	if err != nil {
		return clientError(err, "DescribeSecret", handler)
	}
	if metadata.RotationEnabled != nil && !*metadata.RotationEnabled {
		return c.failStep("", "Secret %s is not enabled for rotation", c.arn)
	}
	stages, ok := metadata.VersionIdsToStages[c.token]
	switch {
	case !ok:
		return c.failStep("", "Secret version %s has no stage for rotation of secret %s.", c.token, c.arn)
	case hasLabel(stages, current):
		c.info("Secret version %s already set as AWSCURRENT for secret %s.", c.token, c.arn)
		return nil
	case !hasLabel(stages, pending):
		return c.failStep("", "Secret version %s not set as AWSPENDING for rotation of secret %s.", c.token, c.arn)
	}
	switch c.step {
	case "createSecret":
		return c.createSecret(ctx)
	case "setSecret":
		return c.setSecret(ctx)
	case "testSecret":
		return c.testSecret(ctx)
	case "finishSecret":
		return c.finishSecret(ctx)
	}
	c.log("ERROR", fmt.Sprintf("lambda_handler: Invalid step parameter %s for secret %s", c.step, c.arn))
	return raise("ValueError", fmt.Sprintf("Invalid step parameter %s for secret %s", c.step, c.arn), handler)
}
