package ui

// eventLog is the screen behind `l`: every event as a line, the newest last.
type eventLog struct{ app *app }

func newLog(a *app) screen { return eventLog{a} }

func (l eventLog) heading() (string, string) { return "Log of this run", "" }

func (l eventLog) body(int) []string { return l.app.ledger.log }

func (l eventLog) followsTail() {}

func (l eventLog) actions() []action { return []action{bindKey(l.app.keys.Back, l.app.closeTop)} }
