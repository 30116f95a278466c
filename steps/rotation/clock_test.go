package rotation

import (
	"context"
	"sync"
	"time"
)

// fakeClock moves only when somebody sleeps.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	sleep func(total time.Duration) error // if set, may end a sleep with an error
	slept time.Duration
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.slept += d
	sleep, slept := c.sleep, c.slept
	c.mu.Unlock()
	if sleep != nil {
		if err := sleep(slept); err != nil {
			return err
		}
	}
	return ctx.Err()
}
