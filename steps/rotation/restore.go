package rotation

import (
	"context"
	"errors"
	"fmt"

	"keyturn/steps"
	"keyturn/steps/format"
)

// StepRestore takes the run's secret back within its waiting period.
const StepRestore steps.StepID = "restore"

// Restore is the act of a run that was cleaned up and whose secret is wanted back.
func Restore() steps.Act {
	return steps.Act{Title: "Restore the secret", Steps: []steps.Step{restoreStep()}}
}

func restoreStep() steps.Step {
	return newStep(steps.Step{
		ID: StepRestore, Name: "Restore", Title: "Restore the secret",
		About: func(steps.Setup) steps.About {
			return steps.About{Costs: "$0.40 a month for the secret (estimate)", UndoneBy: "keyturn cleanup"}
		},
		Needs: func(p steps.PermissionScope) []steps.Permission {
			return steps.PermissionsFor([]string{secretARN(p)}, "secretsmanager:DescribeSecret", "secretsmanager:RestoreSecret")
		},
		Result: func(r *steps.Run) steps.Result {
			var facts []steps.Fact
			for _, rec := range r.Receipt().Existing(steps.KindSecret) {
				facts = append(facts, steps.Fact{Label: "Restored", Value: rec.Name + ", with its versions; its rotation is off"})
			}
			return steps.Result{Facts: facts}
		},
	}, checkRestore)
}

// checkRestore looks at the secret: the receipt knows when its deletion was
// planned, and Secrets Manager what became of it.
func checkRestore(ctx context.Context, r run) ([]action, error) {
	rec, err := r.Receipt().Restorable(r.Now())
	if err != nil {
		return nil, err
	}
	secret, err := r.Services().Secrets.DescribeSecret(ctx, rec.ID)
	switch {
	case errors.Is(err, steps.ErrNotFound):
		return nil, &steps.NotRestorableError{Run: r.ID(), Why: rec.Name + " is not in the account any more."}
	case err != nil:
		return nil, fmt.Errorf("look for the secret: %w", err)
	}
	proof := readOnlyAction(func(r run, ctx context.Context) error { return r.proveRestored(ctx, rec) })
	if secret.DeletedAt.IsZero() { // by somebody else
		return []action{proof}, r.Restore(rec, func() error { return nil })
	}
	why := fmt.Sprintf("take %s back before it is deleted on %s", rec.Name, format.Day(secret.DeletedAt))
	return []action{newCall("secretsmanager", "RestoreSecret", why, func(ctx context.Context, r run) error {
		return r.Restore(rec, func() error {
			if err := r.Services().Secrets.RestoreSecret(ctx, rec.ID); err != nil {
				return fmt.Errorf("restore the secret: %w", err)
			}
			return nil
		})
	}), proof}, nil
}

func (r run) proveRestored(ctx context.Context, rec steps.ResourceRecord) error {
	const check = "secret-restored"
	secret, err := r.Services().Secrets.DescribeSecret(ctx, rec.ID)
	if err != nil {
		return fmt.Errorf("look for the secret: %w", err)
	}
	if !secret.DeletedAt.IsZero() {
		return r.Prove(check, false, fmt.Sprintf("%s will still be deleted on %s", rec.Name, format.Day(secret.DeletedAt)))
	}
	return r.Prove(check, true, rec.Name+" can be read again, and its deletion is not scheduled any more")
}
