package steps

import (
	"context"
	"errors"
	"testing"
	"time"
)

// handClock moves only when it is told to.
type handClock struct{ now time.Time }

func (c *handClock) Now() time.Time { return c.now }

func (c *handClock) Sleep(_ context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return nil
}

func TestPollGivesUpWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		took  time.Duration // by a look that nobody answers
		until int           // looks that nobody answers before the others are; 0: all
		least time.Duration
		most  time.Duration
		fails bool
	}{
		"a port without a listener":              {time.Millisecond, 0, 20 * time.Second, time.Minute, true},
		"a server that accepts and says nothing": {time.Minute, 0, 2 * time.Minute, 3 * time.Minute, true},
		"a network that is away for a moment":    {time.Minute, 1, time.Minute, 2 * time.Minute, false},
		"one that is away again and again":       {time.Second, 4, 0, time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &handClock{now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
			began := clock.now
			run := NewRun(RunOptions{Account: &Account{}, Clock: clock, Relay: NewRelay(func(Event) {})})
			looks := 0
			err := run.Poll(t.Context(), Polling{For: "it", Every: 10 * time.Second, Deadline: time.Hour, Look: func(context.Context) (string, bool, error) {
				looks++
				if tt.until > 0 && looks > tt.until {
					return "done", true, nil
				}
				clock.now = clock.now.Add(tt.took)
				return "", false, ErrEndpointUnreachable
			}})
			took := clock.now.Sub(began)
			if errors.Is(err, ErrEndpointUnreachable) != tt.fails || took < tt.least || took > tt.most {
				t.Errorf("after %v and %d looks: %v", took, looks, err)
			}
		})
	}
}
