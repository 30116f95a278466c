package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// action is a key that works now, and what it does. The footer, the list of
// keys and the dispatch of key presses all read the same actions: a key that
// is shown works, and none works unseen.
type action struct {
	key key.Binding
	do  func(tea.KeyPressMsg) tea.Cmd
}

// bindKey makes an action that does the same for each of its keys.
func bindKey(k key.Binding, do func() tea.Cmd) action {
	return action{key: k, do: func(tea.KeyPressMsg) tea.Cmd { return do() }}
}

// withHelp returns the key with another help word.
func withHelp(k key.Binding, word string) key.Binding {
	k.SetHelp(k.Help().Key, word)
	return k
}

// keyMap is every key of the program with its usual word.
type keyMap struct {
	Forward, Back, Stop    key.Binding
	Explain, Commands, Log key.Binding
	Help, Theme            key.Binding
	Scroll, Choose, Move   key.Binding
	Field, Option          key.Binding
	List                   key.Binding
	Show, Settings, TryIt  key.Binding
	CopyAll, Save          key.Binding
	Remedy, Retry, Details key.Binding
	Keep, CleanUp, Restore key.Binding
}

// newKeyMap names the arrow keys by words where their signs cannot be drawn.
func newKeyMap(ascii bool) keyMap {
	upDown, leftRight, right := "↑↓", "←→", "→"
	if ascii {
		upDown, leftRight, right = "up/down", "left/right", "right"
	}
	bind := func(shown, word string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, word))
	}
	return keyMap{
		Forward:  bind("enter", "continue", "enter"),
		Back:     bind("esc", "back", "esc"),
		Stop:     bind("ctrl+c", "stop", "ctrl+c"),
		Explain:  bind("e", "explain", "e"),
		Commands: bind("c", "commands", "c"),
		Log:      bind("l", "log", "l"),
		Help:     bind("?", "keys", "?"),
		Theme:    bind("t", "theme", "t"),
		Scroll:   bind(upDown, "scroll", "up", "down", "pgup", "pgdown", "home", "end"),
		Choose:   bind(upDown, "choose", "up", "down"),
		Move:     bind(upDown, "move", "up", "down", "pgup", "pgdown"),
		Field:    bind("tab", "next field", "tab", "shift+tab", "up", "down"),
		Option:   bind(leftRight, "change", "left", "right"),
		List:     bind(right, "list those there are", "right"),
		Show:     bind("v", "show passwords", "v"),
		Settings: bind("w", "Workbench settings", "w"),
		TryIt:    bind("y", "try it yourself", "y"),
		CopyAll:  bind("a", "copy all", "a"),
		Save:     bind("s", "save as a script", "s"),
		Remedy:   bind("f", "repair", "f"),
		Retry:    bind("r", "try again", "r"),
		Details:  bind("d", "details", "d"),
		Keep:     bind("k", "keep everything", "k"),
		CleanUp:  bind("6", "clean up", "6"),
		Restore:  bind("s", "restore the secret", "s"),
	}
}
