package ui

import (
	"fmt"

	"keyturn/steps"
)

// commands is the screen behind `c`: every AWS call made so far, as the AWS
// CLI line that makes the same call.
type commands struct {
	copyList
}

func newCommands(a *app) screen {
	c := &commands{copyList{app: a}}
	var count int
	for i, call := range a.ledger.calls {
		count++
		if i+1 < len(a.ledger.calls) && a.ledger.calls[i+1].CLI == call.CLI {
			continue
		}
		c.items = append(c.items, copyItem{label: times(count), text: oneLine(call.CLI), command: true})
		count = 0
	}
	c.chosen = len(c.items) - 1
	return c
}

// times marks a call that was made several times in a row.
func times(count int) string {
	if count == 1 {
		return ""
	}
	return fmt.Sprintf("%d×", count)
}

func (c *commands) heading() (string, string) { return "The AWS calls so far, as AWS CLI lines", "" }

func (c *commands) body(width int) []string {
	lines, _ := c.layout(width)
	return lines
}

func (c *commands) actions() []action {
	a := c.app
	acts := append(c.copyList.actions(), on(a.keys.Save, a.saveScript))
	if a.account.Kind == steps.Sandbox && len(a.account.TryIt) > 0 {
		acts = append(acts, on(a.keys.TryIt, a.open(newTryIt)))
	}
	return append(acts, on(a.keys.Back, a.closeTop))
}
