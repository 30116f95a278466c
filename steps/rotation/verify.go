package rotation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps"
)

// verifyStep proves that the rotation worked.
func verifyStep() steps.Step {
	return newStep(steps.Step{
		ID: StepVerify, Name: "Verify", Title: "Verify successful rotation", ReadOnly: true,
		About: func(steps.Setup) steps.About { return aboutReadOnlyStep(3 * time.Second) },
		Result: func(r *steps.Run) steps.Result {
			s := run{r}.state()
			return steps.Result{
				Facts: append(versionFacts(s.Versions), nextRotationFact(run{r})),
				Passwords: knownPasswords(
					steps.NamedPassword{Label: "Password before", Password: s.OldPassword},
					steps.NamedPassword{Label: "Password after", Password: s.NewPassword},
				),
				Connection: run{r}.connectionToShow(),
			}
		},
	}, checkVerify)
}

func checkVerify(ctx context.Context, r run) ([]action, error) {
	secret, err := r.requireSecret(ctx)
	if err != nil {
		return nil, err
	}
	r.update(func(s *State) { s.NextRotation = secret.NextRotation })
	if r.Setup().TestOnly {
		return []action{readOnlyAction(run.proveUnchanged)}, nil
	}
	return []action{readOnlyAction(run.proveChange)}, nil
}

// proveChange holds the password before the rotation against the one after it.
func (r run) proveChange(ctx context.Context) error {
	current, credentials, err := r.readSecret(ctx, steps.LabelCurrent)
	if err != nil {
		return err
	}
	previous, before, err := r.readSecret(ctx, steps.LabelPrevious)
	if err != nil {
		_ = r.Prove("previous-version-kept", false, "no version is labelled "+steps.LabelPrevious)
		return err
	}
	r.update(func(s *State) {
		s.NewPassword = credentials.Password
		if s.OldPassword.IsZero() {
			s.OldPassword = before.Password
		}
		s.fingerprints[current.VersionID] = credentials.Password.Fingerprint()
		s.fingerprints[previous.VersionID] = before.Password.Fingerprint()
		for i := range s.Versions {
			s.Versions[i].Fingerprint = s.fingerprints[s.Versions[i].ID]
		}
	})
	old := r.state().OldPassword
	if err := r.Prove("password-changed", !credentials.Password.Equal(old),
		fmt.Sprintf("fingerprint %s before, %s now", old.Fingerprint(), credentials.Password.Fingerprint())); err != nil {
		return err
	}
	if err := r.proveNewPassword(ctx, credentials, old, current.VersionID); err != nil {
		return err
	}
	return r.Prove("previous-version-kept", before.Password.Equal(old),
		fmt.Sprintf("version %s, labelled %s, holds the old password", steps.ShortVersion(previous.VersionID), steps.LabelPrevious))
}

// proveNewPassword signs in with the new password and not with the old one, or
// has the function's word where this machine does not reach the database.
func (r run) proveNewPassword(ctx context.Context, c steps.Credentials, old steps.Password, version string) error {
	_, err := r.signIn(ctx, c, "new-password-signs-in")
	if unreachable, ok := errors.AsType[*expectedUnreachableError](err); ok {
		return r.proveByFunction(ctx, unreachable.Why, version)
	}
	if err != nil {
		return err
	}
	c.Password = old
	return r.proveRefused(ctx, c)
}

// proveRefused tries the old password: nothing but the database's own refusal
// is a proof.
func (r run) proveRefused(ctx context.Context, c steps.Credentials) error {
	const check = "old-password-refused"
	_, err := r.Services().MySQL.SignIn(ctx, c)
	if err == nil {
		return r.Prove(check, false, "the old password still signs in")
	}
	if !errors.Is(err, steps.ErrPasswordRefused) {
		_ = r.Prove(check, false, "the database could not be asked")
		return fmt.Errorf("try the old password: %w", err)
	}
	detail := "refused"
	var answer *steps.ServiceError
	if errors.As(err, &answer) && answer.Code != "" {
		detail = "error " + answer.Code
	}
	return r.Prove(check, true, detail)
}
