package aws

import (
	"context"
	"fmt"
	"time"
)

// errCallTimeout is the cause when a call took longer than callTimeout.
var errCallTimeout = fmt.Errorf("no answer within %v", callTimeout)

// callTimer cancels a call's context after callTimeout. It pauses while
// credentials are retrieved: their providers have timeouts of their own, and a
// person who types an MFA code has none.
type callTimer struct {
	timer     *time.Timer
	left      time.Duration
	resumedAt time.Time
}

type callTimerKey struct{}

// withCallTimeout returns a context that ends after callTimeout, with
// errCallTimeout as its cause.
func withCallTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &callTimer{left: callTimeout, resumedAt: time.Now()}
	w.timer = time.AfterFunc(w.left, func() { cancel(errCallTimeout) })
	return context.WithValue(ctx, callTimerKey{}, w), func() {
		w.timer.Stop()
		cancel(nil)
	}
}

// pauseCallTimeout pauses the timer of a call's context and returns a function
// that resumes it.
func pauseCallTimeout(ctx context.Context) (resume func()) {
	w, ok := ctx.Value(callTimerKey{}).(*callTimer)
	if !ok || !w.timer.Stop() {
		return func() {}
	}
	w.left -= time.Since(w.resumedAt)
	return func() {
		w.resumedAt = time.Now()
		w.timer.Reset(w.left)
	}
}
