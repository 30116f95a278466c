package rotation

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// The published code's defaults for a new password.
const (
	defaultExcluded = `/@"'\`
	defaultLength   = 32
)

// endpoint is the Secrets Manager that the environment names. AWS's own
// addresses lead to the sandbox: its functions never leave it.
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

// newPassword asks Secrets Manager for a password by the rules of the
// function's environment.
func (c *call) newPassword(ctx context.Context) (string, error) {
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
		excluded = defaultExcluded
	}
	out, err := c.secrets.GetRandomPassword(ctx, &secretsmanager.GetRandomPasswordInput{
		ExcludeCharacters:       &excluded,
		PasswordLength:          &length,
		ExcludeNumbers:          boolean(env, "EXCLUDE_NUMBERS", false),
		ExcludePunctuation:      boolean(env, "EXCLUDE_PUNCTUATION", false),
		ExcludeUppercase:        boolean(env, "EXCLUDE_UPPERCASE", false),
		ExcludeLowercase:        boolean(env, "EXCLUDE_LOWERCASE", false),
		RequireEachIncludedType: boolean(env, "REQUIRE_EACH_INCLUDED_TYPE", true),
	})
	if err != nil {
		return "", clientError(err, "GetRandomPassword", handler, "get_random_password")
	}
	return *out.RandomPassword, nil
}

// boolean reads a variable: true, 1, y and yes are true, in any case.
func boolean(env map[string]string, name string, otherwise bool) *bool {
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
