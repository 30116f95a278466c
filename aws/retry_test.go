package aws

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/smithy-go/middleware"

	"keyturn/steps"
)

// noBackoff waits a microsecond where the SDK waits seconds.
var noBackoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Microsecond, nil })

// openAt opens a session at an endpoint, with made-up keys and no backoff.
func openAt(t *testing.T, endpoint string, observe func(steps.Event)) *Session {
	t.Helper()
	session, err := Open(t.Context(), Options{
		Region: "us-east-1", Endpoint: endpoint, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret",
		Observe: observe, backoff: noBackoff,
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// cutResponse ends a response before its end.
func cutResponse(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, "<half")
}

func TestAttemptsDependOnTheKindOfError(t *testing.T) {
	t.Parallel()
	const me = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account><Arn>arn</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`
	answer := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	caller := func(ctx context.Context, s steps.Services) error {
		_, err := s.Identity.Caller(ctx)
		return err
	}
	describe := func(ctx context.Context, s steps.Services) error {
		_, err := s.Databases.DescribeDBInstance(ctx, "db1")
		return err
	}
	secret := func(ctx context.Context, s steps.Services) error {
		_, err := s.Secrets.DescribeSecret(ctx, "s")
		return err
	}
	for name, tt := range map[string]struct {
		call  func(context.Context, steps.Services) error
		bad   func(http.ResponseWriter)
		times int // how often the answer is bad; then it is good
		tries int
		want  error // nil: it goes on
	}{
		"throttled at the call that opens the account": {caller, answer(400, query("Throttling", "Rate exceeded")), 5, 6, nil},
		"throttled for good":                           {caller, answer(400, query("Throttling", "Rate exceeded")), 99, 6, steps.ErrThrottled},
		"a service that fails for a while":             {caller, answer(500, query("InternalFailure", "no")), 5, 6, nil},
		"a service that fails for good":                {describe, answer(503, query("ServiceUnavailable", "no")), 99, 6, steps.ErrServiceFailing},
		"a gateway that fails without AWS's words":     {caller, answer(502, "<html>bad gateway"), 3, 4, nil},
		"an answer that breaks off":                    {caller, cutResponse, 3, 4, nil},
		"an answer that breaks off for good":           {caller, cutResponse, 99, 6, steps.ErrConnectionBroken},
		"an operation that is not built":               {describe, answer(501, "not implemented"), 99, 1, steps.ErrUnknownOperation},
		"an action that is not known":                  {describe, answer(400, query("InvalidAction", "no")), 99, 1, steps.ErrUnknownOperation},
		"a target that is not known":                   {secret, answer(400, jsonError("UnknownOperationException", "no")), 99, 1, steps.ErrUnknownOperation},
		"an operation that LocalStack has not built":   {describe, answer(501, query("InternalFailure", "not yet implemented")), 99, 1, steps.ErrUnknownOperation},
		"no such page":                                 {describe, answer(404, "<html>404"), 99, 1, steps.ErrUnknownOperation},
		"an emulator that fails at what it lacks":      {describe, answer(500, "<html>KeyError"), 99, 1, steps.ErrUnknownOperation},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if int(tries.Add(1)) <= tt.times {
					tt.bad(w)
					return
				}
				_, _ = io.WriteString(w, me)
			}))
			t.Cleanup(server.Close)
			var told []steps.CallRetried
			session := openAt(t, server.URL, func(e steps.Event) {
				if e, ok := e.(steps.CallRetried); ok {
					told = append(told, e)
				}
			})
			err := tt.call(t.Context(), session.Services())
			if !errors.Is(err, tt.want) {
				t.Errorf("ended with %v, want %v", err, tt.want)
			}
			if got := int(tries.Load()); got != tt.tries {
				t.Errorf("%d attempts, want %d", got, tt.tries)
			}
			if len(told) != tt.tries-1 {
				t.Errorf("told of %d further attempts, want %d", len(told), tt.tries-1)
			}
			for i, e := range told {
				if e.Attempt != i+2 || e.Of != maxAttempts || e.Reason == "" || e.Service == "" {
					t.Errorf("told %+v", e)
				}
			}
		})
	}
}

func TestCallRetriedNamesTheReason(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, query("ServiceUnavailable", "no"))
	}))
	t.Cleanup(server.Close)
	var said []string
	session := openAt(t, server.URL, func(e steps.Event) {
		if e, ok := e.(steps.CallRetried); ok {
			said = append(said, e.String())
		}
	})
	_, _ = session.Services().Databases.DescribeDBInstance(t.Context(), "db1")
	if len(said) != maxAttempts-1 || said[1] != "RDS answers 503; trying again, 3 of "+strconv.Itoa(maxAttempts) {
		t.Errorf("said %q", said)
	}
}

func TestRetryAfterACutResponseSendsTheSameToken(t *testing.T) {
	t.Parallel()
	tokens := make(chan string, maxAttempts)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		tokens <- string(body)
		if len(tokens) == 1 {
			cutResponse(w)
			return
		}
		_, _ = io.WriteString(w, `{"ARN":"arn:s","VersionId":"v"}`)
	}))
	t.Cleanup(server.Close)
	arn, _, err := openAt(t, server.URL, nil).Services().Secrets.CreateSecret(t.Context(), "s", "", steps.NewPassword("{}"), "token-1", nil)
	if err != nil || arn != "arn:s" {
		t.Fatalf("%q, %v", arn, err)
	}
	if first, second := <-tokens, <-tokens; first != second {
		t.Errorf("asked\n%s\nand then\n%s", first, second)
	}
}

// timeoutError is a network timeout.
type timeoutError struct{ error }

func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// failingClient is an HTTP client that fails every attempt.
type failingClient struct {
	err   error
	tries *int
}

func (f failingClient) Do(r *http.Request) (*http.Response, error) {
	*f.tries++
	return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: f.err}
}

func TestAttemptsWithoutAResponse(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for name, tt := range map[string]struct {
		err   error
		tries int
		kind  error
	}{
		"nobody listens":                    {dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), 1, steps.ErrEndpointUnreachable},
		"there is no such name":             {dial(&net.DNSError{Err: "no such host", IsNotFound: true}), 1, steps.ErrEndpointUnreachable},
		"the certificate is not trusted":    {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, 1, steps.ErrConnectionBroken},
		"it does not speak TLS":             {tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, 1, steps.ErrConnectionBroken},
		"it does not answer":                {dial(timeoutError{errors.New("i/o timeout")}), 2, steps.ErrEndpointUnreachable},
		"the network is unreachable":        {dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), 2, steps.ErrEndpointUnreachable},
		"the host is unreachable":           {dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), 2, steps.ErrEndpointUnreachable},
		"the name server fails":             {dial(&net.DNSError{Err: "server misbehaving", IsTemporary: true}), 2, steps.ErrEndpointUnreachable},
		"the name server does not answer":   {dial(&net.DNSError{Err: "i/o timeout", IsTimeout: true}), 2, steps.ErrEndpointUnreachable},
		"the proxy is not there":            {&net.OpError{Op: "proxyconnect", Net: "tcp", Err: errors.New("no route to host")}, 2, steps.ErrEndpointUnreachable},
		"the connection is reset":           {&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, maxAttempts, steps.ErrConnectionBroken},
		"the connection ends without words": {io.EOF, maxAttempts, steps.ErrConnectionBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries int
			watch := &observer{endpoints: endpoints{}, maxAttempts: maxAttempts}
			var told []steps.CallRetried
			watch.emit = func(e steps.Event) {
				if e, ok := e.(steps.CallRetried); ok {
					told = append(told, e)
				}
			}
			client := rds.New(rds.Options{
				Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
				HTTPClient: failingClient{tt.err, &tries}, Retryer: newRetryer(maxAttempts, noBackoff), RetryMaxAttempts: maxAttempts,
				APIOptions: []func(*middleware.Stack) error{watch.addMiddleware},
			})
			_, err := databases{client}.DescribeDBInstance(t.Context(), "db1")
			if !errors.Is(err, tt.kind) || errors.Is(tt.kind, steps.ErrEndpointUnreachable) && !errors.Is(tt.kind, steps.ErrConnectionBroken) && errors.Is(err, steps.ErrConnectionBroken) {
				t.Errorf("ended with %v, want %v", err, tt.kind)
			}
			if tries != tt.tries || len(told) != tt.tries-1 {
				t.Errorf("%d attempts, want %d; told %v", tries, tt.tries, told)
			}
			for i, e := range told {
				if e.Attempt != i+2 || e.Of != tt.tries {
					t.Errorf("told %+v, want %d of %d", e, i+2, tt.tries)
				}
			}
		})
	}
}

func TestAttemptsDoNotExceedTheConfiguredLimit(t *testing.T) {
	t.Parallel()
	if got := attemptsFor(&net.OpError{Op: "dial", Err: timeoutError{errors.New("i/o timeout")}}, 1); got != 1 {
		t.Errorf("%d attempts where one is allowed", got)
	}
}
