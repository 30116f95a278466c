package ui

import "strconv"

// workbench shows the settings of a MySQL Workbench connection as the tutorial
// names them, and the same sign-in as one line for a shell.
type workbench struct {
	copyList
}

func newWorkbench(a *app) screen {
	c := a.stepResult.Connection
	return &workbench{copyList{app: a, items: []copyItem{
		{label: "Connection Name", text: c.Name},
		{label: "Hostname", text: c.Host},
		{label: "Port", text: strconv.Itoa(c.Port)},
		{label: "Username", text: c.User},
		{label: "In a shell", text: c.ShellCommand()},
	}}}
}

func (w *workbench) heading() (string, string) { return "Settings for MySQL Workbench", "" }

func (w *workbench) body(width int) []string {
	lines, _ := w.layout(width)
	lines = append(lines, "")
	lines = append(lines, wrap("In MySQL Workbench: MySQL Connections, +, then these settings; leave the rest. "+
		"The password is the secret's. MariaDB's mysql says --ssl where this line says --ssl-mode=REQUIRED.", width)...)
	lines = append(lines, "")
	return append(lines, wrap("If it fails to connect: the database's security group must let your address in on this port. "+
		"Its default rules let everything out and nothing in.", width)...)
}

func (w *workbench) actions() []action {
	return append(w.copyList.actions(), bindKey(w.app.keys.Back, w.app.closeTop))
}
