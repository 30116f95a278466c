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

// loggedCauses are the causes that AWS's function names in its log (facts of
// AWS's documentation, "Troubleshoot AWS Secrets Manager rotation", and of the
// function's source).
var loggedCauses = []struct {
	logged, id, what, why, fix string
	retry                      bool
}{
	{
		"'cryptography' package is required", "function-without-tls",
		"The rotation function could not sign in without TLS",
		"It tried TLS first, and the database or something on the way did not let it; MySQL 8.4 then wants a package that the function does not have.",
		"Have the database offer TLS again, then try again: the same version is taken up.", false,
	},
	{
		"Access to KMS is not allowed", "kms-denied",
		"The rotation function may not use the secret's key",
		"The secret is encrypted with a key of the account's own, and the function's role has no right to decrypt with it.",
		"Encrypt the secret with AWS's own key again (aws secretsmanager update-secret --kms-key-id alias/aws/secretsmanager), " +
			"or allow the role kms:Decrypt and kms:GenerateDataKey on the key, then try again.", false,
	},
	{
		"Database engine must be set to", "secret-malformed",
		"The secret does not hold what the rotation function needs",
		"Somebody wrote it by hand: AWS's function for MySQL wants the engine mysql.",
		"Put the secret's earlier value back, then try again: the same version is taken up.", false,
	},
	{
		"key is missing from secret JSON", "secret-malformed",
		"The secret does not hold what the rotation function needs",
		"Somebody wrote it by hand: AWS's function wants engine, host, username and password.",
		"Put the secret's earlier value back, then try again: the same version is taken up.", false,
	},
	{
		"Attempting to modify user", "secret-edited",
		"The secret was changed while it was rotated",
		"The version that rotates and the current one name different users or hosts, so the function touches neither.",
		"Put the secret's earlier value back, then try again: the same version is taken up.", false,
	},
	{
		"has no stage for rotation", "function-run-by-hand",
		"Somebody ran the rotation function by hand",
		"Its log has an invocation for a version that does not rotate; it says nothing about this rotation.",
		"Try again: this rotation is taken up, or found finished.", true,
	},
	{
		"is not enabled for rotation", "function-run-by-hand",
		"The rotation function ran while rotation was off",
		"Somebody ran it by hand, or turned rotation off.",
		"Try again: rotation is turned on, and the same version is taken up.", true,
	},
	{
		"Unable to import module", "function-broken",
		"The rotation function does not start",
		"Its runtime is not the one that its code was built for: somebody changed it.",
		"Have the function installed anew, then try again: the same version is taken up.", false,
	},
}

func rotationFailed(e *RotationError) Diagnosis {
	d := Diagnosis{
		ID:   "rotation-failed",
		What: fmt.Sprintf("The rotation stopped in %s, %s", e.Phase, phaseDescriptions[e.Phase]),
		Fix: "Try again once the cause is gone: the same version is taken up, because its password may already be the database's. " +
			"Until then the secret's current version is as it was.",
	}
	if e.Cancelled {
		return Diagnosis{
			ID:   "rotation-cancelled",
			What: "Somebody turned the secret's rotation off while it was rotated",
			Why:  fmt.Sprintf("Secrets Manager stops a cancelled rotation before its next phase, which was %s. The new version keeps the label %s.", e.Phase, LabelPending),
			Fix:  "Find out who did, and try again: rotation is turned on, and the same version is taken up.",
		}
	}
	for _, known := range loggedCauses {
		if strings.Contains(e.Line, known.logged) {
			return Diagnosis{
				ID: known.id, What: known.what, Why: fmt.Sprintf("%s The function logged: %q.", known.why, e.Line), Fix: known.fix, AutoRetry: known.retry,
			}
		}
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

func invokingNotAllowed(f failure) Diagnosis {
	return Diagnosis{
		ID:   "function-not-invocable",
		What: "Secrets Manager may not invoke the rotation function",
		Why:  "The function's policy does not let secretsmanager.amazonaws.com invoke it. " + quoteAnswer(f.answer),
		Fix:  "Add the permission to the function's policy (Lambda AddPermission), then try again.",
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
