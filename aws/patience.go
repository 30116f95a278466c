package aws

import (
	"context"
	"fmt"
	"time"
)

// errNoAnswer ends a call whose attempts took longer than patience.
var errNoAnswer = fmt.Errorf("no answer within %v", patience)

// stopwatch ends a call's context when patience is used up. It stands still
// while credentials are got: their providers have limits of their own, and a
// code that a person types has none.
type stopwatch struct {
	timer *time.Timer
	left  time.Duration
	since time.Time
}

type stopwatchKey struct{}

// withPatience is a context that ends with errNoAnswer as its cause.
func withPatience(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &stopwatch{left: patience, since: time.Now()}
	w.timer = time.AfterFunc(w.left, func() { cancel(errNoAnswer) })
	return context.WithValue(ctx, stopwatchKey{}, w), func() {
		w.timer.Stop()
		cancel(nil)
	}
}

// holdPatience stops the watch of a call's context, and returns what starts it
// again.
func holdPatience(ctx context.Context) (resume func()) {
	w, ok := ctx.Value(stopwatchKey{}).(*stopwatch)
	if !ok || !w.timer.Stop() {
		return func() {}
	}
	w.left -= time.Since(w.since)
	return func() {
		w.since = time.Now()
		w.timer.Reset(w.left)
	}
}
