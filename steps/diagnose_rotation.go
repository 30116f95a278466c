package steps

import (
	"fmt"
	"strings"
)

// phaseDescriptions says what the function does in each phase.
var phaseDescriptions = map[RotationPhase]string{
	PhaseCreate: "making up the new password",
	PhaseSet:    "changing the password in the database",
	PhaseTest:   "signing in with the new password",
	PhaseFinish: "moving the label AWSCURRENT",
}

// LoginFailed is what AWS's function says when no version's password signs in,
// be it that the database does not answer or that it refuses.
const LoginFailed = "Unable to log into database"

// RuntimeRetired is how Lambda refuses a function whose runtime it no longer
// takes.
const RuntimeRetired = "is no longer supported for creating or updating AWS Lambda functions"

func rotationFailed(e *RotationError) Diagnosis {
	d := Diagnosis{
		ID:   "rotation-failed",
		What: fmt.Sprintf("The rotation stopped in %s, %s", e.Phase, phaseDescriptions[e.Phase]),
		Fix: "Try again once the cause is gone: the same version is taken up, because its password may already be the database's. " +
			"Until then the secret's current version is as it was.",
	}
	switch {
	case e.Line == "" && e.TimedOut:
		d.Why = "The function wrote no reason to its log within the time allowed."
	case strings.Contains(e.Line, "Task timed out"):
		d.Why = fmt.Sprintf("The function ran out of time, so something it needs does not answer: the database or Secrets Manager. It logged: %q.", e.Line)
	default:
		d.Why = fmt.Sprintf("The function logged: %q.", e.Line)
	}
	return d
}

// runtimeRetired explains a version of the function that is too old for Lambda.
func runtimeRetired(e *StatusError) Diagnosis {
	return Diagnosis{
		ID:   "function-runtime-retired",
		What: "Lambda does not take the function that AWS offers",
		Why:  fmt.Sprintf("CloudFormation ended with %s. %s", e.Status, sentence(e.Reason)),
		Fix:  "Take the other way to it, with --rotation-function-from, or a function of yours, with --rotation-function-arn.",
	}
}

func functionNotUsable(e *FunctionError) Diagnosis {
	return Diagnosis{
		ID:   "function-not-usable",
		What: "The rotation function cannot be used as it is",
		Why:  fmt.Sprintf("%s: %s.", e.ARN, e.Problem),
		Fix:  "Nothing was changed. " + e.Fix,
	}
}

func rotationUnfinished(f failure) Diagnosis {
	return Diagnosis{
		ID:   "rotation-unfinished",
		What: "An earlier rotation is not complete",
		Why:  quoteAnswer(f.answer),
		Fix:  "Rotate now, with --rotate-now yes: that rotation is then taken up and finished. Its password may already be the database's.",
	}
}

func functionNotInvocable(f failure) Diagnosis {
	return Diagnosis{
		ID:   "function-not-invocable",
		What: "Secrets Manager may not invoke the rotation function",
		Why:  quoteAnswer(f.answer),
		Fix:  "A new permission takes a minute or two to be known: try again. If it stays, the function's policy lacks the principal secretsmanager.amazonaws.com.",
	}
}
