package aws

import (
	"errors"
	"net"
	"syscall"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"keyturn/steps"
)

// retryer is the SDK's standard one, which spends its patience by the kind of
// error: all attempts on a service that throttles, fails or lets a connection
// break, few where nobody answers, and one where another cannot help.
type retryer struct{ *retry.Standard }

// newRetryer makes a retryer of so many attempts. A nil backoff is the standard
// mode's, exponential with jitter and at most 20 s.
func newRetryer(attempts int, backoff retry.BackoffDelayer) retryer {
	return retryer{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(isFinal)}, retry.DefaultRetryables...)
		if backoff != nil {
			o.Backoff = backoff
		}
	})}
}

// isFinal says no to errors that every other attempt would meet too: a port
// without a listener, a name that does not exist, an operation that the other
// side does not have.
func isFinal(err error) awssdk.Ternary {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	if errors.Is(err, syscall.ECONNREFUSED) || isDNS && dns.IsNotFound || errors.Is(kindOf(err), steps.ErrUnknownOperation) {
		return awssdk.FalseTernary
	}
	return awssdk.UnknownTernary
}

// RetryDelay ends the attempts early where nobody has answered so far.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if isUnanswered(err) && attempt >= unansweredAttempts {
		return 0, err
	}
	return r.Standard.RetryDelay(attempt, err)
}

// isUnanswered reports that an attempt ended in a timeout, without an answer.
func isUnanswered(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() && statusOf(err) == 0
}
