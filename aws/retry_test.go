package aws

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"keyturn/steps"
)

// impatient pauses for a moment where the SDK would for seconds.
var impatient = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Microsecond, nil })

// openImpatient opens a session at an endpoint that is tried again at once.
func openImpatient(t *testing.T, endpoint string, observe func(steps.Event)) *Session {
	t.Helper()
	session, err := Open(t.Context(), Options{
		Region: "us-east-1", Endpoint: endpoint, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret",
		Observe: observe, backoff: impatient,
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// breakOff ends an answer in its middle.
func breakOff(w http.ResponseWriter) {
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
		"an answer that breaks off":                    {caller, breakOff, 3, 4, nil},
		"an answer that breaks off for good":           {caller, breakOff, 99, 6, steps.ErrEndpointUnreachable},
		"an operation that is not built":               {describe, answer(501, "not implemented"), 99, 1, steps.ErrUnknownOperation},
		"an action that is not known":                  {describe, answer(400, query("InvalidAction", "no")), 99, 1, steps.ErrUnknownOperation},
		"a target that is not known":                   {secret, answer(400, jsonError("UnknownOperationException", "no")), 99, 1, steps.ErrUnknownOperation},
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
			session := openImpatient(t, server.URL, func(e steps.Event) {
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
				if e.Attempt != i+2 || e.Of != attempts || e.Reason == "" || e.Service == "" {
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
	session := openImpatient(t, server.URL, func(e steps.Event) {
		if e, ok := e.(steps.CallRetried); ok {
			said = append(said, e.String())
		}
	})
	_, _ = session.Services().Databases.DescribeDBInstance(t.Context(), "db1")
	if len(said) != attempts-1 || said[1] != "RDS answers 503; trying again, 3 of "+strconv.Itoa(attempts) {
		t.Errorf("said %q", said)
	}
}

func TestBrokenAnswerIsRetriedWithTheSameToken(t *testing.T) {
	t.Parallel()
	tokens := make(chan string, attempts)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		tokens <- string(body)
		if len(tokens) == 1 {
			breakOff(w)
			return
		}
		_, _ = io.WriteString(w, `{"ARN":"arn:s","VersionId":"v"}`)
	}))
	t.Cleanup(server.Close)
	arn, _, err := openImpatient(t, server.URL, nil).Services().Secrets.CreateSecret(t.Context(), "s", "", steps.NewPassword("{}"), "token-1", nil)
	if err != nil || arn != "arn:s" {
		t.Fatalf("%q, %v", arn, err)
	}
	if first, second := <-tokens, <-tokens; first != second {
		t.Errorf("asked\n%s\nand then\n%s", first, second)
	}
}

// silence is a connection that is never answered.
type silence struct{ error }

func (silence) Timeout() bool   { return true }
func (silence) Temporary() bool { return true }

func TestSilenceIsTriedTwice(t *testing.T) {
	t.Parallel()
	r := newRetryer(attempts, impatient)
	err := &net.OpError{Op: "dial", Err: silence{errors.New("i/o timeout")}}
	if _, stop := r.RetryDelay(1, err); stop != nil {
		t.Errorf("gave up after one attempt: %v", stop)
	}
	if _, stop := r.RetryDelay(unansweredAttempts, err); !errors.Is(stop, error(err)) {
		t.Errorf("after %d attempts: %v", unansweredAttempts, stop)
	}
	if _, stop := r.RetryDelay(unansweredAttempts, errors.New("throttled")); stop != nil {
		t.Errorf("another error ends there too: %v", stop)
	}
}
