package rotation

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/lambda"
)

// The published function's defaults for a new password.
const (
	defaultExcludedCharacters = `/@"'\`
	defaultLength             = 32
)

// endpoint returns the Secrets Manager endpoint in the environment. AWS's own
// addresses become the sandbox's: its functions never leave it.
func (f *Function) endpoint(environment map[string]string) (string, error) {
	named, ok := environment["SECRETS_MANAGER_ENDPOINT"]
	if !ok {
		return "", keyError("SECRETS_MANAGER_ENDPOINT", handler)
	}
	u, err := url.Parse(named)
	if err != nil || u.Host == "" {
		return "", raise("ValueError", "Invalid endpoint: "+named, handler)
	}
	host := u.Hostname()
	if strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn") {
		return f.config.Endpoint, nil
	}
	return named, nil
}

// secretsManagerTimeout is how long the function waits for a Secrets Manager that
// never answers. On AWS that is until the function times out; the sandbox's pace
// shortens it.
func secretsManagerTimeout(pace cloud.Pace) time.Duration {
	switch pace {
	case cloud.Demo:
		return 3 * time.Second
	case cloud.Instant:
		return 250 * time.Millisecond
	}
	return 15 * time.Minute // no function runs longer
}

// dialSecrets connects to Secrets Manager once the function's network has a route
// to it. Without one the invocation times out.
func (f *Function) dialSecrets(inv lambda.Invocation, giveUp context.CancelCauseFunc) Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if f.config.WaitForRoute != nil {
			waits, cancel := context.WithTimeout(ctx, secretsManagerTimeout(f.config.Pace))
			defer cancel()
			if err := f.config.WaitForRoute(waits, inv); err != nil {
				giveUp(lambda.ErrTimedOut)
				return nil, err
			}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

// newPassword gets a password from Secrets Manager by the rules in the function's
// environment.
func (c *invocation) newPassword(ctx context.Context) (string, error) {
	env := c.inv.Environment
	length := int64(defaultLength)
	if given, ok := env["PASSWORD_LENGTH"]; ok {
		var err error
		if length, err = strconv.ParseInt(strings.TrimSpace(given), 10, 64); err != nil {
			return "", raise("ValueError", "invalid literal for int() with base 10: '"+given+"'", handler, "get_random_password")
		}
	}
	excluded, ok := env["EXCLUDE_CHARACTERS"]
	if !ok {
		excluded = defaultExcludedCharacters
	}
	out, err := c.secrets.GetRandomPassword(ctx, &secretsmanager.GetRandomPasswordInput{
		ExcludeCharacters:       &excluded,
		PasswordLength:          &length,
		ExcludeNumbers:          parseBool(env, "EXCLUDE_NUMBERS", false),
		ExcludePunctuation:      parseBool(env, "EXCLUDE_PUNCTUATION", false),
		ExcludeUppercase:        parseBool(env, "EXCLUDE_UPPERCASE", false),
		ExcludeLowercase:        parseBool(env, "EXCLUDE_LOWERCASE", false),
		RequireEachIncludedType: parseBool(env, "REQUIRE_EACH_INCLUDED_TYPE", true),
	})
	if err != nil {
		return "", clientError(err, "GetRandomPassword", handler, "get_random_password")
	}
	return *out.RandomPassword, nil
}

// parseBool parses a variable: true, 1, y and yes are true, in any case.
func parseBool(env map[string]string, name string, otherwise bool) *bool {
	given, ok := env[name]
	if !ok {
		return &otherwise
	}
	switch strings.ToLower(given) {
	case "true", "1", "y", "yes":
		otherwise = true
	default:
		otherwise = false
	}
	return &otherwise
}
