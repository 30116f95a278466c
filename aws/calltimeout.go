package aws

import (
	"context"
	"fmt"
	"time"
)

// errCallTimeout ends a call whose attempts took longer than patience.
var errCallTimeout = fmt.Errorf("no answer within %v", callTimeout)

// callTimer ends a call's context when patience is used up. It stands still
// while credentials are got: their providers have limits of their own, and a
// code that a person types has none.
type callTimer struct {
	timer     *time.Timer
	left      time.Duration
	resumedAt time.Time
}

type callTimerKey struct{}

// withCallTimeout is a context that ends with errCallTimeout as its cause.
func withCallTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &callTimer{left: callTimeout, resumedAt: time.Now()}
	w.timer = time.AfterFunc(w.left, func() { cancel(errCallTimeout) })
	return context.WithValue(ctx, callTimerKey{}, w), func() {
		w.timer.Stop()
		cancel(nil)
	}
}

// pauseCallTimeout stops the watch of a call's context, and returns what starts it
// again.
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
