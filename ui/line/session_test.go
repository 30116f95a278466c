package line

import (
	"context"
	"io"
	"strings"
	"testing"

	"keyturn/steps"
)

// forgetful keeps no receipts.
type forgetful struct{}

func (forgetful) Save(steps.Receipt) error { return nil }

// stepOf is a step whose look and whose work are counted.
func stepOf(readOnly bool, looks, works *int) steps.Step {
	return steps.Step{
		ID: "one", Title: "The one step", ReadOnly: readOnly,
		About:  func(steps.Setup) steps.About { return steps.About{Costs: "nothing"} },
		Result: func(*steps.Run) steps.Result { return steps.Result{} },
		Check: func(context.Context, *steps.Run) ([]steps.Action, error) {
			*looks++
			return []steps.Action{{Do: func(context.Context, *steps.Run) error {
				*works++
				return nil
			}}}, nil
		},
	}
}

// sessionOf is a session in which somebody types.
func sessionOf(typed string, out io.Writer, emit func(steps.Event), all ...steps.Step) Session {
	account := steps.Account{Kind: steps.Sandbox}
	run := steps.NewRun(steps.RunOptions{
		ID: "r1", Account: &account, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: steps.NewRelay(emit),
	})
	return Session{Run: run, Acts: []steps.Act{{Steps: all}}, Ask: NewPrompter(strings.NewReader(typed), out)}
}

func TestAStepThatOnlyReadsIsNotReviewed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		readOnly bool
		typed    string
	}{
		"one answer runs a step that only reads":     {true, "\n"},
		"two answers run a step that changes things": {false, "\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			var looks, works int
			err := sessionOf(c.typed, &out, func(steps.Event) {}, stepOf(c.readOnly, &looks, &works)).Walk(t.Context())
			if err != nil || looks != 1 || works != 1 {
				t.Errorf("looked %d times, worked %d times, ended with %v:\n%s", looks, works, err, out.String())
			}
		})
	}
}
