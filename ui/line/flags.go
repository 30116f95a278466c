package line

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"keyturn/steps"
)

// Flags gives every question of the steps its flag, which validates as the
// question does. A secret has none: a flag stays in the shell's history and in
// the list of processes.
func Flags(f *pflag.FlagSet, all []steps.Step, setup *steps.Setup) {
	for _, step := range all {
		for _, q := range step.Questions() {
			if q.Kind != steps.Secret {
				f.Var(&answer{q, setup}, q.Flag, "the "+lowerFirst(q.Label)+"; "+q.Help)
			}
		}
	}
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

// Misuse says what is wrong with a flag's value by the rule of its question
// alone; every other error is left as it is.
func Misuse(err error) error {
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

// MasterPassword takes the master password from where the person put it: a
// file ("-" is in), or KEYTURN_MASTER_PASSWORD. With neither, one is generated
// later.
func MasterPassword(setup *steps.Setup, file string, in io.Reader) error {
	text, from := os.Getenv("KEYTURN_MASTER_PASSWORD"), "KEYTURN_MASTER_PASSWORD"
	if file != "" {
		from = "--db-password-file"
		data, err := readAll(file, in)
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		text = strings.TrimRight(string(data), "\r\n")
	}
	if text == "" {
		return nil
	}
	for _, step := range steps.All() {
		for _, q := range step.Questions() {
			if q.Kind != steps.Secret {
				continue
			}
			if err := q.Set(setup, text); err != nil {
				return fmt.Errorf("%s: %w", from, err)
			}
		}
	}
	return nil
}

func readAll(file string, in io.Reader) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(file)
}
