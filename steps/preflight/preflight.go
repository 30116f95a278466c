// Package preflight inspects an account before a run creates anything in it:
// which permissions the steps need, whether the caller has them, and which
// obstacles exist. It changes nothing. What it cannot find out is reported as
// unknown, and never stops a run.
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

// Finding is one action that the run needs. Certain marks a denial that is not
// a prediction: a call was denied, or a policy denies the action explicitly.
type Finding struct {
	Action   string
	Verdict  Verdict
	Why      string   // a sentence
	Steps    []string // the names of the steps that need it
	Optional bool     // a run does without it
	Certain  bool
}

// Report is the result of Run. Findings are in the order in which the steps
// need the actions, Obstacles in the order in which a run would meet them.
type Report struct {
	Account   string // its number and, where it has one, its alias
	Region    string
	Caller    string // its ARN
	Endpoint  string
	Findings  []Finding
	Obstacles []steps.Diagnosis
}

// OK reports whether nothing is denied and there are no obstacles.
func (r Report) OK() bool { return len(r.Obstacles) == 0 && len(r.WithVerdict(Denied)) == 0 }

// WithVerdict returns the findings of a verdict.
func (r Report) WithVerdict(v Verdict) []Finding {
	var found []Finding
	for _, f := range r.Findings {
		if f.Verdict == v {
			found = append(found, f)
		}
	}
	return found
}

// WillFail reports whether a run would certainly fail: there is an obstacle, or
// an action that it needs is certainly denied. An implicit deny of the
// simulation is not certain: it knows neither session policies nor resource
// policies, and may differ from what AWS does.
func (r Report) WillFail() bool {
	return len(r.Obstacles) > 0 || slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Certain && !f.Optional })
}

// Options are the inputs of Run and Policy. The account's calls are reported to
// Relay: a call that succeeds proves that its action is allowed.
type Options struct {
	Account *steps.Account
	RunID   string // of the run that would begin
	Setup   steps.Setup
	Acts    []steps.Act
	Keep    bool // the steps that remove things are left out
	Relay   *steps.Relay
	Clock   steps.Clock // steps.SystemClock if nil
}

// Run inspects the account. The only error is the context's.
func Run(ctx context.Context, o Options) (Report, error) {
	account := o.Account
	report := Report{Account: account.Name(), Region: account.Region, Caller: account.Caller, Endpoint: account.Endpoint}
	succeeded := &successfulCalls{}
	defer o.Relay.Tap(succeeded.record)()

	path := steps.PermissionScope{Account: account, RunID: o.RunID, Setup: o.Setup}
	wanted := o.steps()
	needs, unsure := dropUnneeded(ctx, account.Services, mergeByAction(permissionsOf(path, wanted)))
	obstacles, denied := o.preflightSteps(ctx)
	report.Obstacles = obstacles
	known := simulate(ctx, path, needs)
	known.addDryRuns(ctx, account.Services, needs)
	for _, action := range succeeded.list() {
		known.set(action, Finding{Verdict: Allowed, Why: "A call just made was answered."})
	}
	for _, refused := range denied {
		known.addDenial(refused)
	}
	for _, need := range needs {
		f := known.get(need.Action)
		if f.Verdict == Denied && unsure[need.Action] {
			f.Verdict, f.Certain = Unknown, false
			f.Why += " Whether the run needs it could not be found out."
		}
		f.Action, f.Optional, f.Steps = need.Action, need.Optional, stepsThatNeed(path, wanted, need.Action)
		report.Findings = append(report.Findings, f)
	}
	return report, ctx.Err()
}

// steps are the steps that the run would do.
func (o Options) steps() []steps.Step {
	all := steps.StepsOf(o.Acts)
	return slices.DeleteFunc(slices.Clone(all), func(s steps.Step) bool { return o.Keep && s.Removes })
}

// preflightSteps runs the Preflight of each step. An access-denied error is a
// denied action, not an obstacle. Other failures of a reading call are ignored:
// they say nothing about the account.
func (o Options) preflightSteps(ctx context.Context) (obstacles []steps.Diagnosis, denied []error) {
	clock := o.Clock
	if clock == nil {
		clock = steps.SystemClock{}
	}
	run := steps.NewRun(steps.RunOptions{
		ID: o.RunID, Account: o.Account, Setup: o.Setup, Clock: clock, Ledger: discardLedger{}, Relay: steps.NewRelay(func(steps.Event) {}),
	})
	for _, step := range o.steps() {
		if step.Preflight == nil {
			continue
		}
		for _, err := range step.Preflight(ctx, run) {
			switch {
			case errors.Is(err, steps.ErrAccessDenied):
				denied = append(denied, err)
			case isObstacle(err):
				obstacles = append(obstacles, steps.Diagnose(err))
			}
		}
	}
	return obstacles, denied
}

// isObstacle reports whether an error is a fact about the account rather than
// the failure of a reading call.
func isObstacle(err error) bool {
	return slices.ContainsFunc([]error{
		steps.ErrAlreadyExists, steps.ErrScheduledForDeletion, steps.ErrQuotaExceeded, steps.ErrNoDefaultNetwork, steps.ErrNotFound,
	}, func(kind error) bool { return errors.Is(err, kind) }) || isNotOffered(err) || isUnsuitable(err)
}

// isUnsuitable reports whether something exists that the run cannot use as it is.
func isUnsuitable(err error) bool {
	_, thing := errors.AsType[*steps.UnsuitableError](err)
	_, function := errors.AsType[*steps.FunctionError](err)
	_, endpoint := errors.AsType[*steps.EndpointError](err)
	_, names := errors.AsType[*steps.VPCDNSError](err)
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

// discardLedger saves no receipt: preflight creates nothing.
type discardLedger struct{}

func (discardLedger) Save(steps.Receipt) error { return nil }

// permissionsOf lists what steps need, in their order.
func permissionsOf(path steps.PermissionScope, all []steps.Step) []steps.Permission {
	var needs []steps.Permission
	for _, step := range all {
		if step.Needs != nil {
			needs = append(needs, step.Needs(path)...)
		}
	}
	return needs
}

// dropUnneeded drops the permissions that this account does not need. Those of
// which that could not be found out are kept, and their actions are in unsure.
func dropUnneeded(ctx context.Context, services steps.Services, needs []steps.Permission) (left []steps.Permission, unsure map[string]bool) {
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
func stepsThatNeed(path steps.PermissionScope, all []steps.Step, action string) []string {
	var names []string
	for _, step := range all {
		needs := permissionsOf(path, []steps.Step{step})
		if slices.ContainsFunc(needs, func(p steps.Permission) bool { return p.Action == action }) {
			names = append(names, step.Name)
		}
	}
	return names
}

// mergeByAction lists each action once, with all resources that it is needed on.
func mergeByAction(needs []steps.Permission) []steps.Permission {
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
