package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"keyturn/steps"
)

// anyKey is every key that the program could take, and some that it does not.
var anyKey = []string{
	"enter", "enter", "enter", "enter", "enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "pgup",
	"pgdown", "home", "end", "backspace", "ctrl+u", "ctrl+c", "e", "c", "l", "?", "t", "v", "w", "y", "a", "s", "f",
	"r", "d", "k", "6", "x", " ", "é", "字",
}

// happening is one thing that happens to the program.
type happening struct {
	kind          int
	width, height int
	seconds       int
	key, text     string
}

var happenings = rapid.Custom(func(r *rapid.T) happening {
	h := happening{kind: rapid.IntRange(0, 11).Draw(r, "kind")}
	switch h.kind {
	case 0:
		h.width, h.height = rapid.IntRange(1, 140).Draw(r, "width"), rapid.IntRange(1, 45).Draw(r, "height")
	case 1:
		h.width, h.height = rapid.IntRange(60, 140).Draw(r, "width"), rapid.IntRange(16, 45).Draw(r, "height")
	case 2:
		h.seconds = rapid.IntRange(1, 200).Draw(r, "seconds")
	case 3:
		h.text = rapid.String().Draw(r, "text")
	default:
		h.key = rapid.SampledFrom(anyKey).Draw(r, "key")
	}
	return h
})

// TestRandomKeys presses random keys in random sizes while the steps succeed,
// fail and take their time. Whatever happens, a frame fits the screen, a key
// that is shown does something, and one that is not shown does nothing.
func TestRandomKeys(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		moods := rapid.SliceOfN(rapid.IntRange(0, 3), 8, 8).Draw(r, "moods")
		aws := rapid.Bool().Draw(r, "aws")
		events := rapid.SliceOfN(happenings, 30, 90).Draw(r, "events")
		var problem string
		synctest.Test(t, func(t *testing.T) {
			p := start(t, moodyScript(moods), func(o *Options) {
				o.ScriptDir = folder
				if aws {
					o.Choice.Kind = steps.AWS
				}
			})
			for _, event := range events {
				if problem = p.meets(event); problem != "" || p.quit {
					return
				}
			}
		})
		if problem != "" {
			r.Fatal(problem)
		}
	})
}

// moodyScript fails at some steps, as often as the moods say.
func moodyScript(moods []int) scriptedSteps {
	script := newScript()
	next := func() error {
		if len(moods) == 0 {
			return nil
		}
		mood := moods[0]
		moods = moods[1:]
		if mood == 0 {
			return errBroken
		}
		return nil
	}
	for _, step := range script {
		do := step.do
		step.check = next
		step.do = func(ctx context.Context, emit func(steps.Event)) error {
			if do != nil {
				if err := do(ctx, emit); err != nil {
					return err
				}
			}
			return next()
		}
	}
	return script
}

// meets lets one thing happen and says what is wrong afterwards, if anything.
func (p *person) meets(h happening) string {
	switch {
	case h.width > 0:
		p.send(tea.WindowSizeMsg{Width: h.width, Height: h.height})
	case h.seconds > 0:
		p.after(time.Duration(h.seconds) * time.Second)
	case h.key == "":
		p.send(tea.PasteMsg{Content: h.text})
	default:
		if problem := p.pressAndCompare(keyPress(h.key)); problem != "" {
			return fmt.Sprintf("%q %s:\n%s", h.key, problem, p.frame())
		}
	}
	return p.misfit()
}

// misfit says where the frame does not fit the screen.
func (p *person) misfit() string {
	rows := strings.Split(p.app.View().Content, "\n")
	if len(rows) > p.app.height {
		return fmt.Sprintf("%d rows on a screen of %d:\n%s", len(rows), p.app.height, p.frame())
	}
	for _, row := range rows {
		if w := ansi.StringWidth(row); w > p.app.width {
			return fmt.Sprintf("a row of %d cells on a screen of %d: %q", w, p.app.width, ansi.Strip(row))
		}
	}
	return ""
}

// pressAndCompare presses a key and looks whether what it did agrees with
// whether the footer shows it.
func (p *person) pressAndCompare(msg tea.KeyPressMsg) string {
	p.app.clock = p.app.opts.Now() // so that elapsed times do not count as done by the key
	act, shown := p.shown(msg)
	_, typing := p.app.top().screen.(editor)
	stop := key.Matches(msg, p.app.keys.Stop)
	before := p.trace()
	_, cmd := p.app.Update(msg)
	did := cmd != nil
	p.run(cmd)
	p.settle()
	did = did || before != p.trace()
	switch {
	case p.quit || stop:
	case did && !shown && !typing:
		return "is not shown, and did something"
	case !did && shown && !key.Matches(msg, p.app.keys.Scroll) && !p.refused(act):
		return "is shown, and did nothing"
	}
	return ""
}

// shown finds the action of a key and whether its word is on the screen.
func (p *person) shown(msg tea.KeyPressMsg) (action, bool) {
	frame := p.frame()
	for _, act := range p.app.actions(p.app.overflows()) {
		if key.Matches(msg, act.key) {
			help := act.key.Help()
			return act, strings.Contains(frame, help.Key+" "+help.Desc)
		}
	}
	return action{}, false
}

// refused reports an enter on a field whose answer is wrong, as it says.
func (p *person) refused(act action) bool {
	return act.key.Help().Key == "enter" && strings.Contains(p.frame(), signFailed+" ")
}

// trace is everything that a person, or the terminal, could tell apart.
func (p *person) trace() string {
	view := p.app.View()
	return fmt.Sprintf("%s %v %q %v", view.Content, view.Cursor, view.WindowTitle, p.quit)
}
