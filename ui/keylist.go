package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
)

// keyList is the screen behind `?`: every key of the screen below, with all
// its names.
type keyList struct {
	app  *app
	keys []key.Binding
}

func newKeyList(a *app) screen {
	list := keyList{app: a}
	for _, act := range a.actions(a.overflows()) {
		list.keys = append(list.keys, act.key)
	}
	return list
}

func (k keyList) heading() (string, string) { return "Keys on the screen below", "" }

func (k keyList) body(width int) []string {
	var lines []string
	for _, b := range k.keys {
		names := strings.Join(b.Keys(), " ")
		lines = append(lines, hang(k.app.th.accent.Render(pad(names, 32)), b.Help().Desc, width)...)
	}
	return append(lines, "", k.app.th.faint.Render("The mouse and ctrl+z are the terminal's own: select, copy and suspend as everywhere."))
}

func (k keyList) actions() []action { return []action{bindKey(k.app.keys.Back, k.app.closeTop)} }
