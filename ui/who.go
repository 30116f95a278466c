package ui

import "keyturn/steps"

// whoLines say as whom a plan is about to be carried out, in an AWS account.
// Its number and region stand in the title bar.
func (a *app) whoLines(width int) []string {
	if a.account.Kind != steps.AWS {
		return nil
	}
	const label = 11
	lines := []string{a.th.faint.Render(pad("You", label)) + a.th.code.Render(cutMiddle(a.account.Caller, width-label))}
	if a.account.IsNotAWS() {
		lines = append(lines, hang(a.th.faint.Render(pad("Endpoint", label)), a.endpointWords(), width)...)
	}
	return lines
}

// endpointWords say that what is called only stands in for AWS.
func (a *app) endpointWords() string {
	return a.th.warn.Render(a.account.Endpoint) + ": this is not AWS itself"
}
