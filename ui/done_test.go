package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

func TestLinkWrapsOverSeveralLines(t *testing.T) {
	t.Parallel()
	const address = "https://example.com/one/two/three.html"
	for name, c := range map[string]struct {
		width int
		want  []string
	}{
		"in one line where it fits":         {60, []string{"page  " + address}},
		"else it breaks after a slash":      {32, []string{"page  https://example.com/one/", "      two/three.html"}},
		"never inside what is between them": {12, []string{"page  https:/", "      /", "      example.com/", "      one/", "      two/", "      three.html"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := link("page  ", address, c.width, plainTheme())
			var texts []string
			for _, line := range lines {
				if strings.Count(line, ansi.SetHyperlink(address)) != 1 {
					t.Errorf("%q does not lead to the whole address", line)
				}
				texts = append(texts, ansi.Strip(line))
			}
			if diff := cmp.Diff(c.want, texts); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASecretThatWaitsForItsDeletionIsTakenBackOnTheLastScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t).in(awsAccount).kept()
	receipt := s.run.Receipt()
	for _, left := range receipt.Resources {
		until := time.Time{}
		if left.Kind == steps.KindSecret {
			until = s.now.Add(7 * 24 * time.Hour)
		}
		receipt = receipt.WithRemoved(left.Kind, left.Name, s.now, until)
	}
	s.run = steps.ResumeRun(receipt, steps.RunOptions{Account: s.account, Clock: steps.SystemClock{}, Ledger: forgetful{}, Relay: s.relay})
	screen := s.layers[0].screen.(*done)
	if len(screen.actions()) != 1 {
		t.Error("it is offered where nothing restores it")
	}
	s.opts.Restore = &steps.Step{ID: "restore", Check: func(_ context.Context, r *steps.Run) ([]steps.Action, error) {
		rec, err := r.Receipt().Restorable(s.now)
		return nil, errors.Join(err, r.Restore(rec, func() error { return nil }))
	}}
	if text := ansi.Strip(strings.Join(screen.body(80), " ")); !strings.Contains(text, "s takes it back") {
		t.Error(text)
	}
	if acts := screen.actions(); len(acts) != 2 || acts[1].key.Help().Key != "s" {
		t.Fatalf("%d keys", len(acts))
	}
	if cmd := screen.restore(); cmd() != nil || screen.closed {
		t.Error("the screen does not wait")
	}
	if left := s.run.Receipt().Left(); len(left) != 1 || left[0].Kind != steps.KindSecret {
		t.Errorf("left %v", left)
	}
	s.stepsSkipped(stepsSkippedMsg{})
	if len(screen.actions()) != 1 {
		t.Error("it is offered once more")
	}
}
