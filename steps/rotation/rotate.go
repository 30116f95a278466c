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

// rotateStep installs AWS's rotation function, or takes one that exists, and has
// the secret rotated.
func rotateStep() steps.Step {
	return newStep(steps.Step{
		ID: StepRotate, Name: "Rotate", Title: "Configure rotation for your secret",
		Questions: rotateQuestions(),
		Needs:     rotateNeeds, Preflight: preflightChecks(run.preflightRotation),
		About: func(s steps.Setup) steps.About {
			about := steps.About{
				Costs:    "no more than Lambda's free allowance covers (estimate)",
				UndoneBy: "step 6, or keyturn cleanup",
				Usual:    stackUsual + rotationUsual,
				Warning:  rotationWarning(s),
			}
			if s.Private() {
				about.Costs = fmt.Sprintf("about %s an hour for an endpoint, if one is made (estimate)", format.Dollars(steps.PricePerEndpointHour))
				about.Usual += endpointUsual
			}
			return about
		},
		Result: func(r *steps.Run) steps.Result { return steps.Result{Facts: []steps.Fact{nextRotationFact(run{r})}} },
	}, checkRotate)
}

// rotateNeeds are the step's actions. Who rotates a secret needs to be allowed to
// invoke its function, too (API reference of RotateSecret).
func rotateNeeds(p steps.PermissionScope) []steps.Permission {
	needs := append(append(functionNetworkNeeds(p), functionNeeds(p)...), steps.PermissionsFor([]string{secretARN(p)}, "secretsmanager:RotateSecret")...)
	function, name := p.ARN("lambda", "function:"+p.Setup.FunctionName), p.Setup.FunctionName
	if own := p.Setup.FunctionARN; own != "" {
		function, name = own, functionNameOf(own)
	}
	needs = append(needs, steps.PermissionsFor([]string{function}, "lambda:InvokeFunction")...)
	return append(needs, steps.Permission{
		Action: "logs:FilterLogEvents", Resources: []string{p.ARN("logs", "log-group:"+logGroup(name)+":*")}, Optional: true,
	})
}

