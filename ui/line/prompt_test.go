package line

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"keyturn/steps"
	"keyturn/steps/rotation"
)

func question(t *testing.T, flag string) steps.Question {
	t.Helper()
	for _, s := range rotation.Tutorial().Steps {
		for _, q := range s.Questions {
			if q.Flag == flag {
				return q
			}
		}
	}
	t.Fatalf("no question %q", flag)
	return steps.Question{}
}

func TestPrompts(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		flag, typed, want string
		says              []string
	}{
		"an empty answer takes the default, which the prompt speaks": {
			flag: "secret-name", typed: "\n", want: "MyTestDatabaseMasterSecret",
			says: []string{"[MyTestDatabaseMasterSecret]"},
		},
		"a refused answer is asked again, with the rule": {
			flag: "rotation-days", typed: "0\n45\n", want: "45",
			says: []string{"1 to 1000 days"},
		},
		"spaces around an answer do not count": {
			flag: "db-username", typed: "  owner \n", want: "owner",
		},
		"a last line without a line end counts": {
			flag: "db-username", typed: "owner", want: "owner",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			setup := steps.Defaults("20261122-3f1c")
			q := question(t, c.flag)
			if err := NewPrompter(strings.NewReader(c.typed), &out).Ask(t.Context(), q, &setup); err != nil {
				t.Fatal(err)
			}
			if got := q.Get(&setup); got != c.want {
				t.Errorf("answer %q, want %q", got, c.want)
			}
			for _, s := range c.says {
				if !strings.Contains(out.String(), s) {
					t.Errorf("no %q in %q", s, out.String())
				}
			}
		})
	}
}

func TestPromptAsksForPasswordTwice(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	setup := steps.Defaults("20261122-3f1c")
	typed := "first-Password-1\nother-Password-2\nfirst-Password-1\nfirst-Password-1\n"
	if err := NewPrompter(strings.NewReader(typed), &out).Ask(t.Context(), question(t, "db-password"), &setup); err != nil {
		t.Fatal(err)
	}
	if setup.MasterPassword.Reveal() != "first-Password-1" {
		t.Error("the password that was typed twice is not the one kept")
	}
	if strings.Contains(out.String(), "Password-1") {
		t.Errorf("the password was printed: %q", out.String())
	}
}

func TestPromptReturnsErrorAtEndOfInput(t *testing.T) {
	t.Parallel()
	setup := steps.Defaults("20261122-3f1c")
	err := NewPrompter(strings.NewReader(""), io.Discard).Ask(t.Context(), question(t, "secret-name"), &setup)
	if !errors.Is(err, ErrInputEnded) {
		t.Errorf("error %v, want %v", err, ErrInputEnded)
	}
}

func TestPromptEndsWhenInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, _ := io.Pipe() // nobody types
	setup := steps.Defaults("20261122-3f1c")
	if err := NewPrompter(in, io.Discard).Ask(ctx, question(t, "secret-name"), &setup); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestPromptPrintsCommandsOnRequest(t *testing.T) {
	t.Parallel()
	call := func(cli string) steps.CallDone { return steps.CallDone{Call: steps.Call{CLI: cli}} }
	for name, tt := range map[string]struct {
		show bool
		want string
	}{
		"asked for, each is said once": {false, "Go on, c for the AWS commands so far:   $ aws one\n  $ aws two\n" +
			"Go on, c for the AWS commands so far:   No AWS calls since you last asked.\nGo on, c for the AWS commands so far: "},
		"shown as they are made, c is no answer": {true, "  $ aws one\n  $ aws two\nGo on: Please answer with Enter or one of: q.\n" +
			"Go on: Please answer with Enter or one of: q.\nGo on: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			o := Options{Out: &out, Attended: true, ShowCommands: tt.show}
			show, commands := o.renderer()
			show(steps.RunIntroduced{})
			out.Reset()
			show(call("aws one"))
			show(call("aws two"))
			show(call("aws one")) // a wait asks again and again
			p := NewPrompter(strings.NewReader("c\nc\n\n"), &out)
			p.commands = commands
			if answer, err := p.chooseKey(t.Context(), "Go on", "q"); answer != "" || err != nil {
				t.Errorf("answered %q, %v", answer, err)
			}
			if out.String() != tt.want {
				t.Errorf("said\n%s\nwant\n%s", out.String(), tt.want)
			}
		})
	}
}

func TestEveryPromptPrintsCommands(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(p *Prompter) (string, error){
		"a text": func(p *Prompter) (string, error) { return p.askLine(t.Context(), "Secret name", "mine") },
		"a password": func(p *Prompter) (string, error) {
			_, err := p.readHidden(t.Context(), "Password")
			return "mine", err
		},
		"a choice": func(p *Prompter) (string, error) {
			return p.askChoice(t.Context(), steps.Question{Label: "Network", Choices: []string{"public"}}, "mine")
		},
		"a list": func(p *Prompter) (string, error) {
			return p.chooseFromListing(t.Context(), "Database", *shop(1, new(int)).Listing, steps.Services{}, "mine")
		},
		"a key": func(p *Prompter) (string, error) {
			_, err := p.chooseKey(t.Context(), "Enter to go on", "q")
			return "mine", err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			p := NewPrompter(strings.NewReader("?\n\n"), &out)
			p.commands = func() []string { return []string{"$ aws one"} }
			if answer, err := ask(p); answer != "mine" || err != nil || strings.Count(out.String(), "$ aws one\n") != 1 {
				t.Errorf("answered %q, %v:\n%s", answer, err, out.String())
			}
		})
	}
}

func TestCommandsKeyIsNoValidAnswer(t *testing.T) {
	t.Parallel()
	for _, step := range steps.StepsOf([]steps.Act{rotation.Tutorial()}) {
		for _, q := range step.Questions {
			setup := steps.Defaults("20261122-3f1c")
			if q.Set(&setup, commandsKey) == nil && !q.Once {
				t.Errorf("%s takes %q as an answer", q.Label, commandsKey)
			}
		}
	}
}
