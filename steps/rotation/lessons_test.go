package rotation

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Line mode writes a lesson as it stands in its file.
func TestLessonsFitAndHaveTheirParts(t *testing.T) {
	t.Parallel()
	for _, step := range append(Tutorial().Steps, Restore().Steps...) {
		lines := strings.Split(step.Lesson, "\n")
		for _, line := range lines {
			if utf8.RuneCountInString(line) > 60 {
				t.Errorf("%s: wider than 60: %s", step.ID, line)
			}
		}
		for _, part := range []string{"## What AWS does behind it", "## What it costs", "## How it is undone", "## In production"} {
			if !slices.Contains(lines, part) {
				t.Errorf("%s has no part %q", step.ID, part)
			}
		}
	}
}
