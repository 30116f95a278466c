package sandbox_test

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"go.uber.org/goleak"

	"keyturn/aws/answers"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start opens a sandbox without waits, and a configuration for the SDK's
// clients of it.
func start(t testing.TB) (*sandbox.Sandbox, aws.Config) {
	t.Helper()
	return startInRegion(t, "us-east-1")
}

func startInRegion(t testing.TB, region string) (*sandbox.Sandbox, aws.Config) {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant, Region: region})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, aws.Config{
		Region: s.Region, BaseEndpoint: aws.String(s.URL()), HTTPClient: answers.ReadFully(&http.Client{Transport: transport}),
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, ""),
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options sandbox.Options
		refused string // part of the error; empty: accepted
	}{
		"nothing said":            {sandbox.Options{}, ""},
		"localhost":               {sandbox.Options{Listen: "localhost:0"}, ""},
		"the second loopback":     {sandbox.Options{Listen: "[::1]:0"}, ""},
		"everything said":         {sandbox.Options{Listen: "127.0.0.1:0", Region: "eu-central-1", AccountID: "210987654321", AccessKeyID: "AKIATEST", SecretAccessKey: "s", Pace: cloud.Real}, ""},
		"every address":           {sandbox.Options{Listen: "0.0.0.0:0"}, "loopback only"},
		"no host":                 {sandbox.Options{Listen: ":8080"}, "loopback only"},
		"an address of a network": {sandbox.Options{Listen: "192.168.1.2:0"}, "loopback only"},
		"a name":                  {sandbox.Options{Listen: "example.org:80"}, "loopback only"},
		"no port":                 {sandbox.Options{Listen: "127.0.0.1"}, "missing port"},
		"a short account":         {sandbox.Options{AccountID: "123"}, "12 digits"},
		"no region":               {sandbox.Options{Region: "Frankfurt"}, "not the name of an AWS region"},
		"a key id with a slash":   {sandbox.Options{AccessKeyID: "AKIA/TEST"}, "access key id"},
		"an unknown pace":         {sandbox.Options{Pace: "slow"}, "real, demo or instant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sandbox.Start(t.Context(), tt.options)
			if err == nil {
				defer func() {
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				}()
			}
			switch {
			case tt.refused == "" && errors.Is(err, context.Canceled), tt.refused == "" && err != nil && !strings.Contains(tt.options.Listen, "::1"):
				t.Error(err)
			case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
				t.Errorf("error %v, want one with %q", err, tt.refused)
			}
		})
	}
}

func TestCallerIsTheSandboxUser(t *testing.T) {
	t.Parallel()
	s, cfg := start(t)
	me, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if *me.Account != s.AccountID || *me.Arn != "arn:aws:iam::"+s.AccountID+":user/keyturn" {
		t.Errorf("caller %s of %s", *me.Arn, *me.Account)
	}
	calls := s.Calls()
	if len(calls) != 1 || calls[0].Service != "sts" || calls[0].Operation != "GetCallerIdentity" || calls[0].ARN != *me.Arn {
		t.Errorf("recorded %+v", calls)
	}

	cfg.Credentials = credentials.NewStaticCredentialsProvider(s.AccessKeyID, "wrong", "")
	_, err = sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil)
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "SignatureDoesNotMatch" {
		t.Errorf("with a wrong secret: %v", err)
	}
}

// Real access key ids are written in base32; one with a 0 or 1 is nobody's.
func TestGeneratedKeysAreNotAWSKeys(t *testing.T) {
	t.Parallel()
	s, _ := start(t)
	if !regexp.MustCompile(`^AKIA[A-Z0-9]{16}$`).MatchString(s.AccessKeyID) || !strings.ContainsAny(s.AccessKeyID, "01") {
		t.Errorf("access key id %s", s.AccessKeyID)
	}
	if len(s.SecretAccessKey) != 40 {
		t.Errorf("a secret of %d characters", len(s.SecretAccessKey))
	}
	want := map[string]string{"AWS_ENDPOINT_URL": s.URL(), "AWS_ACCESS_KEY_ID": s.AccessKeyID, "AWS_SECRET_ACCESS_KEY": s.SecretAccessKey, "AWS_REGION": s.Region}
	lines := strings.Join(s.Environment(), "\n") + "\n"
	for name, value := range want {
		if !strings.Contains(lines, "export "+name+"="+value+"\n") {
			t.Errorf("no %s in\n%s", name, lines)
		}
	}
}

func TestUnsignedRequestsThatAreServed(t *testing.T) {
	t.Parallel()
	s, cfg := start(t)
	get := func(path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := cfg.HTTPClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	if status, body := get("/"); status != 200 || !strings.Contains(body, "sandbox of keyturn") || strings.Contains(body, s.SecretAccessKey) {
		t.Errorf("the first page: %d %s", status, body)
	}
	if status, body := get("/global/global-bundle.pem"); status != 200 || body != string(s.CAPEM()) {
		t.Errorf("the bundle: %d %s", status, body)
	}
	if block, _ := pem.Decode(s.CAPEM()); block == nil || block.Type != "CERTIFICATE" {
		t.Error("the authority is not a certificate")
	}
	if status, body := get("/2015-03-31/functions/f"); status != 403 {
		t.Errorf("a function without a signature: %d %s", status, body)
	}
}

func TestCloseReleasesTheAddress(t *testing.T) {
	t.Parallel()
	first, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(first.URL(), "http://")
	if _, err := sandbox.Start(t.Context(), sandbox.Options{Listen: address}); err == nil {
		t.Error("two sandboxes on one address")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := sandbox.Start(t.Context(), sandbox.Options{Listen: address})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}
