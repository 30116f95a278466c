package ui

import (
	"github.com/charmbracelet/x/ansi"

	"keyturn/steps"
)

// callerLine says as whom a plan is about to be carried out in an AWS account, and
// where, if what is called only stands in for AWS. The account's number and
// region stand in the title bar. It is one line, so that a review fits.
func (a *app) callerLine(width int) []string {
	if a.account.Kind != steps.AWS {
		return nil
	}
	label, where := a.th.faint.Render(pad("You", 11)), ""
	if a.account.IsNotAWS() {
		where = " at " + a.th.warn.Render(a.account.Endpoint)
	}
	room := width - ansi.StringWidth(label+where)
	return []string{truncate(label+a.th.code.Render(truncateMiddle(a.account.Caller, max(room, 20)))+where, width)}
}
