package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestCursorStandsAtInsertionPoint(t *testing.T) {
	t.Parallel()
	sessions := map[string]struct {
		play func(*stage)
		line string // the line with the cursor, up to it
	}{
		"after the answer that is there":   {func(*stage) {}, " › DB instance identifier  MyTestDatabaseInstance"},
		"after what was typed":             {func(s *stage) { s.typed("-2") }, " › DB instance identifier  MyTestDatabaseInstance-2"},
		"in the next field after a tab":    {func(s *stage) { s.press("tab") }, " › Master user name        adminuser"},
		"after a covered password":         {func(s *stage) { s.press("tab", "tab").typed("geheim") }, " › Master password         ••••••"},
		"after wide characters":            {func(s *stage) { s.press("ctrl+u").typed("字字") }, " › DB instance identifier  字字"},
		"at the right end of a long value": {func(s *stage) { s.typed(strings.Repeat("x", 200)) }, " › DB instance identifier  " + strings.Repeat("x", 51)},
		"at the start of a long value":     {func(s *stage) { s.typed(strings.Repeat("x", 200)).press("home") }, " › DB instance identifier  "},
	}
	for sentence, session := range sessions {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.in(sandboxAccount).press("enter", "tab")
			session.play(s)
			view := s.View()
			if view.Cursor == nil {
				t.Fatal("there is no cursor")
			}
			line := ansi.Strip(strings.Split(view.Content, "\n")[view.Cursor.Y])
			if got := ansi.Truncate(line, view.Cursor.X, ""); got != session.line {
				t.Errorf("the cursor stands after %q, want %q", got, session.line)
			}
		})
	}
}
