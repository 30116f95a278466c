package ui

import (
	"errors"
	"testing"

	"keyturn/steps"
)

const mfaDevice = "arn:aws:iam::210987654321:mfa/maria.lindqvist"

// wantsCode brings the question for a code, and returns where its answer comes.
func (s *stage) wantsCode() chan string {
	reply := make(chan string, 1)
	s.handleFeedItem(feedItem{s.job.attempt, mfaCodeNeededMsg{mfaDevice, reply}})
	return reply
}

// answered is the reply that was given, or a word for none.
func answered(reply chan string) string {
	select {
	case text := <-reply:
		return text
	default:
		return "not answered"
	}
}

func TestMFAPromptIsShownOverRunningStep(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		act  func(*stage)
		want string
	}{
		"a code is given":                   {func(s *stage) { s.typed("123456").press("enter") }, "123456"},
		"what is no code is not taken":      {func(s *stage) { s.typed("12345").press("enter") }, "not answered"},
		"esc gives none":                    {func(s *stage) { s.press("esc") }, ""},
		"a step that ends needs none":       {func(s *stage) { s.fails(steps.Diagnosis{}) }, ""},
		"ctrl+c and back keep the question": {func(s *stage) { s.press("ctrl+c", "esc").typed("123456").press("enter") }, "123456"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t).in(awsAccount).running(databasePlan)
			reply := s.wantsCode()
			tt.act(s)
			if got := answered(reply); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if s.isAskingMFACode() != (tt.want == "not answered") {
				t.Error("the question and its answer do not go together")
			}
		})
	}
}

func TestMFAPromptIsNotShownForCancelledJob(t *testing.T) {
	t.Parallel()
	s := newStage(t).press("enter")
	reply := make(chan string, 1)
	s.handleFeedItem(feedItem{s.job.attempt - 1, mfaCodeNeededMsg{mfaDevice, reply}})
	if s.isAskingMFACode() || answered(reply) != "" {
		t.Error("it is asked for")
	}
	if reply := s.wantsCode(); !s.isAskingMFACode() {
		t.Error("the account that is being opened cannot ask")
	} else if s.cancelJob(); s.isAskingMFACode() || answered(reply) != "" {
		t.Error("the question stays when its job is left")
	}
}

func TestAskMFACodeReturnsWhenProgramEnds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.cancel()
	if _, err := s.askMFACode(mfaDevice); !errors.Is(err, steps.ErrMFACodeNeeded) {
		t.Error(err)
	}
}
