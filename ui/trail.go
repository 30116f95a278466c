package ui

import "keyturn/steps"

// stop is one step in the rail and in the summary: its sign, name and state.
type stop struct{ sign, name, word string }

// stops are the six steps as they stand.
func (a *app) stops() []stop {
	var out []stop
	for i, step := range a.flow.Steps() {
		s := stop{name: step.Name}
		switch a.flow.StateOf(i) {
		case steps.StepDone:
			s.sign, s.word = a.th.good.Render(signDone), "done"
		case steps.StepSkipped:
			s.sign, s.word = a.th.faint.Render(signSkipped), "left out"
		case steps.StepFailed:
			s.sign, s.name, s.word = a.th.bad.Render(signFailed), a.th.strong.Render(s.name), "failed"
		case steps.StepStarted:
			s.sign, s.word = a.th.faint.Render(signAhead), "to come"
			if a.account != nil && !a.flow.Finished() {
				s.sign, s.name, s.word = a.th.accent.Render(signCurrent), a.th.strong.Render(s.name), "not finished"
			}
		default:
			s.sign, s.name, s.word = a.th.faint.Render(signAhead), a.th.faint.Render(s.name), "to come"
		}
		out = append(out, s)
	}
	return out
}
