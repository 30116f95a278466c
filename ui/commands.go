package ui

import (
	"fmt"

	"keyturn/steps"
)

// commandsScreen is the screen behind `c`: every AWS call made so far, as the AWS
// CLI line that makes the same call.
type commandsScreen struct {
	copyList
}

func newCommands(a *app) screen {
	c := &commandsScreen{copyList{app: a}}
	var count int
	for i, call := range a.ledger.calls {
		count++
		if i+1 < len(a.ledger.calls) && a.ledger.calls[i+1].CLI == call.CLI {
			continue
		}
		c.items = append(c.items, copyItem{label: repeatCount(count), text: oneLine(call.CLI), command: true})
		count = 0
	}
	c.chosen = len(c.items) - 1
	return c
}

// repeatCount marks a call that was made several times in a row.
func repeatCount(count int) string {
	if count == 1 {
		return ""
	}
	return fmt.Sprintf("%d×", count)
}

func (c *commandsScreen) heading() (string, string) {
	return "The AWS calls so far, as AWS CLI lines", ""
}

func (c *commandsScreen) body(width int) []string {
	lines, _ := c.layout(width)
	return lines
}

func (c *commandsScreen) actions() []action {
	a := c.app
	acts := append(c.copyList.actions(), bindKey(a.keys.Save, a.saveScript))
	if a.account.Kind == steps.Sandbox && len(a.account.TryIt) > 0 {
		acts = append(acts, bindKey(a.keys.TryIt, a.open(newTryIt)))
	}
	return append(acts, bindKey(a.keys.Back, a.closeTop))
}
