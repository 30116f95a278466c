package rotation

import (
	"context"
	"fmt"
	"time"

	"keyturn/steps"
)

// cleanupStep removes everything that the receipt knows, and only that.
func cleanupStep() steps.Step {
	return newStep(steps.Step{
		ID: StepCleanup, Name: "Clean up", Title: "Clean up", Removes: true, Needs: cleanupNeeds,
		Questions: cleanupQuestions(),
		About: func(s steps.Setup) steps.About {
			about := steps.About{
				Costs:    "Nothing; a secret that waits for its deletion is not billed",
				UndoneBy: "the secret can be restored in its waiting period; nothing else can",
				Usual:    stackUsual + deletionUsual,
			}
			if s.Private() {
				about.Usual = interfacesUsual
			}
			return about
		},
		Result: cleanupResult,
	}, checkCleanup)
}

// checkCleanup looks for each resource of the receipt. What is gone is recorded
// as removed; an intent that turns out to be somebody else's resource is
// dropped.
func checkCleanup(ctx context.Context, r run) ([]action, error) {
	var actions []action
	for _, remove := range []func(run, context.Context) ([]action, error){
		run.planWaitForRotationEnd, run.removeRotation, run.removeFunction, run.removeSecret,
		run.removeEndpoint, run.removeDatabase, run.removeSubnetGroup, run.removeAddedRules, run.removeGroup, run.removeVPC, run.removeLogs,
	} {
		more, err := remove(r, ctx)
		if err != nil {
			return nil, err
		}
		actions = append(actions, more...)
	}
	return append(actions, readOnlyAction(run.proveClean)), nil
}

func cleanupResult(r *steps.Run) steps.Result {
	var facts []steps.Fact
	var deleted []string
	for _, rec := range r.Receipt().Resources {
		switch {
		case rec.RemovedAt.IsZero():
			facts = append(facts, steps.Fact{Label: "Still there", Value: steps.KindName(rec.Kind) + " " + rec.Name})
		case rec.RestorableUntil.IsZero():
			deleted = append(deleted, rec.Kind)
		}
	}
	for _, used := range r.Receipt().Used {
		facts = append(facts, steps.Fact{Label: "Kept", Value: fmt.Sprintf("%s %s, %s", steps.KindName(used.Kind), used.Name, steps.NotMade)})
	}
	if len(deleted) > 0 {
		facts = append(facts, steps.Fact{Label: "Deleted", Value: steps.KindNames(deleted)})
	}
	return steps.Result{Facts: facts}
}

// deletionUsual is how long an instance's deletion takes; AWS gives no number.
const deletionUsual = 5 * time.Minute
