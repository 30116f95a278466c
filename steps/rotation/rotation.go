// Package rotation is the first act: the six steps of AWS's tutorial "Rotating
// a secret for an AWS database". They work through the verbs of package steps
// and the account's services, and know neither the AWS SDK nor the MySQL
// driver.
package rotation

import (
	"context"
	"embed"

	"keyturn/steps"
)

// The six steps, in the tutorial's order.
const (
	StepDatabase steps.StepID = "database"
	StepSecret   steps.StepID = "secret"
	StepValidate steps.StepID = "validate"
	StepRotate   steps.StepID = "rotate"
	StepVerify   steps.StepID = "verify"
	StepCleanup  steps.StepID = "cleanup"
)

// The tokens that the steps keep in the receipt, so that a call repeated after
// an interruption is the same call to AWS.
const (
	TokenSecret    = "secret"     // CreateSecret's ClientRequestToken
	TokenChangeSet = "change-set" // the change set's ARN
	TokenStack     = "stack"      // the stack's ARN
	TokenRotation  = "rotation"   // RotateSecret's ClientRequestToken: the new version's id
	TokenTest      = "test"       // the same of a call that only tests the function
	TokenTested    = "tested"     // the time of a test that succeeded
	// TokenFunctionFrom is the steps.FunctionSource of the run's stack, and
	// TokenVersionBefore the version that was AWSCURRENT before CloudFormation
	// started a rotation.
	TokenFunctionFrom  = "function-from"
	TokenVersionBefore = "version-before"
)

//go:embed lessons/*.md
var lessons embed.FS

// Tutorial is the act: the tutorial's six steps.
func Tutorial() steps.Act {
	return steps.Act{
		Title: "Rotating a secret for an AWS database",
		Steps: []steps.Step{databaseStep(), secretStep(), validateStep(), rotateStep(), verifyStep(), cleanupStep()},
	}
}

// Cleanup is the clean-up alone, of a run that is taken up for it.
func Cleanup() steps.Act {
	return steps.Act{Title: "Clean up", Steps: []steps.Step{cleanupStep()}}
}

// run is a Run with what the tutorial's steps do in its account.
type run struct{ *steps.Run }

// newStep completes a step with what all of them have in common.
func newStep(s steps.Step, check func(context.Context, run) ([]action, error)) steps.Step {
	lesson, err := lessons.ReadFile("lessons/" + string(s.ID) + ".md")
	if err != nil {
		panic(err) // a file of this package is missing from the build
	}
	s.Lesson = string(lesson)
	s.Check = func(ctx context.Context, r *steps.Run) ([]action, error) { return check(ctx, run{r}) }
	s.Investigate = func(ctx context.Context, r *steps.Run, d *steps.Diagnosis) { run{r}.investigate(ctx, d) }
	return s
}

// action is a step's action.
type action = steps.Action

// newCall is a changing call with its work.
func newCall(service, operation, why string, do func(ctx context.Context, r run) error) action {
	call := steps.PlannedCall{Service: service, Operation: operation, Why: why}
	return action{Call: call, Do: func(ctx context.Context, r *steps.Run) error { return do(ctx, run{r}) }}
}

// readOnlyAction is work between the calls: a wait or a proof.
func readOnlyAction(do func(r run, ctx context.Context) error) action {
	return action{Do: func(ctx context.Context, r *steps.Run) error { return do(run{r}, ctx) }}
}
