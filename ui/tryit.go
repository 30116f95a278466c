package ui

// tryIt shows how another terminal reaches the same sandbox: the environment
// for aws, and the line for mysql once there is a database.
type tryIt struct {
	copyList
}

func newTryIt(a *app) screen {
	t := &tryIt{copyList{app: a}}
	for _, line := range a.account.TryIt {
		t.items = append(t.items, copyItem{text: line})
	}
	if c := a.run.Connection(); c != nil {
		t.items = append(t.items, copyItem{text: c.ShellCommand()})
	}
	return t
}

func (t *tryIt) heading() (string, string) { return "Try it yourself, in another terminal", "" }

func (t *tryIt) body(width int) []string {
	lines, _ := t.layout(width)
	return append(append(lines, ""), wrap("The sandbox answers aws and mysql from any terminal of this machine, "+
		"for as long as this program runs. Its keys are worth nothing anywhere else. "+
		"MariaDB's mysql says --ssl where the line above says --ssl-mode=REQUIRED.", width)...)
}

func (t *tryIt) actions() []action {
	return append(t.copyList.actions(), bindKey(t.app.keys.Back, t.app.closeTop))
}
