package steps

import (
	"context"
	"strings"
	"time"
)

// Step is one step of an act: its texts, its questions and its functions. A
// front end shows these fields and knows no step by name; a Run calls the
// functions.
type Step struct {
	ID   StepID
	Name string // short, for a rail of all steps: "Clean up"
	// Title is the tutorial's heading for the step.
	Title string
	// Lesson is the explanation behind the `e` key, in Markdown.
	Lesson string
	// About says in a few words what a review must: cost, way back, usual time.
	About func(Setup) About
	// Questions are what the step asks, in order; none for some steps.
	Questions []Question
	// ReadOnly says that the step never changes anything: there is no plan to
	// review.
	ReadOnly bool
	// Removes says that the step removes what the run made: it may be left out
	// to keep that, or gone to at once.
	Removes bool
	// Needs are the IAM actions of the step's calls, reading ones too; nil for a
	// step that calls nobody.
	Needs func(PermissionScope) []Permission
	// Preflight returns the obstacles that the step will meet, one error each,
	// before a run creates anything. It changes nothing, and what it remembers in
	// its run is dropped. Nil for a step with nothing to check beforehand.
	Preflight func(ctx context.Context, r *Run) []error
	// Check reads the account and returns the actions that are left to do, so that
	// a step that runs twice creates nothing twice. It changes nothing. The actions
	// are both the plan and what runs; the step's proofs come last.
	Check func(ctx context.Context, r *Run) ([]Action, error)
	// Preview is the JSON text that the step is about to store, its password
	// covered, once Check has looked; nil for a step that stores none.
	Preview func(r *Run) string
	// Result says what exists now that did not before, once the step is done.
	Result func(r *Run) Result
	// Investigate adds facts from the account and remedies to the diagnosis of a
	// failure. A reading call of its own that fails is ignored. Nil for a step
	// that has nothing to add.
	Investigate func(ctx context.Context, r *Run, d *Diagnosis)
}

// Act is an ordered list of steps with a purpose of its own, such as a
// tutorial. Title is the tutorial's.
type Act struct {
	Title string
	Steps []Step
}

// About is what a review says of a step before it runs.
type About struct {
	Costs    string        // "$0.40 a month for the secret (estimate)"
	UndoneBy string        // "step 6, or keyturn cleanup"
	Usual    time.Duration // how long it usually takes in an AWS account
	Warning  string        // what the person must know before saying yes; "" for most steps
}

// CostsIn is Costs for somebody in an account of the kind: the sandbox bills
// nothing.
func (a About) CostsIn(kind AccountKind) string {
	if kind == Sandbox && a.Costs != "" && !strings.HasPrefix(a.Costs, "Nothing") {
		return "Nothing here. In an AWS account: " + a.Costs
	}
	return a.Costs
}

// Resource is something a run made in the account. Kind is the CloudFormation
// type name, ID what AWS calls it.
type Resource struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}
