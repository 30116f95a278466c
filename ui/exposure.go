package ui

import (
	"fmt"

	"keyturn/steps"
	"keyturn/steps/format"
)

// exposureLines say since when the run has had a port open to everybody; none
// while it has none.
func (a *app) exposureLines(width int) []string {
	if a.run == nil {
		return nil
	}
	since, open := a.run.Receipt().OpenSince()
	if !open {
		return nil
	}
	text := fmt.Sprintf("Port %d has been open to everybody (%s) for %s", steps.MySQLPort, steps.Everybody, format.Elapsed(a.clock.Sub(since)))
	return wrap(a.th.warn.Render(text), width)
}
