package fault

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"keyturn/aws/sandbox/wire"
)

func answerFaults() []Fault {
	return []Fault{
		{
			Name: "throttling", Family: Answers,
			Wrong:  "Other programs use up the account's API rates: the first call of each operation is refused.",
			refuse: throttle,
		},
		{
			Name: "slow-answers", Family: Answers,
			Wrong:  "Every answer takes a second and a half.",
			refuse: delay,
		},
		{
			Name: "lost-answers", Family: Answers,
			Wrong: "The first answer to each changing call is lost after the work is done.",
			lose:  loseFirst,
		},
		{
			Name: "credentials-expire", Family: Answers,
			Wrong:  "The credentials expire before the secret is stored; new ones are there three seconds later.",
			refuse: expire,
		},
		{
			Name: "clock-skew", Family: Answers,
			Wrong: "This machine's clock is twenty minutes behind AWS's.",
			Skew:  20 * time.Minute,
		},
	}
}

// throttle refuses the first call of each operation.
func throttle() refusal {
	first := firsts()
	return func(_ context.Context, c wire.Call) *wire.Error {
		if !first(c) {
			return nil
		}
		switch c.Service {
		case "ec2":
			return &wire.Error{Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Status: http.StatusServiceUnavailable}
		case "rds", "iam", "sts", "cloudformation":
			return wire.Errorf("Throttling", "Rate exceeded")
		case "lambda", "serverlessrepo":
			return &wire.Error{Code: "TooManyRequestsException", Message: "Rate exceeded", Status: http.StatusTooManyRequests}
		}
		return wire.Errorf("ThrottlingException", "Rate exceeded")
	}
}

// slowness is how long an answer takes: much longer than AWS's tenth of a
// second, and within the time that clients allow.
const slowness = 1500 * time.Millisecond

func delay() refusal {
	return func(ctx context.Context, _ wire.Call) *wire.Error {
		timer := time.NewTimer(slowness)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		return nil
	}
}

// expiredFor is how long it takes somebody to sign in again.
const expiredFor = 3 * time.Second

func expire() refusal {
	var mu sync.Mutex
	var until time.Time
	return func(_ context.Context, c wire.Call) *wire.Error {
		mu.Lock()
		defer mu.Unlock()
		if until.IsZero() && c.Operation == "CreateSecret" {
			until = time.Now().Add(expiredFor)
		}
		if !time.Now().Before(until) {
			return nil
		}
		const message = "The security token included in the request is expired"
		switch c.Service {
		case "ec2":
			return wire.Errorf("RequestExpired", "Request has expired.")
		case "rds", "iam", "sts", "cloudformation":
			return &wire.Error{Code: "ExpiredToken", Message: message, Status: http.StatusForbidden}
		}
		return wire.Errorf("ExpiredTokenException", message)
	}
}

// loseFirst loses the first answer to each operation that changes something.
func loseFirst() func(wire.Call) bool {
	first := firsts()
	reads := []string{"Describe", "Get", "List", "Filter", "Simulate"}
	return func(c wire.Call) bool {
		return c.Code == "" && !slices.ContainsFunc(reads, func(verb string) bool { return strings.HasPrefix(c.Operation, verb) }) && first(c)
	}
}

// firsts reports whether a call is the first of its operation.
func firsts() func(wire.Call) bool {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(c wire.Call) bool {
		mu.Lock()
		defer mu.Unlock()
		operation := c.Service + " " + c.Operation
		defer func() { seen[operation] = true }()
		return !seen[operation]
	}
}
