package line

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/term"

	"keyturn/steps"
)

// ErrInputEnded is returned when the person's input ends before the answer.
var ErrInputEnded = errors.New("input ended before the question was answered")

// Prompter asks questions a line at a time: the default is spoken in the
// prompt and an empty answer takes it; choices are numbered.
type Prompter struct {
	in  io.Reader
	buf *bufio.Reader
	out io.Writer
	// commands are the lines that c prints where letters are chosen from, and
	// commandsKey everywhere; nil if they have been printed already.
	commands func() []string
}

// NewPrompter reads answers from in and writes questions to out.
func NewPrompter(in io.Reader, out io.Writer) *Prompter {
	return &Prompter{in: in, buf: bufio.NewReader(in), out: out}
}

// Ask puts the question until its rule accepts the answer, and stores it.
func (p *Prompter) Ask(ctx context.Context, q steps.Question, setup *steps.Setup) error {
	if q.Help != "" {
		p.say("  %s", q.Help)
	}
	for {
		answer, err := p.answer(ctx, q, setup)
		if err != nil {
			return err
		}
		err = q.Set(setup, answer)
		if err == nil {
			return nil
		}
		p.say("  %s", err)
	}
}

func (p *Prompter) answer(ctx context.Context, q steps.Question, setup *steps.Setup) (string, error) {
	switch q.Kind {
	case steps.Secret:
		if q.Once {
			return p.readHidden(ctx, q.Label)
		}
		return p.askPassword(ctx, q.Label)
	case steps.Choice:
		return p.askChoice(ctx, q, q.Get(setup))
	}
	return p.askLine(ctx, q.Label, q.Get(setup))
}

// commandsKey asks for the AWS commands at any prompt. It is no answer to any: no
// name has it, and a password of RDS has eight characters.
const commandsKey = "?"

// prompt prints a prompt and reads what is typed.
func (p *Prompter) prompt(ctx context.Context, prompt string, read func() (string, error)) (string, error) {
	for {
		p.printf("%s: ", prompt)
		text, err := interruptible(ctx, read)
		if err != nil || p.commands == nil || strings.TrimSpace(text) != commandsKey {
			return text, err
		}
		p.printCommands()
	}
}

// askLine asks for one line; an empty one is the default.
func (p *Prompter) askLine(ctx context.Context, label, fallback string) (string, error) {
	prompt := label
	if fallback != "" {
		prompt += " [" + fallback + "]"
	}
	text, err := p.prompt(ctx, "  "+prompt, p.readLine)
	if err != nil || strings.TrimSpace(text) != "" {
		return strings.TrimSpace(text), err
	}
	return fallback, nil
}

func (p *Prompter) askChoice(ctx context.Context, q steps.Question, fallback string) (string, error) {
	for i, c := range q.Choices {
		p.say("  %d. %s", i+1, c)
	}
	answer, err := p.askLine(ctx, q.Label, fallback)
	if err != nil {
		return "", err
	}
	if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(q.Choices) {
		return q.Choices[n-1], nil
	}
	return answer, nil
}

// askPassword asks twice without echo; empty means that one is to be generated.
func (p *Prompter) askPassword(ctx context.Context, label string) (string, error) {
	for {
		first, err := p.readHidden(ctx, label+" [generate one]")
		if err != nil || first == "" {
			return first, err
		}
		second, err := p.readHidden(ctx, label+", once more")
		if err != nil {
			return "", err
		}
		if first == second {
			return first, nil
		}
		p.say("  The two differ. Type the same password twice, or nothing to have one generated.")
	}
}

func (p *Prompter) readHidden(ctx context.Context, label string) (string, error) {
	file, ok := p.in.(*os.File)
	if !ok || !IsTerminal(file) {
		return p.prompt(ctx, "  "+label, p.readLine)
	}
	state, err := term.GetState(file.Fd())
	if err != nil {
		return "", fmt.Errorf("read the terminal's state: %w", err)
	}
	defer func() {
		_ = term.Restore(file.Fd(), state)
		if ctx.Err() != nil {
			p.say("")
		}
	}()
	return p.prompt(ctx, "  "+label, func() (string, error) {
		text, err := term.ReadPassword(file.Fd())
		p.say("")
		return string(text), err
	})
}

// chooseKey asks for one of a few keys, given as "e: explain"; the empty answer is "".
func (p *Prompter) chooseKey(ctx context.Context, question string, keys ...string) (string, error) {
	if p.commands != nil {
		question += ", c for the AWS commands so far"
	}
	for {
		text, err := p.prompt(ctx, question, p.readLine)
		if err != nil {
			return "", err
		}
		answer := strings.ToLower(strings.TrimSpace(text))
		switch {
		case answer == "":
			return "", nil
		case answer == "c" && p.commands != nil:
			p.printCommands()
			continue
		}
		for _, k := range keys {
			if answer == k {
				return k, nil
			}
		}
		p.say("Please answer with Enter or one of: %s.", strings.Join(keys, ", "))
	}
}

// printCommands prints the AWS CLI lines since they were asked for last.
func (p *Prompter) printCommands() {
	lines := p.commands()
	if len(lines) == 0 {
		p.say("  No AWS calls since you last asked.")
	}
	for _, line := range lines {
		p.say("%s", line)
	}
}

// printResult says what a step left. Passwords are not part of it: nothing covers
// again what has been said.
func (p *Prompter) printResult(r steps.Result) {
	for _, fact := range r.Facts {
		p.say("  %s: %s", fact.Label, fact.Value)
	}
	if c := r.Connection; c != nil {
		p.say("  MySQL Workbench: connection name %s, hostname %s, port %d, username %s", c.Name, c.Host, c.Port, c.User)
		p.say("  In a shell: %s", c.ShellCommand())
	}
}

func (p *Prompter) readLine() (string, error) {
	text, err := p.buf.ReadString('\n')
	if errors.Is(err, io.EOF) {
		if text != "" {
			return text, nil
		}
		return "", ErrInputEnded
	}
	return strings.TrimRight(text, "\r\n"), err
}

func (p *Prompter) say(format string, args ...any) { p.printf(format+"\n", args...) }

func (p *Prompter) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format, args...) }

// interruptible lets ctrl+c end a wait for the keyboard. The read itself can't
// be taken back, so its goroutine stays until the process ends.
func interruptible(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-done:
		return r.text, r.err
	}
}
