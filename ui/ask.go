package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// ask is a step's questions as a form. The answers go into a copy of the setup
// by each question's own rule, the one that its flag obeys too, and into the
// setup itself when all are right.
type ask struct {
	app       *app
	questions []steps.Question
	form      *form
	field     []int // the field of each question
}

func newAsk(a *app) *ask {
	s := &ask{app: a, questions: a.flow.Step().Questions}
	var fields []field
	for _, q := range s.questions {
		s.field = append(s.field, len(fields))
		fields = append(fields, s.fieldsOf(q)...)
	}
	s.form = newForm(&a.th, fields)
	for i, q := range s.questions {
		if q.Kind == steps.Secret {
			first := s.field[i]
			s.form.fields[first+1].check = func(again string) error {
				switch chosen := s.form.value(first); {
				case again == "" && chosen != "":
					return errors.New("type the password here once more, or leave both empty")
				case again != chosen:
					return errors.New("the two passwords differ: type the same one twice, or leave both empty")
				}
				return nil
			}
		}
	}
	return s
}

// fieldsOf makes a question's field; a secret is typed into two.
func (s *ask) fieldsOf(q steps.Question) []field {
	before := len(s.field) - 1 // the questions above this one, on whose answers it may depend
	check := func(text string) error {
		scratch := s.app.setup
		for i, earlier := range s.questions[:before] {
			_ = earlier.Set(&scratch, s.form.value(s.field[i])) // said at its own field
		}
		return q.Set(&scratch, text)
	}
	answer := q.Get(&s.app.setup)
	switch q.Kind {
	case steps.Secret:
		answer = s.app.setup.MasterPassword.Reveal()
		return []field{
			newField(q.Label, q.Help, answer, check).covered(),
			newField("The same again", "empty, if you left it empty above", answer, nil).covered(),
		}
	case steps.Choice:
		f := newField(q.Label, q.Help, "", check)
		f.choices = q.Choices
		for i, choice := range q.Choices {
			if choice == answer {
				f.chosen = i
			}
		}
		return []field{f}
	}
	return []field{newField(q.Label, q.Help, answer, check)}
}

func (s *ask) heading() (string, string)           { return s.app.stepHeading(), "ask" }
func (s *ask) body(width int) []string             { return s.form.lines(width) }
func (s *ask) edit(msg tea.Msg) tea.Cmd            { return s.form.edit(msg) }
func (s *ask) cursor(width int) (line, column int) { return s.form.cursor(width) }

func (s *ask) actions() []action {
	keys, word := s.app.keys, "review"
	if s.app.flow.Step().ReadOnly {
		word = "prove it"
	}
	return append(s.form.actions(keys, word, s.submit), on(keys.Back, func() tea.Cmd {
		s.keepAnswers()
		return s.app.back()
	}))
}

func (s *ask) submit() tea.Cmd {
	s.keepAnswers()
	return s.app.forward()
}

// keepAnswers stores every answer that its question accepts: on the way back,
// one that is wrong does not cost the others.
func (s *ask) keepAnswers() {
	for i, q := range s.questions {
		if q.Kind == steps.Secret && s.form.value(s.field[i]) != s.form.value(s.field[i]+1) {
			continue
		}
		_ = q.Set(&s.app.setup, s.form.value(s.field[i])) // a refused answer changes nothing
	}
}
