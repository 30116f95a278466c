package ui

import tea "charm.land/bubbletea/v2"

// suspend is ctrl+z: it gives the terminal back to the shell until fg. What AWS
// does goes on meanwhile; what the program does stands still with it.
func (a *app) suspend() tea.Cmd {
	if !canSuspend() {
		a.notice = "there is no shell to go back to: ctrl+c stops"
		return nil
	}
	return tea.Suspend
}