func checkRotate(ctx context.Context, r run) ([]action, error) {
	secret, err := r.requireSecret(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.adoptRotation(secret); err != nil {
		return nil, err
	}
	if err := r.fingerprintCurrent(ctx); err != nil {
		return nil, err
	}
	if err := r.checkTestable(secret); err != nil {
		return nil, err
	}
	next, err := nextRotation(r.Setup().Rotation(), r.Now())
	if err != nil {
		return nil, err
	}
	from, err := r.chooseFunction(ctx)
	if err != nil {
		return nil, err
	}
	actions, err := r.planFunctionNetwork(ctx)
	if err != nil {
		return nil, err
	}
	installs, err := from.install(ctx, r, secret)
	if err != nil {
		return nil, err
	}
	rotates := from.rotates() && len(installs) > 0
	actions = append(actions, installs...)
	actions = append(actions, readOnlyAction(func(r run, ctx context.Context) error { return r.proveFunction(ctx, from) }), readOnlyAction(run.proveFunctionNetwork))
	if !rotates && !r.rotated(secret) {
		actions = append(actions, r.withWarning(startRotation(secret, from, rotationWhy(r.Setup(), next))))
	}
	if r.Setup().TestOnly {
		return append(actions, readOnlyAction(run.proveTest)), nil
	}
	return append(actions, readOnlyAction(run.proveRotation)), nil
}

// rotated reports that the run's rotation, or its test of one, has been done.
func (r run) rotated(secret steps.SecretDescription) bool {
	tokens := r.Receipt().Tokens
	if r.Setup().TestOnly {
		return secret.RotationEnabled && tokens[TokenTested] != ""
	}
	return hasLabel(secret, tokens[TokenRotation], steps.LabelCurrent)
}

// rotationWhy says what RotateSecret will do: "turn rotation on, every 30 days,
// and rotate once, now; next by 28 December 2026".
func rotationWhy(s steps.Setup, next time.Time) string {
	now := "rotate once, now; next"
	if s.TestOnly {
		now = "test the function; the first rotation comes"
	}
	return fmt.Sprintf("turn rotation on, %s, and %s by %s", s.Rotation(), now, format.Instant(next))
}

// proveFunction waits for the function to be there.
func (r run) proveFunction(ctx context.Context, from functionSource) error {
	there, err := from.wait(ctx, r)
	if err != nil {
		_ = r.Prove("function-installed", false, "the stack was not made")
		return err
	}
	detail := there.LambdaARN
	if there.StackID == "" {
		detail += ", which was there before"
	}
	return r.Prove("function-installed", true, detail)
}

// prepareForRotation notes what a rotation that is about to begin will leave.
func (r run) prepareForRotation(ctx context.Context) error {
	if err := r.rememberLogLength(ctx); err != nil {
		return err
	}
	if r.functionFrom() == steps.FunctionExisting {
		return nil // its log is its owner's
	}
	// Lambda makes the log group when the function first runs; no stack takes
	// it away again.
	return r.Intend(steps.KindLogGroup, logGroup(r.state().FunctionName))
}

// startRotation turns rotation on and rotates once, or tests the function. An
// earlier rotation that did not finish is taken up with its own token: its
// password may already be the database's.
func startRotation(secret steps.SecretDescription, from functionSource, why string) action {
	if own, ok := from.(existingFunction); ok {
		why = fmt.Sprintf("with the function %s, %s", functionNameOf(own.arn), why)
	}
	return newCall("secretsmanager", "RotateSecret", why, func(ctx context.Context, r run) error {
		name := TokenRotation
		if r.Setup().TestOnly {
			name = TokenTest
		}
		if pending := unfinishedVersion(secret); pending != "" {
			if err := r.SetToken(name, pending); err != nil {
				return err
			}
		}
		token, err := r.Token(name)
		if err != nil {
			return err
		}
		if err := r.prepareForRotation(ctx); err != nil {
			return err
		}
		invocable := steps.Polling{
			For: "the permission to invoke the function", Every: r.Intervals().Stack, Usual: 10 * time.Second, Deadline: invocableDeadline,
		}
		request := steps.RotationRequest{
			SecretID: secret.ARN, FunctionARN: r.state().FunctionARN, Rules: r.Setup().Rotation(), Token: token, TestOnly: r.Setup().TestOnly,
		}
		return r.RetryWhile(ctx, invocable, steps.ErrFunctionNotInvocable, func(ctx context.Context) error {
			err := r.Services().Secrets.RotateSecret(ctx, request)
			if errors.Is(err, steps.ErrRotationUnfinished) { // somebody's, begun since the last look
				if request.Token, err = r.takeUnfinished(ctx, name); err == nil {
					err = r.Services().Secrets.RotateSecret(ctx, request)
				}
			}
			switch {
			case errors.Is(err, steps.ErrFunctionNotInvocable):
				return r.whyNotInvocable(ctx, err)
			case err != nil && !errors.Is(err, steps.ErrRotationUnfinished): // "That rotation will be reattempted."
				return fmt.Errorf("rotate the secret: %w", err)
			}
			return nil
		})
	})
}

// takeUnfinished makes the rotation that somebody else's call began the one to
// take up, and returns its token.
func (r run) takeUnfinished(ctx context.Context, name string) (string, error) {
	secret, err := r.Services().Secrets.DescribeSecret(ctx, r.state().SecretARN)
	if err != nil {
		return "", fmt.Errorf("look at the secret: %w", err)
	}
	if pending := unfinishedVersion(secret); pending != "" {
		return pending, r.SetToken(name, pending)
	}
	return r.Token(name)
}

// whyNotInvocable tells a permission that is yet to be known everywhere, which
// is worth waiting for, from one that the function's policy does not have.
func (r run) whyNotInvocable(ctx context.Context, refusal error) error {
	invokers, err := r.Services().Functions.Invokers(ctx, r.state().FunctionARN)
	if err == nil && checkInvocable(r.state().FunctionARN, r.state().SecretARN, invokers) != nil {
		answer, _ := errors.AsType[*steps.ServiceError](refusal)
		return &steps.ServiceError{Service: answer.Service, Operation: answer.Operation, Code: answer.Code, Message: answer.Message, Kind: steps.ErrInvokingNotAllowed}
	}
	return refusal
}

// proveRotation follows the rotation and proves what came of it.
func (r run) proveRotation(ctx context.Context) error {
	secret, err := r.followRotation(ctx)
	if err != nil {
		_ = r.Prove("rotated", false, "the new version did not become "+steps.LabelCurrent)
		return err
	}
	if err := r.proveEnabled(secret); err != nil {
		return err
	}
	token := r.Receipt().Tokens[TokenRotation]
	return r.Prove("rotated", true, fmt.Sprintf("%s is %s, %s is %s",
		steps.ShortVersion(token), steps.LabelCurrent, steps.ShortVersion(versionWithLabel(secret, steps.LabelPrevious)), steps.LabelPrevious))
}

func (r run) proveEnabled(secret steps.SecretDescription) error {
	r.update(func(s *State) { s.NextRotation = secret.NextRotation })
	rules := secret.Rotation
	if rules.Expression != "" {
		rules.Days = 0
	}
	return r.Prove("rotation-enabled", secret.RotationEnabled, fmt.Sprintf("%s, with %s", rules, r.state().FunctionName))
}
