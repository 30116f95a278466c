package aws

import (
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"keyturn/steps"
)

// clearAWSEnvironment hides the machine's AWS configuration.
// Tests that need it cannot run in parallel.
func clearAWSEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_RDS", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_CA_BUNDLE", "AWS_MAX_ATTEMPTS",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_WEB_IDENTITY_TOKEN_FILE",
	} {
		t.Setenv(name, "")
		_ = os.Unsetenv(name)
	}
	none := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func TestOpenWithoutARegionFails(t *testing.T) {
	clearAWSEnvironment(t)
	if _, err := Open(t.Context(), Options{}); !errors.Is(err, steps.ErrNoRegion) {
		t.Errorf("got %v", err)
	}
}

func TestMissingProfileIsNamed(t *testing.T) {
	clearAWSEnvironment(t)
	_, err := Open(t.Context(), Options{Profile: "nobody", Region: "us-east-1"})
	if !errors.Is(err, steps.ErrNoProfile) || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("got %v", err)
	}
}

func TestInvalidConfigurationFailsAtOpen(t *testing.T) {
	clearAWSEnvironment(t)
	for name, set := range map[string]struct{ variable, value string }{
		"a region with a space":          {"AWS_REGION", "us east"},
		"an endpoint without a scheme":   {"AWS_ENDPOINT_URL", "127.0.0.1:4566"},
		"one service's broken endpoint":  {"AWS_ENDPOINT_URL_RDS", "::"},
		"authorities that are not there": {"AWS_CA_BUNDLE", filepath.Join(t.TempDir(), "none.pem")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_REGION", "us-east-1")
			t.Setenv(set.variable, set.value)
			if _, err := Open(t.Context(), Options{}); !errors.Is(err, steps.ErrBadConfiguration) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAttemptsFromTheEnvironmentTakePrecedence(t *testing.T) {
	clearAWSEnvironment(t)
	for value, want := range map[string]int{"": maxAttempts, "3": 3} {
		t.Setenv("AWS_MAX_ATTEMPTS", value)
		cfg, _, err := loadConfig(t.Context(), Options{Region: "us-east-1"})
		if err != nil || cfg.RetryMaxAttempts != want {
			t.Errorf("AWS_MAX_ATTEMPTS=%q: %d attempts, %v", value, cfg.RetryMaxAttempts, err)
		}
	}
}

func TestMissingCredentialsFailTheFirstCall(t *testing.T) {
	clearAWSEnvironment(t)
	session, err := Open(t.Context(), Options{Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = session.Services().Identity.Caller(t.Context())
	if !errors.Is(err, steps.ErrNoCredentials) {
		t.Errorf("got %v", err)
	}
}

func TestEndpointOverridesFromTheEnvironment(t *testing.T) {
	clearAWSEnvironment(t)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	session, err := Open(t.Context(), Options{Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := session.Endpoint(); got != "http://127.0.0.1:1" {
		t.Errorf("one for all: got %q", got)
	}
	if got := session.Services().Stacks.SecretsURL(); got != "http://127.0.0.1:1" {
		t.Errorf("Secrets Manager's: got %q", got)
	}
	_ = os.Unsetenv("AWS_ENDPOINT_URL")
	t.Setenv("AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:2")
	if session, err = Open(t.Context(), Options{Region: "us-east-1"}); err != nil {
		t.Fatal(err)
	}
	if got := session.Endpoint(); got != "http://127.0.0.1:2 (rds)" {
		t.Errorf("one for RDS: got %q", got)
	}
}

func TestEndpointOverridesFromAProfile(t *testing.T) {
	const sections = `[profile all]
region = us-east-1
endpoint_url = http://127.0.0.1:1
[profile some]
region = us-east-1
services = local
[services local]
rds =
  endpoint_url = http://127.0.0.1:2
secrets_manager =
  endpoint_url = http://127.0.0.1:3
`
	for name, tt := range map[string]struct{ profile, variable, value, want string }{
		"one for all":                           {profile: "all", want: "http://127.0.0.1:1"},
		"some services":                         {profile: "some", want: "http://127.0.0.1:2 (rds), http://127.0.0.1:3 (secretsmanager)"},
		"the environment comes before it":       {"all", "AWS_ENDPOINT_URL", "http://127.0.0.1:9", "http://127.0.0.1:9"},
		"a service's own comes before the rest": {"some", "AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:8", "http://127.0.0.1:8 (rds), http://127.0.0.1:3 (secretsmanager)"},
		"unless they are to be ignored":         {"all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", ""},
	} {
		t.Run(name, func(t *testing.T) {
			clearAWSEnvironment(t)
			file := filepath.Join(t.TempDir(), "config")
			writeFile(t, file, sections)
			t.Setenv("AWS_CONFIG_FILE", file)
			if tt.variable != "" {
				t.Setenv(tt.variable, tt.value)
			}
			if got := openProfile(t, tt.profile, nil).Endpoint(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAliasIsEmptyWhenUnavailable(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status     int
		body, want string
	}{
		"an account with one":  {200, `<ListAccountAliasesResponse><ListAccountAliasesResult><AccountAliases><member>northwind-dev</member></AccountAliases></ListAccountAliasesResult></ListAccountAliasesResponse>`, "northwind-dev"},
		"an account without":   {200, `<ListAccountAliasesResponse><ListAccountAliasesResult/></ListAccountAliasesResponse>`, ""},
		"a caller who may not": {403, query("AccessDenied", "not authorized to perform: iam:ListAccountAliases"), ""},
		"an endpoint without":  {501, query("InternalFailure", "not yet implemented"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			t.Cleanup(server.Close)
			if got := openAt(t, server.URL, nil).Alias(t.Context()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCustomCABundleIsAccepted(t *testing.T) {
	clearAWSEnvironment(t)
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pemOf(server.Certificate().Raw), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)
	if _, err := Open(t.Context(), Options{Region: "us-east-1"}); err != nil {
		t.Error(err)
	}
}

func TestSessionWithKeysIgnoresTheMachinesConfiguration(t *testing.T) {
	clearAWSEnvironment(t)
	t.Setenv("AWS_PROFILE", "does-not-exist")
	t.Setenv("AWS_CA_BUNDLE", "/does/not/exist")
	t.Setenv("AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:1")
	if got := openAt(t, "http://127.0.0.1:2", nil).Endpoint(); got != "http://127.0.0.1:2" {
		t.Errorf("endpoint %q", got)
	}
}

func TestApplicationARNAndSecretsURLByPartition(t *testing.T) {
	t.Parallel()
	for region, want := range map[string][2]string{
		"eu-central-1": {
			"arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser",
			"https://secretsmanager.eu-central-1.amazonaws.com",
		},
		"cn-northwest-1": {
			"arn:aws-cn:serverlessrepo:cn-north-1:193023089310:applications/SecretsManagerRDSMySQLRotationSingleUser",
			"https://secretsmanager.cn-northwest-1.amazonaws.com.cn",
		},
		"us-gov-east-1": {
			"arn:aws-us-gov:serverlessrepo:us-gov-west-1:023102451235:applications/SecretsManagerRDSMySQLRotationSingleUser",
			"https://secretsmanager.us-gov-east-1.amazonaws.com",
		},
	} {
		s := stacks{region: region}
		if got := [2]string{s.ApplicationARN(), s.SecretsURL()}; got != want {
			t.Errorf("%s: got %q", region, got)
		}
	}
}

func TestRetriedCallIsReportedOnce(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-RequestId", "r-2")
		if tries.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"__type":"ServiceUnavailable"}`)
			return
		}
		_, _ = io.WriteString(w, `{"RandomPassword":"hunter2"}`)
	}))
	t.Cleanup(server.Close)
	var events []steps.Event
	session := openAt(t, server.URL, func(e steps.Event) { events = append(events, e) })
	if _, err := session.Services().Secrets.RandomPassword(t.Context(), steps.PasswordRules{Length: 32}); err != nil {
		t.Fatal(err)
	}
	if tries.Load() != 2 || len(events) != 3 {
		t.Fatalf("%d tries, events %v", tries.Load(), events)
	}
	started, isStart := events[0].(steps.CallStarted)
	_, isRetry := events[1].(steps.CallRetried)
	done, isDone := events[2].(steps.CallDone)
	if !isStart || !isRetry || !isDone {
		t.Fatalf("events %v", events)
	}
	want := steps.Call{
		Service: "secretsmanager", Operation: "GetRandomPassword", RequestID: "r-2", Duration: done.Call.Duration, CLI: started.Call.CLI,
	}
	if done.Call != want || done.Call.Duration <= 0 || started.Call.RequestID != "" {
		t.Errorf("started %+v\ndone    %+v", started.Call, done.Call)
	}
}

func TestMutates(t *testing.T) {
	t.Parallel()
	for operation, want := range map[string]bool{
		"GetRandomPassword": false, "DescribeDBInstances": false, "FilterLogEvents": false, "ListSecrets": false,
		"GetCallerIdentity": false, "CreateCloudFormationChangeSet": true, "RotateSecret": true, "DeleteLogGroup": true,
		"AuthorizeSecurityGroupIngress": true, "UpdateSecretVersionStage": true, "ExecuteChangeSet": true,
	} {
		if mutates(operation) != want {
			t.Errorf("%s: got %v", operation, !want)
		}
	}
}

func TestCompareVersionsAsNumbers(t *testing.T) {
	t.Parallel()
	if compareVersions("8.4.10", "8.4.9") <= 0 || compareVersions("8.4.3", "") <= 0 || compareVersions("8.4", "8.4.1") >= 0 {
		t.Error("8.4.9 < 8.4.10 and 8.4 < 8.4.1 do not hold")
	}
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
