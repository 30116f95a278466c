package rotation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
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
func rotateStep() steps.Step {
	return define(steps.Step{
		ID: StepRotate, Name: "Rotate", Title: "Configure rotation for your secret",
		Questions: rotateQuestions(),
		Needs:     rotateNeeds, Foresee: foreseen(run.foreseeRotation),
		About: func(s steps.Setup) steps.About {
			about := steps.About{
				Costs:    "no more than Lambda's free allowance covers (estimate)",
				UndoneBy: "step 6, or keyturn cleanup",
				Usual:    stackUsual + rotationUsual,
			}
			if s.Private() {
				about.Costs = fmt.Sprintf("about %s an hour for an endpoint, if one is made (estimate)", format.Dollars(steps.EndpointHour))
				about.Usual += endpointUsual
			}
			return about
		},
		Result: func(r *steps.Run) steps.Result {
			return steps.Result{Facts: []steps.Fact{{Label: "Next rotation", Value: format.Day(run{r}.state().NextRotation)}}}
		},
	}, checkRotate)
}

// rotateNeeds are the step's actions. Who rotates a secret needs to be allowed to
// invoke its function, too (API reference of RotateSecret).
func rotateNeeds(p steps.Path) []steps.Permission {
	needs := append(append(wayNeeds(p), functionNeeds(p)...), steps.Needs([]string{secretARN(p)}, "secretsmanager:RotateSecret")...)
	needs = append(needs, steps.Needs([]string{p.ARN("lambda", "function:"+p.Setup.FunctionName)}, "lambda:InvokeFunction")...)
	return append(needs, steps.Permission{
		Action: "logs:FilterLogEvents", Resources: []string{p.ARN("logs", "log-group:"+logGroup(p.Setup.FunctionName)+":*")}, Optional: true,
	})
}

func checkRotate(ctx context.Context, r run) ([]action, error) {
	secret, err := r.needSecret(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.fingerprintCurrent(ctx); err != nil {
		return nil, err
	}
	stacks := r.Services().Stacks
	app, err := stacks.Application(ctx, stacks.ApplicationARN())
	if err != nil {
		return nil, fmt.Errorf("look for AWS's rotation function: %w", err)
	}
	stack, err := r.findStack(ctx)
	if err != nil {
		return nil, err
	}
	actions, err := r.planWay(ctx)
	if err != nil {
		return nil, err
	}
	actions = append(actions, r.installFunction(stack, app)...)
	actions = append(actions, then(run.proveFunction), then(run.proveWay))
	if !hasLabel(secret, r.Receipt().Tokens[TokenRotation], steps.LabelCurrent) {
		actions = append(actions, startRotation(secret, r.Setup().RotationDays))
	}
	return append(actions, then(run.proveRotation)), nil
}

// proveFunction waits for the function to be installed.
func (r run) proveFunction(ctx context.Context) error {
	if err := r.awaitFunction(ctx); err != nil {
		_ = r.Prove("function-installed", false, "the stack was not made")
		return err
	}
	return r.Prove("function-installed", true, r.state().FunctionARN)
}

// startRotation turns rotation on and rotates once. An earlier rotation that
// did not finish is taken up with its own token: its password may already be
// the database's.
func startRotation(secret steps.SecretDescription, days int64) action {
	why := fmt.Sprintf("turn rotation on, every %d days, and rotate once, now", days)
	return act("secretsmanager", "RotateSecret", why, func(ctx context.Context, r run) error {
		if pending := unfinished(secret); pending != "" {
			if err := r.SetToken(TokenRotation, pending); err != nil {
				return err
			}
		}
		token, err := r.Token(TokenRotation)
		if err != nil {
			return err
		}
		if err := r.rememberLogLength(ctx); err != nil {
			return err
		}
		// Lambda makes the log group when the function first runs; no stack takes
		// it away again.
		if err := r.Intend(steps.KindLogGroup, logGroup(r.state().FunctionName)); err != nil {
			return err
		}
		invocable := steps.Polling{
			For: "the permission to invoke the function", Every: r.Intervals().Stack, Usual: 10 * time.Second, Deadline: invocableDeadline,
		}
		return r.RetryWhile(ctx, invocable, steps.ErrFunctionNotInvocable, func(ctx context.Context) error {
			err := r.Services().Secrets.RotateSecret(ctx, secret.ARN, r.state().FunctionARN, days, token)
			if err != nil && !errors.Is(err, steps.ErrRotationUnfinished) { // "That rotation will be reattempted."
				return fmt.Errorf("rotate the secret: %w", err)
			}
			return nil
		})
	})
}

// proveRotation follows the rotation and proves what came of it.
func (r run) proveRotation(ctx context.Context) error {
	secret, err := r.followRotation(ctx)
	if err != nil {
		_ = r.Prove("rotated", false, "the new version did not become "+steps.LabelCurrent)
		return err
	}
	r.update(func(s *State) { s.NextRotation = secret.NextRotation })
	enabled := fmt.Sprintf("every %d days by %s", secret.RotationDays, r.state().FunctionName)
	if err := r.Prove("rotation-enabled", secret.RotationEnabled, enabled); err != nil {
		return err
	}
	token := r.Receipt().Tokens[TokenRotation]
	return r.Prove("rotated", true, fmt.Sprintf("version %s is %s, %s is %s",
		steps.ShortVersion(token), steps.LabelCurrent, steps.ShortVersion(versionWith(secret, steps.LabelPrevious)), steps.LabelPrevious))
}
