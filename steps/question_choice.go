package steps

import (
	"fmt"
	"slices"
	"strings"
)

// ChoiceQuestion asks for one of a few words; rule says what the words are
// about and where they come from.
func ChoiceQuestion[T ~string](flag, label, help string, field func(*Setup) *T, rule string, choices ...T) Question {
	words := make([]string, 0, len(choices))
	for _, c := range choices {
		words = append(words, string(c))
	}
	return Question{
		Flag: flag, Label: label, Help: help, Kind: Choice, Choices: words,
		Get: func(s *Setup) string { return string(*field(s)) },
		Set: func(s *Setup, text string) error {
			if !slices.Contains(words, text) {
				return fmt.Errorf("choose %s (%s): %q", strings.Join(words, ", "), rule, text)
			}
			*field(s) = T(text)
			return nil
		},
	}
}
