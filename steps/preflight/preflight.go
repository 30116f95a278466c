// Package preflight looks at an account before a run makes anything in it: what
// the steps of a path need, whether the caller may do it, and what is in the
// way. It changes nothing. What it cannot find out it says is unknown, and that
// never stops anybody.
package preflight

import (
	"context"
	"errors"
	"slices"
	"strings"

	"keyturn/steps"
)

// Verdict is what is known of one action.
type Verdict string

// The three verdicts, by the words of the JSON output.
const (
	Allowed Verdict = "allowed"
	Denied  Verdict = "denied"
	Unknown Verdict = "unknown"
)

// Finding is one action that the path needs. Sure is a denial that is no
// prediction: a call was refused, or a policy denies the action explicitly.
type Finding struct {
	Action   string
	Verdict  Verdict
	Why      string   // a sentence
	Steps    []string // the names of the steps that need it
	Optional bool     // a run does without it
	Sure     bool
}

// Report is what a look found. Findings are in the order in which the steps
// need the actions, Obstacles in that in which a run would meet them.
type Report struct {
	Account   string // its number and, where it has one, its alias
	Region    string
	Caller    string // its ARN
	Endpoint  string
	Findings  []Finding
	Obstacles []steps.Diagnosis
}

// OK reports that nothing is denied and nothing is in the way.
func (r Report) OK() bool { return len(r.Obstacles) == 0 && len(r.By(Denied)) == 0 }

// By returns the findings of a verdict.
func (r Report) By(v Verdict) []Finding {
	var found []Finding
	for _, f := range r.Findings {
		if f.Verdict == v {
			found = append(found, f)
		}
	}
	return found
}

// Doomed reports that a run would surely fail: something is in the way, or an
// action that it cannot do without is denied for sure. A simulated denial that
// is only the lack of an allowance is none: the simulation knows no session
// policies and no resource policies, and may differ from what AWS does.
func (r Report) Doomed() bool {
	return len(r.Obstacles) > 0 || slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Sure && !f.Optional })
}

// Options are what a look works with. Relay is the one that the account's
// calls are reported to; a call that succeeds is the best proof there is.
type Options struct {
	Account *steps.Account
	RunID   string // of the run that would begin
	Setup   steps.Setup
	Acts    []steps.Act
	Keep    bool // the steps that remove things are left out
	Relay   *steps.Relay
	Clock   steps.Clock // steps.SystemClock if nil
}

// Look finds out about the account. The only error is the context's.
func Look(ctx context.Context, o Options) (Report, error) {
	account := o.Account
	report := Report{Account: account.Name(), Region: account.Region, Caller: account.Caller, Endpoint: account.Endpoint}
	heard := &calls{}
	defer o.Relay.Tap(heard.hear)()

	path := steps.Path{Account: account, RunID: o.RunID, Setup: o.Setup}
	wanted := o.steps()
	needs, unsure := needed(ctx, account.Services, merged(needsOf(path, wanted)))
	obstacles, denied := o.foresee(ctx)
	report.Obstacles = obstacles
	known := simulate(ctx, path, needs)
	known.tried(ctx, account.Services, needs)
	for _, action := range heard.succeeded() {
		known.set(action, Finding{Verdict: Allowed, Why: "A call just made was answered."})
	}
	for _, refused := range denied {
		known.refused(refused)
	}
	for _, need := range needs {
		f := known.of(need.Action)
		if f.Verdict == Denied && unsure[need.Action] {
			f.Verdict, f.Sure = Unknown, false
			f.Why += " Whether the run needs it could not be found out."
		}
		f.Action, f.Optional, f.Steps = need.Action, need.Optional, stepsThatNeed(path, wanted, need.Action)
		report.Findings = append(report.Findings, f)
	}
	return report, ctx.Err()
}

// steps are those that the run would go through.
func (o Options) steps() []steps.Step {
	all := steps.StepsOf(o.Acts)
	return slices.DeleteFunc(slices.Clone(all), func(s steps.Step) bool { return o.Keep && s.Removes })
}

