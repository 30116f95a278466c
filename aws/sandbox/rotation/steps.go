package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// The staging labels that the function reads and moves.
const (
	current  = "AWSCURRENT"
	pending  = "AWSPENDING"
	previous = "AWSPREVIOUS"
)

// createSecret stores the current value with a new password in the pending
// version, unless that already has a value.
func (c *invocation) createSecret(ctx context.Context) error {
	currentValue, err := c.getSecretDict(ctx, current, "")
	if err != nil {
		return addFrame("create_secret", err)
	}
	_, err = c.getSecretDict(ctx, pending, c.token)
	var missing *types.ResourceNotFoundException
	switch {
	case err == nil:
		c.info("createSecret: Successfully retrieved secret for %s.", c.arn)
		return nil
	case !errors.As(err, &missing):
		return addFrame("create_secret", err)
	}
	password, err := c.newPassword(ctx)
	if err != nil {
		return addFrame("create_secret", err)
	}
	stringValue := currentValue.withPassword(password).toJSON()
	_, err = c.secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &c.arn, ClientRequestToken: &c.token, SecretString: &stringValue, VersionStages: []string{pending},
	})
	if err != nil {
		return clientError(err, "PutSecretValue", handler, "create_secret")
	}
	c.info("createSecret: Successfully put secret for ARN %s and version %s.", c.arn, c.token)
	return nil
}

// setSecret sets the database user's password to the pending one. If that already
// signs in, there is nothing to do. Otherwise it signs in with the current
// password, or else with the previous one.
func (c *invocation) setSecret(ctx context.Context) error {
	previousValue, err := c.getSecretDict(ctx, previous, "")
	if err != nil && !isIgnorable(err) {
		return addFrame("set_secret", err)
	}
	currentValue, err := c.getSecretDict(ctx, current, "")
	if err != nil {
		return addFrame("set_secret", err)
	}
	pendingValue, err := c.getSecretDict(ctx, pending, c.token)
	if err != nil {
		return addFrame("set_secret", err)
	}

	conn, err := c.connect(ctx, pendingValue)
	if err != nil {
		return addFrame("set_secret", err)
	}
	if conn != nil {
		_ = conn.Close()
		c.info("setSecret: AWSPENDING secret is already set as password in MySQL DB for secret arn %s.", c.arn)
		return nil
	}
	if err := c.checkSameUser(pendingValue, currentValue, "current user", "current host"); err != nil {
		return err
	}
	if conn, err = c.connect(ctx, currentValue); err != nil {
		return addFrame("set_secret", err)
	}
	if conn == nil && previousValue != nil {
		previousValue = previousValue.without("ssl").withKeyFrom("ssl", currentValue)
		if conn, err = c.connect(ctx, previousValue); err != nil {
			return addFrame("set_secret", err)
		}
		if err := c.checkSameUser(pendingValue, previousValue, "previous valid user", "previous host"); err != nil {
			if conn != nil {
				_ = conn.Close()
			}
			return err
		}
	}
	if conn == nil {
		return c.failStep("setSecret", "Unable to log into database with previous, current, or pending secret of secret arn %s", c.arn)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetPassword(ctx, pendingValue.password()); err != nil {
		return addFrame("set_secret", operationalError(err))
	}
	c.info("setSecret: Successfully set password for user %s in MySQL DB for secret arn %s.", pendingValue.text("username"), c.arn)
	return nil
}

// checkSameUser returns an error if the pending version has another user or host
// than a version that is in use.
func (c *invocation) checkSameUser(next, known dict, user, host string) error {
	if !next.sameValue("username", known) {
		return c.failStep("setSecret", "Attempting to modify user %s other than %s %s", next.text("username"), user, known.text("username"))
	}
	if !next.sameValue("host", known) {
		return c.failStep("setSecret", "Attempting to modify user for host %s other than %s %s", next.text("host"), host, known.text("host"))
	}
	return nil
}

// testSecret signs in with the pending password and runs a query.
func (c *invocation) testSecret(ctx context.Context) error {
	pendingValue, err := c.getSecretDict(ctx, pending, c.token)
	if err != nil {
		return addFrame("test_secret", err)
	}
	conn, err := c.connect(ctx, pendingValue)
	if err != nil {
		return addFrame("test_secret", err)
	}
	if conn == nil {
		return c.failStep("testSecret", "Unable to log into database with pending secret of secret ARN %s", c.arn)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Now(ctx); err != nil {
		return addFrame("test_secret", operationalError(err))
	}
	c.info("testSecret: Successfully signed into MySQL DB with AWSPENDING secret in %s.", c.arn)
	return nil
}

// finishSecret moves AWSCURRENT to the pending version; Secrets Manager moves
// AWSPREVIOUS.
func (c *invocation) finishSecret(ctx context.Context) error {
	metadata, err := c.secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &c.arn})
	if err != nil {
		return clientError(err, "DescribeSecret", handler, "finish_secret")
	}
	in := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &c.arn, VersionStage: text(current), MoveToVersionId: &c.token}
	for version, stages := range metadata.VersionIdsToStages {
		if !hasLabel(stages, current) {
			continue
		}
		if version == c.token {
			c.info("finishSecret: Version %s already marked as AWSCURRENT for %s", version, c.arn)
			return nil
		}
		in.RemoveFromVersionId = &version
	}
	if in.RemoveFromVersionId == nil {
		return raise("ParamValidationError", "Parameter validation failed:\nInvalid type for parameter RemoveFromVersionId, value: None, type: <class 'NoneType'>, valid types: <class 'str'>", handler, "finish_secret")
	}
	if _, err := c.secrets.UpdateSecretVersionStage(ctx, in); err != nil {
		return clientError(err, "UpdateSecretVersionStage", handler, "finish_secret")
	}
	c.info("finishSecret: Successfully set AWSCURRENT stage to version %s for secret %s.", c.token, c.arn)
	return nil
}

// failStep logs an error as the published code does, after the name of the step if
// that is given, and returns it as a ValueError.
func (c *invocation) failStep(step, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if step == "" {
		c.log("ERROR", message)
		return raise("ValueError", message, handler)
	}
	c.log("ERROR", step+": "+message)
	return raise("ValueError", message, handler, pythonNames[step])
}

// pythonNames are the published code's functions by step.
var pythonNames = map[string]string{
	"createSecret": "create_secret", "setSecret": "set_secret", "testSecret": "test_secret", "finishSecret": "finish_secret",
}

func hasLabel(stages []string, label string) bool { return slices.Contains(stages, label) }

func text(s string) *string { return &s }
