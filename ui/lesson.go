package ui

import "keyturn/steps"

// lesson is the explanation behind `e`: the step's Markdown, scrollable.
type lesson struct{ app *app }

func newLesson(a *app) screen { return lesson{a} }

func (l lesson) heading() (string, string) { return l.app.stepHeading(), "explained" }

func (l lesson) body(width int) []string {
	return l.app.lesson(lessonKey{l.app.flow.Step().ID, min(width, lessonWidth), false})
}

func (l lesson) actions() []action { return []action{bindKey(l.app.keys.Back, l.app.closeTop)} }

// lessonKey names one rendering of a lesson.
type lessonKey struct {
	step    steps.StepID
	width   int
	opening bool // only the part before the first second-level heading
}

// lesson renders a lesson, or its opening, once for every width.
func (a *app) lesson(k lessonKey) []string {
	if lines, ok := a.lessons[k]; ok {
		return lines
	}
	source := a.flow.Step().Lesson
	if k.opening {
		source = lessonOpening(source)
	}
	lines := renderMarkdown(source, k.width, a.th)
	a.lessons[k] = lines
	return lines
}
