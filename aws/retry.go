package aws

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"keyturn/steps"
)

// retryer is the SDK's standard one with a number of attempts by kind of error:
// all for a service that throttles, fails or breaks the connection, few if
// nothing answers, and one where a retry cannot help.
type retryer struct{ *retry.Standard }

// newRetryer returns a retryer with at most so many attempts. A nil backoff is
// the standard mode's: exponential with jitter, at most 20 s. The standard
// mode's quota of retries over all calls is off: it would end a call before
// attemptsFor does.
func newRetryer(attempts int, backoff retry.BackoffDelayer) retryer {
	return retryer{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.RateLimiter = ratelimit.None
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(isRetryable)}, retry.DefaultRetryables...)
		if backoff != nil {
			o.Backoff = backoff
		}
	})}
}

// isRetryable says no to errors that a retry would meet again, and yes to
// expired credentials, which are reloaded.
func isRetryable(err error) awssdk.Ternary {
	if attemptsFor(err, maxAttempts) == 1 {
		return awssdk.FalseTernary
	}
	if isExpiredCredentials(err) {
		return awssdk.TrueTernary
	}
	return awssdk.UnknownTernary
}

// RetryDelay ends the attempts after attemptsFor the latest error.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if attempt >= attemptsFor(err, r.MaxAttempts()) {
		return 0, err
	}
	return r.Standard.RetryDelay(attempt, err)
}

// attemptsFor is how often a call is tried in all, at most limit, if its latest
// attempt ended in err.
func attemptsFor(err error, limit int) int {
	switch {
	case isConnectionRefused(err), isUntrusted(err), isCredentialsError(err), errors.Is(kindOf(err), steps.ErrUnknownOperation):
		return 1
	case isUnanswered(err), isExpiredCredentials(err):
		return min(maxUnansweredAttempts, limit)
	}
	return limit
}

// isConnectionRefused reports a port without a listener or a host name that does
// not exist.
func isConnectionRefused(err error) bool {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	return errors.Is(err, syscall.ECONNREFUSED) || isDNS && dns.IsNotFound
}

// isUntrusted reports whether the server's certificate was not accepted, or it
// does not speak TLS.
func isUntrusted(err error) bool {
	_, bad := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	return bad || plain
}

// isCredentialsError reports whether there were no credentials for the call.
// Their provider has retried on its own.
func isCredentialsError(err error) bool {
	_, found := errors.AsType[*credentialsError](err)
	return found
}

// isExpiredCredentials reports whether the service rejected expired credentials.
// The next attempt reloads them: somebody may have signed in again meanwhile.
func isExpiredCredentials(err error) bool {
	_, expired := errors.AsType[*expiredError](err)
	return expired
}

// isUnanswered reports whether no response came: a timeout, an unreachable
// network or host, a failing name server, a proxy that does not answer.
func isUnanswered(err error) bool {
	if statusOf(err) != 0 {
		return false
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "proxyconnect" || op.Op == "dial")
}
