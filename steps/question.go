package steps

import (
	"fmt"
	"strconv"
	"strings"
)

// Question is one thing a step asks. Flag is the command-line flag of the same
// answer, without dashes before it, and the question's name everywhere.
type Question struct {
	Flag    string
	Label   string
	Help    string // one line below the field
	Kind    QuestionKind
	Choices []string // for Choice
	// Listing is what a Pick question chooses from.
	Listing *Listing
	// Once says that a Secret exists already: it is typed once, and not made up
	// where it is left empty.
	Once bool
	// When says, from the answers so far, whether the question is asked at all;
	// nil for one that always is.
	When func(Setup) bool
	// Get returns the answer as text; Set validates text by AWS's rule and
	// stores it, or returns an error that is a sentence with the rule and its
	// source, and changes nothing. A Secret question's answer goes by way of
	// Password and is never returned by Get.
	Get func(*Setup) string
	Set func(*Setup, string) error
	// Unsaid takes the default back where nobody was asked and no flag said it:
	// an answer that only a person can give. Nil lets the default stand.
	Unsaid func(*Setup)
}

// QuestionKind says how a question is asked.
type QuestionKind int

// The kinds of question.
const (
	Text QuestionKind = iota
	Number
	Choice
	Secret // typed twice and covered; empty means "generate one"
	Pick   // chosen from a Listing of the account; empty means none of them
)

// IsAsked reports whether the question is asked after the answers of s.
func (q Question) IsAsked(s Setup) bool { return q.When == nil || q.When(s) }

// TextQuestion asks for a text that check accepts.
func TextQuestion(flag, label, help string, field func(*Setup) *string, check func(string) error) Question {
	return Question{
		Flag: flag, Label: label, Help: help, Kind: Text,
		Get: func(s *Setup) string { return *field(s) },
		Set: func(s *Setup, text string) error {
			if err := check(text); err != nil {
				return err
			}
			*field(s) = text
			return nil
		},
	}
}

// NumberQuestion asks for a whole number from low to high; rule says what the
// number is, its unit and where AWS states the range.
func NumberQuestion[N int32 | int64](flag, label, help string, field func(*Setup) *N, low, high N, rule string) Question {
	return Question{
		Flag: flag, Label: label, Help: help, Kind: Number,
		Get: func(s *Setup) string { return strconv.FormatInt(int64(*field(s)), 10) },
		Set: func(s *Setup, text string) error {
			n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
			if err != nil || n < int64(low) || n > int64(high) {
				return fmt.Errorf("%s: %q", rule, text)
			}
			*field(s) = N(n)
			return nil
		},
	}
}
