package ui

// eventLog is the screen behind `l`: every event as a line, the newest last.
type eventLog struct{ app *app }

func newLog(a *app) screen { return eventLog{a} }

func (l eventLog) heading() (string, string) { return "Log of this run", "" }

func (l eventLog) body(width int) []string {
	lines := make([]string, len(l.app.ledger.log))
	for i, line := range l.app.ledger.log {
		lines[i] = cut(line, width)
	}
	return lines
}

func (l eventLog) tail() {}

func (l eventLog) actions() []action { return []action{on(l.app.keys.Back, l.app.closeTop)} }
