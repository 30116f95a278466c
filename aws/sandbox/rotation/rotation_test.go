package rotation

import (
	"context"
	"errors"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"keyturn/aws/sandbox/lambda"
)

func TestRotationChangesTheDatabasePassword(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(w.json("first", map[string]any{"note": "kept as it was"}))
	if err := w.rotate(token); err != nil {
		t.Fatalf("%v\n%s", err, w.logged())
	}
	second := w.password("AWSCURRENT")
	if w.password("AWSPREVIOUS") != "first" || !w.signsIn(second) || w.signsIn("first") {
		t.Errorf("after the rotation %q signs in: %t, first: %t", second, w.signsIn(second), w.signsIn("first"))
	}
	if len(second) != 32 || strings.ContainsAny(second, `/@"'\ `) {
		t.Errorf("the new password is %q", second)
	}
	out, err := w.account.GetSecretValue(w.ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
	if err != nil || !strings.Contains(*out.SecretString, `"note": "kept as it was"`) {
		t.Errorf("the new value lacks the other keys: %v", err)
	}
	want := strings.NewReplacer("HOST", w.host, "TOKEN", token).Replace(`[INFO] Found credentials in environment variables.
[INFO] createSecret: Successfully put secret for ARN ARN and version TOKEN.
[INFO] Successfully established SSL/TLS connection as user 'adminuser' with host: 'HOST'
[INFO] setSecret: Successfully set password for user adminuser in MySQL DB for secret arn ARN.
[INFO] Successfully established SSL/TLS connection as user 'adminuser' with host: 'HOST'
[INFO] testSecret: Successfully signed into MySQL DB with AWSPENDING secret in ARN.
[INFO] finishSecret: Successfully set AWSCURRENT stage to version TOKEN for secret ARN.`)
	if got := w.logged(); got != want {
		t.Errorf("the log is\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(strings.Join(w.lines, "\n"), second) {
		t.Error("the log shows the password")
	}
	if err := w.rotate(nextToken); err != nil {
		t.Fatalf("the next rotation: %v", err)
	}
	if w.password("AWSPREVIOUS") != second || !w.signsIn(w.password("AWSCURRENT")) || w.signsIn(second) {
		t.Error("the next rotation did not change the password")
	}
}

func TestStepsAreRepeatable(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.stage(token)
	for _, step := range []string{"createSecret", "createSecret", "setSecret", "setSecret", "testSecret", "testSecret", "finishSecret", "finishSecret"} {
		if err := w.step(step, token); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	for _, line := range []string{
		"createSecret: Successfully retrieved secret for ARN.",
		"setSecret: AWSPENDING secret is already set as password in MySQL DB for secret arn ARN.",
		"Secret version " + token + " already set as AWSCURRENT for secret ARN.",
	} {
		if !strings.Contains(w.logged(), "[INFO] "+line) {
			t.Errorf("the log lacks %q:\n%s", line, w.logged())
		}
	}
}

func TestSetSecretFallsBackToThePreviousPassword(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(w.json("wrong", nil)) // AWSPREVIOUS still holds what the database has
	if err := w.rotate(token); err != nil {
		t.Fatalf("%v\n%s", err, w.logged())
	}
	if !w.signsIn(w.password("AWSCURRENT")) || w.signsIn("first") {
		t.Error("the password did not change")
	}
}

// TestErrorsOfTheFunction covers the checks of the published code and their
// texts.
func TestErrorsOfTheFunction(t *testing.T) {
	t.Parallel()
	unable := "Unable to log into database with previous, current, or pending secret of secret arn ARN"
	cases := map[string]struct {
		given func(w *fixture)
		step  string
		token string
		want  string // the exception
		log   string // the line that tells why, if the code logs one
	}{
		"a version that does not exist": {
			step: "createSecret", token: nextToken,
			want: "ValueError: Secret version " + nextToken + " has no stage for rotation of secret ARN.",
			log:  "[ERROR] Secret version " + nextToken + " has no stage for rotation of secret ARN.",
		},
		"a version that is not pending": {
			given: func(w *fixture) { w.label("blue", "AWSPENDING") },
			step:  "createSecret", want: "ValueError: Secret version " + token + " not set as AWSPENDING for rotation of secret ARN.",
			log: "[ERROR] Secret version " + token + " not set as AWSPENDING for rotation of secret ARN.",
		},
		"a secret whose rotation is off": {
			given: func(w *fixture) {
				_, err := w.account.CancelRotateSecret(w.ctx, &secretsmanager.CancelRotateSecretInput{SecretId: aws.String("s")})
				if err != nil {
					w.t.Fatal(err)
				}
			},
			step: "createSecret", want: "ValueError: Secret ARN is not enabled for rotation", log: "[ERROR] Secret ARN is not enabled for rotation",
		},
		"a step that it does not know": {
			step: "paintSecret", want: "ValueError: Invalid step parameter paintSecret for secret ARN",
			log: "[ERROR] lambda_handler: Invalid step parameter paintSecret for secret ARN",
		},
		"a current value that is not JSON": {
			given: func(w *fixture) { w.put("hunter2") }, step: "createSecret",
			want: "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
		},
		"a current value for another engine": {
			given: func(w *fixture) { w.put(w.json("first", map[string]any{"engine": "postgres"})) }, step: "createSecret",
			want: `KeyError: "Database engine must be set to 'mysql' in order to use this rotation lambda"`,
		},
		"a current value without a host": {
			given: func(w *fixture) { w.put(w.json("first", map[string]any{"host": nil})) }, step: "createSecret",
			want: "KeyError: 'host key is missing from secret JSON'",
		},
		"a port that is no number": {
			given: func(w *fixture) { w.put(w.json("first", map[string]any{"port": "mysql"})); w.create() }, step: "setSecret",
			want: "ValueError: invalid literal for int() with base 10: 'mysql'",
		},
		"an environment without an endpoint": {
			given: func(w *fixture) { delete(w.env, "SECRETS_MANAGER_ENDPOINT") }, step: "createSecret",
			want: "KeyError: 'SECRETS_MANAGER_ENDPOINT'",
		},
		"to set a password before there is one": {
			step: "setSecret", want: "ResourceNotFoundException: An error occurred (ResourceNotFoundException) when calling the GetSecretValue operation: " +
				"Secrets Manager can't find the specified secret value for VersionId: " + token,
		},
		"a password that the database does not take": {
			given: func(w *fixture) { w.put(w.json("wrong", nil)); w.put(w.json("wrong too", nil)); w.create() },
			step:  "setSecret", want: "ValueError: " + unable, log: "[ERROR] setSecret: " + unable,
		},
		"a database that does not answer": {
			given: func(w *fixture) {
				w.create()
				w.dials = func(ctx context.Context, _, _ string) (net.Conn, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				}
			},
			step: "setSecret", want: "ValueError: " + unable, log: "[ERROR] setSecret: " + unable,
		},
		"another user in the pending version": {
			given: func(w *fixture) { w.fill(w.json("new", map[string]any{"username": "other"})) }, step: "setSecret",
			want: "ValueError: Attempting to modify user other other than current user adminuser",
			log:  "[ERROR] setSecret: Attempting to modify user other other than current user adminuser",
		},
		"another host in the pending version": {
			given: func(w *fixture) { w.fill(w.json("new", map[string]any{"host": "localhost"})) }, step: "setSecret",
			want: "ValueError: Attempting to modify user for host localhost other than current host 127.0.0.1",
			log:  "[ERROR] setSecret: Attempting to modify user for host localhost other than current host 127.0.0.1",
		},
		"another user in the previous version": {
			given: func(w *fixture) {
				w.put(w.json("first", map[string]any{"username": "older"}))
				w.put(w.json("wrong", nil))
				w.create()
			},
			step: "setSecret", want: "ValueError: Attempting to modify user adminuser other than previous valid user older",
			log: "[ERROR] setSecret: Attempting to modify user adminuser other than previous valid user older",
		},
		"a pending password that was not set": {
			given: func(w *fixture) { w.create() }, step: "testSecret",
			want: "ValueError: Unable to log into database with pending secret of secret ARN ARN",
			log:  "[ERROR] testSecret: Unable to log into database with pending secret of secret ARN ARN",
		},
		"a password length that is no number": {
			given: func(w *fixture) { w.env["PASSWORD_LENGTH"] = "long" }, step: "createSecret",
			want: "ValueError: invalid literal for int() with base 10: 'long'",
		},
		"a password too short for its rules": {
			given: func(w *fixture) { w.env["PASSWORD_LENGTH"] = "3" }, step: "createSecret",
			want: "InvalidParameterException: An error occurred (InvalidParameterException) when calling the GetRandomPassword operation: Password length is too short based on the required types.",
		},
	}
	arn := regexp.MustCompile(`arn:aws:secretsmanager:us-east-1:123456789012:secret:s-\w{6}`)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.stage(token)
			if c.given != nil {
				c.given(w)
			}
			with := token
			if c.token != "" {
				with = c.token
			}
			err := w.step(c.step, with)
			var e *lambda.Exception
			if !errors.As(err, &e) {
				t.Fatalf("raised %v, want %s", err, c.want)
			}
			if got := arn.ReplaceAllString(e.Error(), "ARN"); got != c.want {
				t.Errorf("raised %s\nwant   %s", got, c.want)
			}
			if c.log != "" && !strings.HasSuffix(w.logged(), c.log) {
				t.Errorf("the log is\n%s\nwant at its end\n%s", w.logged(), c.log)
			}
			if !w.signsIn("first") {
				t.Error("the password changed")
			}
		})
	}
}

// create runs createSecret with the values put so far.
func (w *fixture) create() {
	w.t.Helper()
	if err := w.step("createSecret", token); err != nil {
		w.t.Fatal(err)
	}
}

// fill puts a value into the pending version.
func (w *fixture) fill(value string) {
	w.t.Helper()
	_, err := w.account.PutSecretValue(w.ctx, &secretsmanager.PutSecretValueInput{
		SecretId: aws.String("s"), ClientRequestToken: aws.String(token), SecretString: &value, VersionStages: []string{"AWSPENDING"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// label attaches a label to the pending version and removes another.
func (w *fixture) label(add, remove string) {
	w.t.Helper()
	for _, in := range []*secretsmanager.UpdateSecretVersionStageInput{
		{SecretId: aws.String("s"), VersionStage: &add, MoveToVersionId: aws.String(token)},
		{SecretId: aws.String("s"), VersionStage: &remove, RemoveFromVersionId: aws.String(token)},
	} {
		if _, err := w.account.UpdateSecretVersionStage(w.ctx, in); err != nil {
			w.t.Fatal(err)
		}
	}
}
