package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"keyturn/steps"
)

// questionFlags gives every question of the steps its flag, which validates as the
// question does. A secret has none: a flag stays in the shell's history and in
// the list of processes.
func questionFlags(f *pflag.FlagSet, acts []steps.Act, setup *steps.Setup) {
	for _, q := range questionsOf(acts) {
		if q.Kind != steps.Secret {
			f.Var(&answer{q, setup}, q.Flag, "the "+lowerFirst(q.Label)+"; "+q.Help)
		}
	}
}

// rejectUnusedFlags returns an error for a flag that differs from its default while its
// question is not asked beside the other answers: it would have no effect, and
// whoever gave it expects one.
func rejectUnusedFlags(f *pflag.FlagSet, acts []steps.Act, setup steps.Setup) error {
	for _, q := range questionsOf(acts) {
		flag := f.Lookup(q.Flag)
		if q.When != nil && !q.When(setup) && flag != nil && flag.Value.String() != flag.DefValue {
			return fmt.Errorf("--%s has no effect with these answers: leave it out, or change what stands against it", q.Flag)
		}
	}
	return nil
}

// takeBackUnsaid takes back the defaults that only a person may choose, where
// nobody is asked and no flag says them.
func takeBackUnsaid(f *pflag.FlagSet, acts []steps.Act, setup *steps.Setup) {
	for _, q := range questionsOf(acts) {
		if q.Unsaid != nil && q.IsAsked(*setup) && !f.Changed(q.Flag) {
			q.Unsaid(setup)
		}
	}
}

// questionsOf returns every question of acts, in order.
func questionsOf(acts []steps.Act) []steps.Question {
	var all []steps.Question
	for _, step := range steps.StepsOf(acts) {
		all = append(all, step.Questions...)
	}
	return all
}

// validateAnswers validates each answer again once all flags are parsed: flags
// come in any order, and some answers depend on others.
func validateAnswers(acts []steps.Act, setup *steps.Setup) error {
	for _, q := range questionsOf(acts) {
		if q.Kind == steps.Secret {
			continue
		}
		if err := q.Set(setup, q.Get(setup)); err != nil {
			return fmt.Errorf("--%s: %w", q.Flag, err)
		}
	}
	return nil
}

type answer struct {
	question steps.Question
	setup    *steps.Setup
}

func (a *answer) String() string {
	if a.setup == nil {
		return "" // pflag asks a zero value whether the default is one
	}
	return a.question.Get(a.setup)
}

func (a *answer) Set(text string) error { return a.question.Set(a.setup, text) }

func (a *answer) Type() string {
	if a.question.Kind == steps.Number {
		return "number"
	}
	return "string"
}

// usageError reduces pflag's error about a question's flag to the question's
// rule; it returns every other error unchanged.
func usageError(err error) error {
	bad, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	if _, ok := bad.GetFlag().Value.(*answer); !ok {
		return err
	}
	return fmt.Errorf("--%s: %w", bad.GetFlag().Name, bad.Unwrap())
}

// lowerFirst keeps "DB instance" and the like as they are.
func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