// foresee has the steps look for what will be in their way. A look that was
// refused is a denied action, not an obstacle; one that failed for another
// reason found nothing out.
func (o Options) foresee(ctx context.Context) (obstacles []steps.Diagnosis, denied []error) {
	clock := o.Clock
	if clock == nil {
		clock = steps.SystemClock{}
	}
	run := steps.NewRun(steps.RunOptions{
		ID: o.RunID, Account: o.Account, Setup: o.Setup, Clock: clock, Ledger: forgetful{}, Relay: steps.NewRelay(func(steps.Event) {}),
	})
	for _, step := range o.steps() {
		if step.Foresee == nil {
			continue
		}
		for _, err := range step.Foresee(ctx, run) {
			switch {
			case errors.Is(err, steps.ErrAccessDenied):
				denied = append(denied, err)
			case inTheWay(err):
				obstacles = append(obstacles, steps.Diagnose(err))
			}
		}
	}
	return obstacles, denied
}

// inTheWay reports that an error is a fact about the account, not the failure
// of a look.
func inTheWay(err error) bool {
	return slices.ContainsFunc([]error{
		steps.ErrAlreadyExists, steps.ErrScheduledForDeletion, steps.ErrQuotaExceeded, steps.ErrNoDefaultNetwork, steps.ErrNotFound,
	}, func(kind error) bool { return errors.Is(err, kind) }) || isNotOffered(err) || isUnsuitable(err)
}

// isUnsuitable reports something that is there and that the run cannot use as it is.
func isUnsuitable(err error) bool {
	_, thing := errors.AsType[*steps.UnsuitableError](err)
	_, function := errors.AsType[*steps.FunctionError](err)
	_, endpoint := errors.AsType[*steps.EndpointError](err)
	_, names := errors.AsType[*steps.VPCNamesError](err)
	return thing || function || endpoint || names
}

// isNotOffered reports a class that cannot be ordered, or a service that the
// region does not have: its endpoint's name does not resolve.
func isNotOffered(err error) bool {
	if _, ok := errors.AsType[*steps.ClassNotOfferedError](err); ok {
		return true
	}
	answer, ok := errors.AsType[*steps.ServiceError](err)
	return ok && answer.Service == "serverlessrepo" && errors.Is(err, steps.ErrEndpointUnreachable)
}

// forgetful keeps no receipt: a look makes nothing.
type forgetful struct{}

func (forgetful) Save(steps.Receipt) error { return nil }

// needsOf are the actions of steps, in their order.
func needsOf(path steps.Path, all []steps.Step) []steps.Permission {
	var needs []steps.Permission
	for _, step := range all {
		if step.Needs != nil {
			needs = append(needs, step.Needs(path)...)
		}
	}
	return needs
}

// needed leaves out what this account does not need. Unsure are the actions of
// which that could not be found out.
func needed(ctx context.Context, services steps.Services, needs []steps.Permission) (left []steps.Permission, unsure map[string]bool) {
	unsure = map[string]bool{}
	for _, need := range needs {
		wanted, err := true, error(nil)
		if need.Needed != nil && services.Permissions != nil {
			wanted, err = need.Needed(ctx, services)
		}
		unsure[need.Action] = err != nil
		if wanted || err != nil {
			left = append(left, need)
		}
	}
	return left, unsure
}

// stepsThatNeed are the names of the steps that need an action.
func stepsThatNeed(path steps.Path, all []steps.Step, action string) []string {
	var names []string
	for _, step := range all {
		needs := needsOf(path, []steps.Step{step})
		if slices.ContainsFunc(needs, func(p steps.Permission) bool { return p.Action == action }) {
			names = append(names, step.Name)
		}
	}
	return names
}

// merged has each action once, with all resources that it is needed for.
func merged(needs []steps.Permission) []steps.Permission {
	var all []steps.Permission
	for _, need := range needs {
		i := slices.IndexFunc(all, func(p steps.Permission) bool { return strings.EqualFold(p.Action, need.Action) })
		if i < 0 {
			need.Resources = slices.Clone(need.Resources)
			all = append(all, need)
			continue
		}
		for _, resource := range need.Resources {
			if !slices.Contains(all[i].Resources, resource) {
				all[i].Resources = append(all[i].Resources, resource)
			}
		}
		all[i].Optional = all[i].Optional && need.Optional
		if all[i].Try == nil {
			all[i].Try = need.Try
		}
	}
	return all
}
