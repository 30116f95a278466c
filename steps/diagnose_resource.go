package steps

import (
	"fmt"
	"strings"

	"keyturn/steps/format"
)

// nameTakenBy explains a name that another resource has, with its owner where
// that is known.
func nameTakenBy(e *NameTakenError) Diagnosis {
	if e.ScheduledForDeletion {
		return Diagnosis{
			ID:   "secret-scheduled-for-deletion",
			What: fmt.Sprintf("A secret named %s is waiting to be deleted", e.Name),
			Why:  "Secrets Manager keeps the name until the waiting period is over, because the secret can still be restored.",
			Fix:  "Restore it and let it hold this database's sign-in, or choose another name with --secret-name.",
		}
	}
	what, flag := "secret", "--secret-name"
	switch e.Kind {
	case KindDatabase:
		what, flag = "DB instance", "--db-instance-id"
	case KindFunction:
		what, flag = "Lambda function", "--rotation-function-name"
	case KindStack, KindSecurityGroup: // named after the run, which has another name next time
		return Diagnosis{
			ID:   "name-taken",
			What: fmt.Sprintf("There is already a %s named %s", map[string]string{KindStack: "stack", KindSecurityGroup: "security group"}[e.Kind], e.Name),
			Why:  "It was not made by this run, so this run does not touch it.",
			Fix:  "Begin again: keyturn makes up another name for each run.",
		}
	}
	d := Diagnosis{
		ID:   "name-taken",
		What: fmt.Sprintf("There is already a %s named %s", what, e.Name),
		Why:  "It was not made by this run, so this run does not touch it.",
		Fix:  fmt.Sprintf("Choose another name with %s.", flag),
	}
	if e.Owner != "" {
		d.Why = fmt.Sprintf("Run %s made it, so this run does not touch it.", e.Owner)
		d.Fix = fmt.Sprintf("Remove that run's resources with `keyturn cleanup %s`, or choose another name with %s.", e.Owner, flag)
	}
	return d
}

func scheduledForDeletion(f failure) Diagnosis {
	d := nameTakenBy(&NameTakenError{Kind: KindSecret, Name: "this name", ScheduledForDeletion: true})
	d.What, d.Why = "A secret of this name is waiting to be deleted", quoteAnswer(f.answer)
	return d
}

func nameTakenByUnknown(f failure) Diagnosis {
	return Diagnosis{
		ID:   "name-taken",
		What: "The name is taken",
		Why:  detail(f),
		Fix:  "Choose another name, with --db-instance-id or --secret-name.",
	}
}

func resourceGone(f failure) Diagnosis {
	if f.answer.Service == "serverlessrepo" {
		return Diagnosis{
			ID:   "function-not-offered",
			What: "The rotation function is not offered here",
			Why:  detail(f),
			Fix:  "Take AWS's transform with --rotation-function-from transform, or another region with --region.",
		}
	}
	return Diagnosis{
		ID:   "not-found",
		What: "Something that this step needs is not there",
		Why:  detail(f),
		Fix:  "Somebody or something else removed it. Clean up what is left, then begin a new run.",
	}
}

func inputRefused(f failure) Diagnosis {
	return Diagnosis{
		ID:   "input-refused",
		What: fmt.Sprintf("%s does not accept what %s was given", serviceName(f.answer.Service), f.answer.Operation),
		Why:  detail(f),
		Fix:  "Change the answer that it names, then try again.",
	}
}

func stateRefused(f failure) Diagnosis {
	return Diagnosis{
		ID:   "state-refused",
		What: fmt.Sprintf("%s cannot do %s now", serviceName(f.answer.Service), f.answer.Operation),
		Why:  detail(f),
		Fix:  "Another change may be under way. Wait a minute, then try again.",
	}
}

// deletionProtected is answered by another attempt, whose plan lifts the
// protection.
func deletionProtected(f failure) Diagnosis {
	return Diagnosis{
		ID:        "deletion-protected",
		What:      "The database is protected from deletion",
		Why:       "Somebody switched that on after the run had made it. " + quoteAnswer(f.answer),
		Fix:       "Try again: the protection is then switched off first.",
		AutoRetry: true,
	}
}

func classNotOffered(e *ClassNotOfferedError) Diagnosis {
	return Diagnosis{
		ID:   "class-not-offered",
		What: "The instance class is not offered here",
		Why:  fmt.Sprintf("RDS has no %s for MySQL %s in this region.", strings.Join(e.Classes, " or "), e.EngineVersion),
		Fix:  "Choose another class with --db-class, or another region with --region.",
	}
}

// resourceFailed explains a resource in a status that it does not leave.
func resourceFailed(e *StatusError) Diagnosis {
	reason := "AWS gives no reason."
	if e.Reason != "" {
		reason = sentence(e.Reason)
	}
	if e.Kind == KindDatabase {
		return Diagnosis{
			ID:   "database-failed",
			What: fmt.Sprintf("The database %s is %s", e.ID, e.Status),
			Why:  reason,
			Fix:  "An instance does not leave this status by itself. Clean up, then begin a new run.",
		}
	}
	if strings.Contains(e.Reason, RuntimeRetired) {
		return runtimeRetired(e)
	}
	if e.Kind == KindVPCEndpoint {
		return Diagnosis{
			ID:   "endpoint-failed",
			What: fmt.Sprintf("The endpoint %s is %s", e.ID, e.Status),
			Why:  reason,
			Fix:  "An endpoint does not leave this state by itself. Clean up, then begin a new run.",
		}
	}
	d := Diagnosis{
		ID:   "stack-failed",
		What: "The rotation function could not be installed",
		Why:  fmt.Sprintf("CloudFormation ended with %s. %s", e.Status, reason),
		Fix:  "Correct the cause, most often a missing right to make the role, then try again: what is left of this attempt is removed first.",
	}
	if strings.HasPrefix(e.Status, "DELETE") {
		d.What, d.Fix = "The rotation function could not be removed", "Correct the cause, most often a missing right, then try again."
	}
	if denied := deniedAction.FindStringSubmatch(e.Reason); denied != nil {
		d.What += ": a permission is missing, " + denied[1]
		d.Fix = fmt.Sprintf("Ask whoever manages the account to allow %s, then try again: what this attempt left is found.", denied[1])
	}
	return d
}

// deniedAction is how AWS names what CloudFormation may not do in the caller's
// name.
var deniedAction = NewPattern(`not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z]+)`)

func timedOut(e *TimeoutError) Diagnosis {
	return Diagnosis{
		ID:   "timed-out",
		What: "Gave up waiting for " + e.What,
		Why:  fmt.Sprintf("After %s the status is still %q.", format.Elapsed(e.After), e.Status),
		Fix:  "AWS goes on with it. Try again to go on waiting; nothing is done twice.",
	}
}

func checkFailed(e *CheckError) Diagnosis {
	return Diagnosis{
		ID:   "not-proved",
		What: "The check " + e.Check.Name + " did not succeed",
		Why:  sentence(e.Check.Detail),
		Fix:  "Somebody else may have changed it meanwhile. Try again; if it fails again, look in the account.",
	}
}
