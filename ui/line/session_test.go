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

// sessionOf is a session in which somebody types, before the first step.
func sessionOf(typed string, out io.Writer, emit func(steps.Event), all ...steps.Step) (Session, steps.Walkthrough) {
	account := steps.Account{Kind: steps.Sandbox}
	run := steps.NewRun(steps.RunOptions{
		ID: "r1", Account: &account, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: steps.NewRelay(emit),
	})
	return Session{Run: run, Ask: NewPrompter(strings.NewReader(typed), out)}, steps.NewWalkthrough(steps.Act{Steps: all})
}

func TestReadOnlyStepIsNotReviewed(t *testing.T) {
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
			session, flow := sessionOf(c.typed, &out, func(steps.Event) {}, stepOf(c.readOnly, &looks, &works))
			err := session.Walk(t.Context(), flow)
			if err != nil || looks != 1 || works != 1 {
				t.Errorf("looked %d times, worked %d times, ended with %v:\n%s", looks, works, err, out.String())
			}
		})
	}
}

// walkOf walks through one step in line mode and returns what was written.
func walkOf(t *testing.T, o Options, step steps.Step) string {
	t.Helper()
	var out strings.Builder
	o.Out, o.Err, o.Acts = &out, &out, []steps.Act{{Steps: []steps.Step{step}}}
	o.Open = func(context.Context, steps.AccountChoice, func(steps.Event)) (*steps.Account, error) {
		return &steps.Account{Kind: steps.Sandbox}, nil
	}
	o.Start = func(account *steps.Account, relay *steps.Relay) (*steps.Run, error) {
		return steps.NewRun(steps.RunOptions{
			ID: "r1", Account: account, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: relay,
		}), nil
	}
	if err := Walk(t.Context(), o); err != nil {
		t.Fatalf("%v:\n%s", err, out.String())
	}
	return out.String()
}

func TestSignsFollowTheLocale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ env, want string }{
		"a UTF-8 locale shows them":             {"LANG=C.UTF-8", "proved   moved: AWSPENDING → AWSCURRENT"},
		"another one gets ASCII in their stead": {"LANG=C", "proved   moved: AWSPENDING > AWSCURRENT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var looks, works int
			step := stepOf(true, &looks, &works)
			check := step.Check
			step.Check = func(ctx context.Context, r *steps.Run) ([]steps.Action, error) {
				r.Report(steps.Checked{Step: "one", Check: steps.Check{Name: "moved", OK: true, Detail: "AWSPENDING → AWSCURRENT"}})
				return check(ctx, r)
			}
			if out := walkOf(t, Options{Env: []string{c.env}}, step); !strings.Contains(out, c.want) {
				t.Errorf("no %q in\n%s", c.want, out)
			}
		})
	}
}
