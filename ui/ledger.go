package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// ledger is what the run reported, from the first event to the last: the calls
// that were made, the resources that exist, and every event as a line.
type ledger struct {
	calls    []steps.Call
	existing []steps.Resource
	made     bool // something was created in the account
	passed   int  // checks that were passed
	checks   int
	log      []string
	finished *steps.Finished
	// retry says why a call is being tried again; "" once it is answered.
	retry string
}

// add takes one event, reported at the time given.
func (l *ledger) add(e steps.Event, at time.Time) {
	switch e := e.(type) {
	case steps.CallRetried:
		l.retry = e.String()
	case steps.CallDone:
		l.calls, l.retry = append(l.calls, e.Call), ""
	case steps.ResourceChanged:
		l.resource(e)
	case steps.Checked:
		l.checks++
		if e.Check.OK {
			l.passed++
		}
	case steps.Finished:
		l.finished = &e
	}
	if line := logLine(e); line != "" {
		l.log = append(l.log, format.Clock(at)+" "+line)
	}
}

func (l *ledger) resource(e steps.ResourceChanged) {
	resource := steps.Resource{Kind: e.Kind, ID: e.ID}
	switch e.Action {
	case steps.ResourceCreated:
		l.made = true
		if !slices.Contains(l.existing, resource) {
			l.existing = append(l.existing, resource)
		}
	case steps.ResourceDeleted:
		l.existing = slices.DeleteFunc(slices.Clone(l.existing), func(r steps.Resource) bool {
			return r.Kind == e.Kind && strings.EqualFold(r.ID, e.ID)
		})
	}
}

// logLine is an event in one line; "" for those that others already tell.
func logLine(e steps.Event) string {
	switch e := e.(type) {
	case steps.RunIntroduced:
		return fmt.Sprintf("run %s in %s %s %s", e.Run, e.Account, e.AccountID, e.Region)
	case steps.RunResumed:
		return e.Stopped + " " + e.There + " " + e.Next
	case steps.StepChanged:
		return fmt.Sprintf("step %s %s", e.Step, e.State)
	case steps.CallDone:
		line := fmt.Sprintf("%s %s %s", e.Call.Service, e.Call.Operation, format.Duration(e.Call.Duration))
		if e.Call.Error != "" {
			line += " " + e.Call.Error
		}
		return line
	case steps.CallRetried:
		return e.String()
	case steps.Noted:
		return e.Text
	case steps.Waiting:
		return fmt.Sprintf("waiting for %s: %s, %s", e.For, e.Status, format.Elapsed(e.Elapsed))
	case steps.ResourceChanged:
		if e.Used {
			return fmt.Sprintf("%s %s %s: %s", e.Action, e.Kind, e.ID, steps.NotMade)
		}
		return fmt.Sprintf("%s %s %s", e.Action, e.Kind, e.ID)
	case steps.Checked:
		if e.Check.OK {
			return "passed " + e.Check.Name + ": " + e.Check.Detail
		}
		return "not passed " + e.Check.Name + ": " + e.Check.Detail
	case steps.RotationMoved:
		parts := make([]string, 0, len(e.Versions))
		for _, v := range e.Versions {
			parts = append(parts, steps.ShortVersion(v.ID)+" "+strings.Join(v.Labels, "+"))
		}
		return "versions " + strings.Join(parts, ", ")
	case steps.Diagnosed:
		return "failed: " + e.Diagnosis.What + ": " + e.Diagnosis.Why
	}
	return ""
}
