package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// phaseMeans says what the function does in each phase.
var phaseMeans = map[RotationPhase]string{
	PhaseCreate: "making up the new password",
	PhaseSet:    "changing the password in the database",
	PhaseTest:   "signing in with the new password",
	PhaseFinish: "moving the label AWSCURRENT",
}

// loginFailed is what AWS's function says when no version's password signs in,
// be it that the database does not answer or that it refuses.
const loginFailed = "Unable to log into database"

func rotationFailed(e *RotationError) Diagnosis {
	d := Diagnosis{
		ID:   "rotation-failed",
		What: fmt.Sprintf("The rotation stopped in %s, %s", e.Phase, phaseMeans[e.Phase]),
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

// explainRotation finds out which of its two causes a failed log-in has, by
// signing in from here with the password that should be in force.
func (r *Run) explainRotation(ctx context.Context, d *Diagnosis) {
	if !strings.Contains(d.Why, loginFailed) && !strings.Contains(d.Why, "ran out of time") {
		return
	}
	_, credentials, err := r.readSecret(ctx, LabelCurrent)
	if err != nil {
		return
	}
	logged := d.Why
	_, err = r.account.Services.MySQL.SignIn(ctx, credentials)
	switch {
	case errors.Is(err, ErrPasswordRefused):
		d.Why = "The database refuses the password in the secret's current version. " + logged
		if remedy, ok := r.resetPassword(); ok {
			d.Remedies = append(d.Remedies, remedy)
		}
	case errors.Is(err, ErrDatabaseUnreachable):
		network := Diagnosis{Why: "The database does not answer."}
		r.explainNetwork(ctx, &network)
		d.Why = network.Why + " " + logged
		d.Remedies = append(d.Remedies, network.Remedies...)
	case err == nil:
		d.Why = "The password in the secret's current version signs in from here, so the function itself does not reach the database. " + logged
		network := Diagnosis{}
		r.explainNetwork(ctx, &network)
		if network.Why != "" {
			d.Why = network.Why + " " + logged
		}
		d.Remedies = append(d.Remedies, network.Remedies...)
	}
}

func functionNotInvocable(f failure) Diagnosis {
	return Diagnosis{
		ID:   "function-not-invocable",
		What: "Secrets Manager may not invoke the rotation function",
		Why:  said(f.answer),
		Fix:  "A new permission takes a minute or two to be known: try again. If it stays, the function's policy lacks the principal secretsmanager.amazonaws.com.",
	}
}
