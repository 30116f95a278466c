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

// retryer is the SDK's standard one, which spends its patience by the kind of
// error: all attempts on a service that throttles, fails or lets a connection
// break, few where nobody answers, and one where another cannot help.
type retryer struct{ *retry.Standard }

// newRetryer makes a retryer of so many attempts. A nil backoff is the standard
// mode's, exponential with jitter and at most 20 s. There is no quota of
// retries for all calls together, which the standard mode has for programs that
// make many calls at once: it would end a call before attemptsFor says.
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

// isRetryable says no to errors that every other attempt would meet too, and yes to
// credentials that are read anew.
func isRetryable(err error) awssdk.Ternary {
	if attemptsFor(err, maxAttempts) == 1 {
		return awssdk.FalseTernary
	}
	if isExpiredCredentials(err) {
		return awssdk.TrueTernary
	}
	return awssdk.UnknownTernary
}

// RetryDelay ends the attempts early where nobody has answered so far.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if attempt >= attemptsFor(err, r.MaxAttempts()) {
		return 0, err
	}
	return r.Standard.RetryDelay(attempt, err)
}

// attemptsFor is how often a call is tried in all whose latest attempt ended in
// err, most at the most.
func attemptsFor(err error, limit int) int {
	switch {
	case isConnectionRefused(err), isUntrusted(err), isCredentialsError(err), errors.Is(kindOf(err), steps.ErrUnknownOperation):
		return 1
	case isUnanswered(err), isExpiredCredentials(err):
		return min(maxUnansweredAttempts, limit)
	}
	return limit
}

// isConnectionRefused reports a port without a listener or a name that does not exist.
func isConnectionRefused(err error) bool {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	return errors.Is(err, syscall.ECONNREFUSED) || isDNS && dns.IsNotFound
}

// isUntrusted reports that the other side's certificate was not accepted, or
// that it does not speak TLS.
func isUntrusted(err error) bool {
	_, bad := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	return bad || plain
}

// isCredentialsError reports that there were no credentials for the call. Their
// provider has had attempts of its own.
func isCredentialsError(err error) bool {
	_, found := errors.AsType[*credentialsError](err)
	return found
}

// isExpiredCredentials reports credentials that hold no more and are read anew for the next
// attempt: somebody may have signed in again meanwhile.
func isExpiredCredentials(err error) bool {
	_, expired := errors.AsType[*expiredError](err)
	return expired
}

// isUnanswered reports that nobody can have heard the call: a timeout, no way
// to the network or the host, a name server that fails, a proxy that does not
// answer.
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
