package rotation

import (
	"context"
	"fmt"
	"time"

	"keyturn/steps"
)

// transform installs the function by CloudFormation's macro
// AWS::SecretsManager-2024-09-16: a stack with a rotation schedule, and in it a
// stack with the function. CloudFormation turns rotation on. because says why
// this way is taken.
type transform struct{ because string }

func (transform) rotates() bool { return true }

func (f transform) install(ctx context.Context, r run, secret steps.SecretDescription) ([]action, error) {
	stack, err := r.findStack(ctx)
	if err != nil {
		return nil, err
	}
	prepare := func(ctx context.Context, r run) error {
		return r.createChangeSet(ctx, steps.FunctionTransform, func() (steps.ChangeSet, error) {
			return r.Services().Stacks.CreateTransformChangeSet(ctx, r.stackSpec(secret), r.NewToken())
		})
	}
	next, err := nextRotation(r.Setup().Rotation(), r.Now())
	if err != nil {
		return nil, err
	}
	return r.planStack(ctx, stack,
		newCall("cloudformation", "CreateChangeSet", "prepare a stack with AWS's transform AWS::SecretsManager-2024-09-16: "+f.because, prepare),
		r.withWarning(newCall("cloudformation", "ExecuteChangeSet", "create the function and its role, and "+rotationWhy(r.Setup(), next), beginTransform)),
	)
}

// beginTransform has the stack made. CloudFormation calls RotateSecret then, so
// what a rotation will change is noted first.
func beginTransform(ctx context.Context, r run) error {
	secret, err := r.requireSecret(ctx)
	if err != nil {
		return err
	}
	if err := r.SetToken(TokenVersionBefore, versionWithLabel(secret, steps.LabelCurrent)); err != nil {
		return err
	}
	name := r.Setup().FunctionName
	r.update(func(s *State) { s.FunctionName = name })
	if err := r.prepareForRotation(ctx); err != nil {
		return err
	}
	return executeChangeSet(ctx, r)
}

// rotationDeclared is how long a secret may take to show the rotation that
// CloudFormation started.
const rotationDeclared = time.Minute

// wait reads the function from the secret, and finds the version that
// CloudFormation's RotateSecret made.
func (f transform) wait(ctx context.Context, r run) (installed, error) {
	stack, err := r.waitForStack(ctx)
	if err != nil {
		return installed{}, err
	}
	var secret steps.SecretDescription
	err = r.Poll(ctx, steps.Polling{
		For: "CloudFormation's rotation to show", Quiet: true, Every: r.Intervals().Rotation, Deadline: rotationDeclared,
		Look: func(ctx context.Context) (string, bool, error) {
			if secret, err = r.requireSecret(ctx); err != nil {
				return "", false, err
			}
			if err := r.adoptRotation(secret); err != nil {
				return "", false, err
			}
			begun := r.Setup().TestOnly || r.Receipt().Tokens[TokenRotation] != ""
			return "not yet", secret.FunctionARN != "" && begun, nil
		},
	})
	if err != nil {
		return installed{}, err
	}
	r.rememberFunction(secret.FunctionARN)
	return installed{stack.ID, secret.FunctionARN, r.Receipt().Tokens[TokenRotation]},
		r.RecordCreated(steps.KindFunction, functionNameOf(secret.FunctionARN), secret.FunctionARN)
}

// adoptRotation notes the version of a rotation that CloudFormation started:
// the one that AWSCURRENT has moved to since, or that AWSPENDING is on.
func (r run) adoptRotation(secret steps.SecretDescription) error {
	before, known := r.Receipt().Tokens[TokenVersionBefore], r.Receipt().Tokens[TokenRotation]
	if before == "" || known != "" || r.Setup().TestOnly {
		return nil
	}
	version := unfinishedVersion(secret)
	if current := versionWithLabel(secret, steps.LabelCurrent); version == "" && current != before {
		version = current
	}
	if version == "" {
		return nil
	}
	if err := r.SetToken(TokenRotation, version); err != nil {
		return fmt.Errorf("note the rotation: %w", err)
	}
	return nil
}
