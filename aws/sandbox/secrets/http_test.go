package secrets

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/answers"
	"keyturn/aws/sandbox/wire"
)

// client returns the SDK's client of the service over HTTP. The clock is the
// machine's, as signatures are checked against it.
func client(t testing.TB, services ...wire.Service) *secretsmanager.Client {
	t.Helper()
	keys := &wire.Keys{}
	keys.Add(wire.Key{ID: "AKIA0TEST", Secret: "secret", Caller: wire.Caller{AccountID: "123456789012", ARN: "arn:aws:iam::123456789012:user/test"}})
	server := httptest.NewServer(wire.NewServer(wire.Options{Keys: keys, Region: "us-east-1"}, services...))
	t.Cleanup(server.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return secretsmanager.New(secretsmanager.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, HTTPClient: answers.ReadFully(&http.Client{Transport: transport}),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIA0TEST", SecretAccessKey: "secret"}, nil
		}),
	})
}

func TestSDKClientRoundTrip(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.useWorkingFunction()
	c := client(t, b.Wire())
	made, err := c.CreateSecret(b.ctx, &secretsmanager.CreateSecretInput{
		Name: ptr("s"), SecretBinary: []byte{0, 0xff}, Tags: []types.Tag{{Key: ptr("k"), Value: ptr("v")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.GetSecretValue(b.ctx, &secretsmanager.GetSecretValueInput{SecretId: made.ARN})
	if err != nil || string(got.SecretBinary) != "\x00\xff" || !got.CreatedDate.Equal(b.now) {
		t.Errorf("value is %+v (%v)", got, err)
	}
	rotated, err := c.RotateSecret(b.ctx, &secretsmanager.RotateSecretInput{
		SecretId: ptr("s"), RotationLambdaARN: ptr(functionARN), RotationRules: &types.RotationRulesType{ScheduleExpression: ptr("rate(10 days)"), Duration: ptr("2h")},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.waitForRotation("s")
	d, err := c.DescribeSecret(b.ctx, &secretsmanager.DescribeSecretInput{SecretId: ptr("s")})
	if err != nil || len(d.VersionIdsToStages[*rotated.VersionId]) != 2 || *d.RotationRules.Duration != "2h" || d.NextRotationDate == nil {
		t.Errorf("the secret is %+v (%v)", d, err)
	}
	if _, err := c.UntagResource(b.ctx, &secretsmanager.UntagResourceInput{SecretId: ptr("s"), TagKeys: []string{"k"}}); err != nil {
		t.Error(err)
	}
	var exists *types.ResourceExistsException
	if _, err = c.CreateSecret(b.ctx, &secretsmanager.CreateSecretInput{Name: ptr("s")}); !errors.As(err, &exists) {
		t.Errorf("the name again: %v", err)
	}
}

// recorder keeps the body of the last answer.
type recorder struct {
	next secretsmanager.HTTPClient
	body []byte
}

func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	answer, err := r.next.Do(req)
	if err != nil {
		return nil, err
	}
	if r.body, err = io.ReadAll(answer.Body); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(r.body))
	return answer, nil
}

// TestResponseJSON checks the JSON itself, for differences that the SDK does not
// show.
func TestResponseJSON(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	c := client(t, b.Wire())
	r := &recorder{}
	recorded := func(o *secretsmanager.Options) { r.next, o.HTTPClient = o.HTTPClient, r }
	for name, tt := range map[string]struct {
		call func() error
		want string
	}{
		"an error has its text once": {
			func() error {
				_, err := c.DescribeSecret(b.ctx, &secretsmanager.DescribeSecretInput{SecretId: ptr("none")}, recorded)
				return err
			},
			`{"Message":"Secrets Manager can't find the specified secret.","__type":"ResourceNotFoundException"}`,
		},
		"a policy that did not pass says so": {
			func() error {
				_, err := c.ValidateResourcePolicy(b.ctx, &secretsmanager.ValidateResourcePolicyInput{ResourcePolicy: ptr(policyOf(everyoneMayRead))}, recorded)
				return err
			},
			`{"PolicyValidationPassed":false,"ValidationErrors":[{"CheckName":"PublicPolicy","ErrorMessage":"You can't attach a resource-based policy that allows broad access to the secret."}]}`,
		},
		"one that passed lists no errors": {
			func() error {
				_, err := c.ValidateResourcePolicy(b.ctx, &secretsmanager.ValidateResourcePolicyInput{ResourcePolicy: ptr(policyOf(rootMayRead))}, recorded)
				return err
			},
			`{"PolicyValidationPassed":true,"ValidationErrors":[]}`,
		},
		"an empty list is there": {
			func() error { _, err := c.ListSecrets(b.ctx, &secretsmanager.ListSecretsInput{}, recorded); return err },
			`{"SecretList":[]}`,
		},
	} {
		if err := tt.call(); err != nil && r.body == nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := string(r.body); got != tt.want {
			t.Errorf("%s: the answer is %s\nwant %s", name, got, tt.want)
		}
	}
}

// BenchmarkGetSecretValue and BenchmarkDescribeSecret call the handlers directly.
// Their cost must not grow with the number of secrets.
func BenchmarkGetSecretValue(b *testing.B) {
	eachSize(b, func(b *testing.B, s *fixture, id string) {
		in := &secretsmanager.GetSecretValueInput{SecretId: &id}
		for b.Loop() {
			must(s.getSecretValue(s.ctx, in))
		}
	})
}

func BenchmarkDescribeSecret(b *testing.B) {
	eachSize(b, func(b *testing.B, s *fixture, id string) {
		in := &secretsmanager.DescribeSecretInput{SecretId: &id}
		for b.Loop() {
			must(s.describeSecret(s.ctx, in))
		}
	})
}

func eachSize(b *testing.B, run func(b *testing.B, s *fixture, id string)) {
	for _, size := range []int{10, 100_000} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			s := newFixture(b)
			for i := range size {
				s.create("app/secret"+strconv.Itoa(i), "value")
			}
			run(b, s, "app/secret7")
		})
	}
}

// BenchmarkGetSecretValueOverHTTP measures one SDK client over loopback.
func BenchmarkGetSecretValueOverHTTP(b *testing.B) {
	eachSize(b, func(b *testing.B, s *fixture, id string) {
		c := client(b, s.Wire())
		in := &secretsmanager.GetSecretValueInput{SecretId: &id}
		for b.Loop() {
			must(c.GetSecretValue(s.ctx, in))
		}
	})
}
