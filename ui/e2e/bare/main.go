// Command bare is the smallest program with a screen in Bubble Tea: the first
// frame of keyturn is held against its first frame.
package main

import (
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
)

type model struct{}

func (model) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyPressMsg); ok && key.Keystroke() == "ctrl+c" {
		return m, tea.Quit
	}
	return m, nil
}

// View fills about as much of the screen as the walkthrough's welcome does.
func (model) View() tea.View {
	return tea.View{AltScreen: true, Content: "Welcome\n" + strings.Repeat(strings.Repeat("text ", 12)+"\n", 12) + "ctrl+c stop"}
}

func main() {
	if _, err := tea.NewProgram(model{}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
