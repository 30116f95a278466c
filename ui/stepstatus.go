package ui

import "keyturn/steps"

// stepStatus is one step in the rail and in the summary: its sign, name and state.
type stepStatus struct{ sign, name, word string }

// stepStatuses are the steps with their states.
func (a *app) stepStatuses() []stepStatus {
	var out []stepStatus
	for i, step := range a.flow.Steps() {
		s := stepStatus{name: step.Name}
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
