package steps

import (
	"context"
	"strings"
	"time"
)

// cleanupStep removes everything that the receipt knows, and only that.
type cleanupStep struct{}

func (cleanupStep) ID() StepID            { return StepCleanup }
func (cleanupStep) Name() string          { return "Clean up" }
func (cleanupStep) Title() string         { return "Clean up" }
func (cleanupStep) Lesson() string        { return lesson(StepCleanup) }
func (cleanupStep) Questions() []Question { return cleanupQuestions() }
func (cleanupStep) Preview(*Run) string   { return "" }
func (cleanupStep) Removes() bool         { return true }

func (cleanupStep) About(Setup) About {
	return About{
		Costs:    "Nothing; a secret that waits for its deletion is not billed",
		UndoneBy: "the secret can be restored in its waiting period; nothing else can",
		Usual:    stackUsual + deletionUsual,
	}
}

func (cleanupStep) Plan(r *Run) []PlannedCall { return r.planned(StepCleanup) }

// Check looks for each resource of the receipt. What is gone is noted as
// removed; an intent that turns out to be somebody else's resource is dropped.
func (cleanupStep) Check(ctx context.Context, r *Run) error {
	var actions []action
	for _, decide := range []func(*Run, context.Context) ([]action, error){
		(*Run).removeRotation, (*Run).removeFunction, (*Run).removeSecret,
		(*Run).removeDatabase, (*Run).removeGroup, (*Run).removeLogs,
	} {
		more, err := decide(r, ctx)
		if err != nil {
			return err
		}
		actions = append(actions, more...)
	}
	r.decide(StepCleanup, append(actions, then((*Run).proveClean)))
	return nil
}

func (cleanupStep) Do(ctx context.Context, r *Run) error { return r.carryOut(ctx, StepCleanup) }

func (cleanupStep) Result(r *Run) Result {
	var facts []Fact
	var deleted []string
	for _, rec := range r.Receipt().Resources {
		switch {
		case rec.Removed.IsZero():
			facts = append(facts, Fact{"Still there", KindName(rec.Kind) + " " + rec.Name})
		case rec.RestorableUntil.IsZero():
			deleted = append(deleted, KindName(rec.Kind))
		}
	}
	if len(deleted) > 0 {
		facts = append(facts, Fact{"Deleted", strings.Join(deleted, ", ")})
	}
	return Result{Facts: facts}
}

// deletionUsual is how long an instance's deletion takes; AWS gives no number.
const deletionUsual = 5 * time.Minute
