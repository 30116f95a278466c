package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps/format"
)

const (
	rotationUsual    = 30 * time.Second
	rotationDeadline = 5 * time.Minute
	// invocableDeadline is how long IAM may take to let Secrets Manager invoke
	// a new function.
	invocableDeadline = 2 * time.Minute
)

// rotateStep installs AWS's rotation function and has the secret rotated.
type rotateStep struct{}

func (rotateStep) ID() StepID            { return StepRotate }
func (rotateStep) Name() string          { return "Rotate" }
func (rotateStep) Title() string         { return "Configure rotation for your secret" }
func (rotateStep) Lesson() string        { return lesson(StepRotate) }
func (rotateStep) Questions() []Question { return rotateQuestions() }
func (rotateStep) Preview(*Run) string   { return "" }
func (rotateStep) Removes() bool         { return false }

func (rotateStep) About(Setup) About {
	return About{
		Costs:    "no more than Lambda's free allowance covers (estimate)",
		UndoneBy: "step 6, or keyturn cleanup",
		Usual:    stackUsual + rotationUsual,
	}
}

func (rotateStep) Plan(r *Run) []PlannedCall { return r.planned(StepRotate) }

func (rotateStep) Check(ctx context.Context, r *Run) error {
	secret, err := r.needSecret(ctx)
	if err != nil {
		return err
	}
	if err := r.fingerprintCurrent(ctx); err != nil {
		return err
	}
	stacks := r.account.Services.Stacks
	app, err := stacks.Application(ctx, stacks.ApplicationARN())
	if err != nil {
		return fmt.Errorf("look for AWS's rotation function: %w", err)
	}
	stack, err := r.findStack(ctx)
	if err != nil {
		return err
	}
	actions := append(r.installFunction(stack, app), then((*Run).proveFunction))
	if !hasLabel(secret, r.Receipt().Tokens[TokenRotation], LabelCurrent) {
		actions = append(actions, startRotation(secret, r.Setup().RotationDays))
	}
	r.decide(StepRotate, append(actions, then((*Run).proveRotation)))
	return nil
}

func (rotateStep) Do(ctx context.Context, r *Run) error { return r.carryOut(ctx, StepRotate) }

func (rotateStep) Result(r *Run) Result {
	return Result{Facts: []Fact{{"Next rotation", format.Day(r.State().NextRotation)}}}
}

// proveFunction waits for the function to be installed.
func (r *Run) proveFunction(ctx context.Context) error {
	if err := r.awaitFunction(ctx); err != nil {
		_ = r.prove("function-installed", false, "the stack was not made")
		return err
	}
	return r.prove("function-installed", true, r.State().FunctionARN)
}

// startRotation turns rotation on and rotates once. An earlier rotation that
// did not finish is taken up with its own token: its password may already be
// the database's.
func startRotation(secret SecretDescription, days int64) action {
	why := fmt.Sprintf("turn rotation on, every %d days, and rotate once, now", days)
	return act("secretsmanager", "RotateSecret", why, func(ctx context.Context, r *Run) error {
		if pending := unfinished(secret); pending != "" {
			if err := r.remember(TokenRotation, pending); err != nil {
				return err
			}
		}
		token, err := r.token(TokenRotation)
		if err != nil {
			return err
		}
		if err := r.noteLogSoFar(ctx); err != nil {
			return err
		}
		if err := r.intendLogGroup(); err != nil {
			return err
		}
		invocable := wait{
			what: "the permission to invoke the function", every: r.pace().Stack, usual: 10 * time.Second, deadline: invocableDeadline,
		}
		return r.insist(ctx, invocable, ErrFunctionNotInvocable, func(ctx context.Context) error {
			err := r.account.Services.Secrets.RotateSecret(ctx, secret.ARN, r.State().FunctionARN, days, token)
			if err != nil && !errors.Is(err, ErrRotationUnfinished) { // "That rotation will be reattempted."
				return fmt.Errorf("rotate the secret: %w", err)
			}
			return nil
		})
	})
}

// proveRotation follows the rotation and proves what came of it.
func (r *Run) proveRotation(ctx context.Context) error {
	secret, err := r.followRotation(ctx)
	if err != nil {
		_ = r.prove("rotated", false, "the new version did not become "+LabelCurrent)
		return err
	}
	r.note(func(s *State) { s.NextRotation = secret.NextRotation })
	enabled := fmt.Sprintf("every %d days by %s", secret.RotationDays, r.State().FunctionName)
	if err := r.prove("rotation-enabled", secret.RotationEnabled, enabled); err != nil {
		return err
	}
	token := r.Receipt().Tokens[TokenRotation]
	return r.prove("rotated", true, fmt.Sprintf("version %s is %s, %s is %s",
		ShortVersion(token), LabelCurrent, ShortVersion(versionWith(secret, LabelPrevious)), LabelPrevious))
}
