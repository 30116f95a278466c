package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"keyturn/steps"
)

// ask is a step's questions as a form. The answers go into a copy of the setup
// by each question's own rule, the one that its flag obeys too, and into the
// setup itself when all are right. Which questions there are can depend on the
// answers: then the form is made anew.
type ask struct {
	app       *app
	questions []steps.Question // those that are asked now
	form      *form
	field     []int // the field of each question
}

func newAsk(a *app) *ask {
	s := &ask{app: a}
	s.build("")
	return s
}

// build makes the form for the current answers, with the focus on the question
// of a flag, or on the first.
func (s *ask) build(flag string) {
	s.questions, s.field = nil, nil
	var fields []field
	focus := 0
	for _, q := range s.app.flow.Step().Questions {
		if !q.IsAsked(s.app.setup) {
			continue
		}
		if q.Flag == flag {
			focus = len(fields)
		}
		s.questions = append(s.questions, q)
		s.field = append(s.field, len(fields))
		fields = append(fields, s.fieldsOf(q)...)
	}
	s.form = newForm(&s.app.th, fields)
	s.form.focusField(focus)
	for i, q := range s.questions {
		if q.Kind == steps.Secret && !q.Once {
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
}

// fieldsOf makes a question's fields: two for a new password, otherwise one.
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
		first := newField(q.Label, q.Help, answer, check).masked()
		if q.Once {
			return []field{first}
		}
		return []field{first, newField("The same again", "empty, if you left it empty above", answer, nil).masked()}
	case steps.Choice:
		f := newField(q.Label, q.Help, "", check)
		f.choices = q.Choices
		f.changed = func() tea.Cmd { return s.answerChanged(q.Flag) }
		for i, choice := range q.Choices {
			if choice == answer {
				f.chosen = i
			}
		}
		return []field{f}
	case steps.Pick:
		f := newField(q.Label, q.Help, answer, check)
		f.none = q.Listing.None
		f.openList = func() tea.Cmd {
			return s.app.openPick(q, func(name string) tea.Cmd {
				f := &s.form.fields[s.form.focus]
				f.input.SetValue(name)
				return s.answerChanged(q.Flag)
			})
		}
		return []field{f}
	}
	return []field{newField(q.Label, q.Help, answer, check)}
}

// answerChanged rebuilds the form if the answer changed which questions are
// asked.
func (s *ask) answerChanged(flag string) tea.Cmd {
	s.keepAnswers()
	asked := 0
	for _, q := range s.app.flow.Step().Questions {
		if !q.IsAsked(s.app.setup) {
			continue
		}
		if asked >= len(s.questions) || s.questions[asked].Flag != q.Flag {
			s.build(flag)
			return nil
		}
		asked++
	}
	if asked != len(s.questions) {
		s.build(flag)
	}
	return nil
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
	return append(s.form.actions(keys, word, s.submit), bindKey(keys.Back, func() tea.Cmd {
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
		if q.Kind == steps.Secret && !q.Once && s.form.value(s.field[i]) != s.form.value(s.field[i]+1) {
			continue
		}
		_ = q.Set(&s.app.setup, s.form.value(s.field[i])) // a refused answer changes nothing
	}
}
