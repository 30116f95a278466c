package line

import (
	"context"
	"errors"
	"strings"
	"testing"

	"keyturn/steps"
)

func TestUnattendedSessionRetriesByAnotherPath(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bool{"another way is open": true, "there is none": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			var looks, works int
			step := stepOf(false, &looks, &works)
			check := step.Check
			step.Check = func(ctx context.Context, r *steps.Run) ([]steps.Action, error) {
				actions, err := check(ctx, r)
				if looks > 1 {
					return actions, err
				}
				return []steps.Action{{Do: func(context.Context, *steps.Run) error { return errors.New("the first way is closed") }}}, nil
			}
			step.Investigate = func(_ context.Context, _ *steps.Run, d *steps.Diagnosis) { d.AutoRetry = again }
			session, flow := sessionOf("", &out, func(steps.Event) {}, step)
			session.Ask = nil // nobody is there to say so
			if err := session.Walk(t.Context(), flow); (err == nil) != again || (works == 1) != again {
				t.Errorf("worked %d times, ended with %v", works, err)
			}
		})
	}
}
