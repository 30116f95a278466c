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

// createSecret makes a new password, unless the pending version has a value
// already, and puts it there with every other key of the current value.
func (c *call) createSecret(ctx context.Context) error {
	now, err := c.secret(ctx, current, "")
	if err != nil {
		return under("create_secret", err)
	}
	_, err = c.secret(ctx, pending, c.token)
	var missing *types.ResourceNotFoundException
	switch {
	case err == nil:
		c.info("createSecret: Successfully retrieved secret for %s.", c.arn)
		return nil
	case !errors.As(err, &missing):
		return under("create_secret", err)
	}
	password, err := c.newPassword(ctx)
	if err != nil {
		return under("create_secret", err)
	}
	stringValue := now.withPassword(password).json()
	_, err = c.secrets.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &c.arn, ClientRequestToken: &c.token, SecretString: &stringValue, VersionStages: []string{pending},
	})
	if err != nil {
		return clientError(err, "PutSecretValue", handler, "create_secret")
	}
	c.info("createSecret: Successfully put secret for ARN %s and version %s.", c.arn, c.token)
	return nil
}

// setSecret makes the pending password the database user's own. If the pending
// password signs in already, there is nothing to do; otherwise the current
// password must sign in, or else the previous one.
func (c *call) setSecret(ctx context.Context) error {
	before, err := c.secret(ctx, previous, "")
	if err != nil && !isIgnorable(err) {
		return under("set_secret", err)
	}
	now, err := c.secret(ctx, current, "")
	if err != nil {
		return under("set_secret", err)
	}
	next, err := c.secret(ctx, pending, c.token)
	if err != nil {
		return under("set_secret", err)
	}

	conn, err := c.connect(ctx, next)
	if err != nil {
		return under("set_secret", err)
	}
	if conn != nil {
		_ = conn.Close()
		c.info("setSecret: AWSPENDING secret is already set as password in MySQL DB for secret arn %s.", c.arn)
		return nil
	}
	if err := c.sameUser(next, now, "current user", "current host"); err != nil {
		return err
	}
	if conn, err = c.connect(ctx, now); err != nil {
		return under("set_secret", err)
	}
	if conn == nil && before != nil {
		before = before.without("ssl").withFrom("ssl", now)
		if conn, err = c.connect(ctx, before); err != nil {
			return under("set_secret", err)
		}
		if err := c.sameUser(next, before, "previous valid user", "previous host"); err != nil {
			if conn != nil {
				_ = conn.Close()
			}
			return err
		}
	}
	if conn == nil {
		return c.fail("setSecret", "Unable to log into database with previous, current, or pending secret of secret arn %s", c.arn)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetPassword(ctx, next.password()); err != nil {
		return under("set_secret", operationalError(err))
	}
	c.info("setSecret: Successfully set password for user %s in MySQL DB for secret arn %s.", next.text("username"), c.arn)
	return nil
}

// sameUser refuses to change the password of another user, or on another host,
// than a version says that is known to be in use.
func (c *call) sameUser(next, known dict, user, host string) error {
	if !next.sameValue("username", known) {
		return c.fail("setSecret", "Attempting to modify user %s other than %s %s", next.text("username"), user, known.text("username"))
	}
	if !next.sameValue("host", known) {
		return c.fail("setSecret", "Attempting to modify user for host %s other than %s %s", next.text("host"), host, known.text("host"))
	}
	return nil
}

// testSecret signs in with the pending password and runs a query.
func (c *call) testSecret(ctx context.Context) error {
	next, err := c.secret(ctx, pending, c.token)
	if err != nil {
		return under("test_secret", err)
	}
	conn, err := c.connect(ctx, next)
	if err != nil {
		return under("test_secret", err)
	}
	if conn == nil {
		return c.fail("testSecret", "Unable to log into database with pending secret of secret ARN %s", c.arn)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Now(ctx); err != nil {
		return under("test_secret", operationalError(err))
	}
	c.info("testSecret: Successfully signed into MySQL DB with AWSPENDING secret in %s.", c.arn)
	return nil
}

// finishSecret moves AWSCURRENT to the pending version; Secrets Manager moves
// AWSPREVIOUS.
func (c *call) finishSecret(ctx context.Context) error {
	metadata, err := c.secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &c.arn})
	if err != nil {
		return clientError(err, "DescribeSecret", handler, "finish_secret")
	}
	in := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &c.arn, VersionStage: text(current), MoveToVersionId: &c.token}
	for version, stages := range metadata.VersionIdsToStages {
		if !has(stages, current) {
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

// fail logs an error the way the published code does, after the name of the
// step if that is given, and raises it as a ValueError.
func (c *call) fail(step, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if step == "" {
		c.log("ERROR", message)
		return raise("ValueError", message, handler)
	}
	c.log("ERROR", step+": "+message)
	return raise("ValueError", message, handler, pythonNames[step])
}

// pythonNames are the functions of the published code that do the steps.
var pythonNames = map[string]string{
	"createSecret": "create_secret", "setSecret": "set_secret", "testSecret": "test_secret", "finishSecret": "finish_secret",
}

func has(stages []string, label string) bool { return slices.Contains(stages, label) }

func text(s string) *string { return &s }
