package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"keyturn/steps/format"
)

// verifyStep proves that the rotation worked.
type verifyStep struct{}

func (verifyStep) ID() StepID            { return StepVerify }
func (verifyStep) Name() string          { return "Verify" }
func (verifyStep) Title() string         { return "Verify successful rotation" }
func (verifyStep) Lesson() string        { return lesson(StepVerify) }
func (verifyStep) Questions() []Question { return nil }
func (verifyStep) Preview(*Run) string   { return "" }
func (verifyStep) Removes() bool         { return false }

func (verifyStep) About(Setup) About {
	return About{
		Costs:    "less than a hundredth of a cent (estimate)",
		UndoneBy: "nothing to undo: the step only reads", Usual: 3 * time.Second,
	}
}

// Plan is empty: the step only reads.
func (verifyStep) Plan(*Run) []PlannedCall { return []PlannedCall{} }

func (verifyStep) Check(ctx context.Context, r *Run) error {
	secret, err := r.needSecret(ctx)
	if err != nil {
		return err
	}
	r.note(func(s *State) { s.NextRotation = secret.NextRotation })
	return nil
}

func (verifyStep) Do(ctx context.Context, r *Run) error {
	current, credentials, err := r.readSecret(ctx, LabelCurrent)
	if err != nil {
		return err
	}
	previous, before, err := r.readSecret(ctx, LabelPrevious)
	if err != nil {
		_ = r.prove("previous-version-kept", false, "no version is labelled "+LabelPrevious)
		return err
	}
	r.note(func(s *State) {
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
	old := r.State().OldPassword
	if err := r.prove("password-changed", !credentials.Password.Equal(old),
		fmt.Sprintf("fingerprint %s before, %s now", old.Fingerprint(), credentials.Password.Fingerprint())); err != nil {
		return err
	}
	if _, err := r.signIn(ctx, credentials, "new-password-signs-in"); err != nil {
		return err
	}
	credentials.Password = old
	if err := r.proveRefused(ctx, credentials); err != nil {
		return err
	}
	return r.prove("previous-version-kept", before.Password.Equal(old),
		fmt.Sprintf("version %s, labelled %s, holds the old password", ShortVersion(previous.VersionID), LabelPrevious))
}

// proveRefused tries the old password: nothing but the database's own refusal
// is a proof.
func (r *Run) proveRefused(ctx context.Context, c Credentials) error {
	const check = "old-password-refused"
	_, err := r.account.Services.MySQL.SignIn(ctx, c)
	if err == nil {
		return r.prove(check, false, "the old password still signs in")
	}
	if !errors.Is(err, ErrPasswordRefused) {
		_ = r.prove(check, false, "the database could not be asked")
		return fmt.Errorf("try the old password: %w", err)
	}
	detail := "refused"
	var answer *ServiceError
	if errors.As(err, &answer) && answer.Code != "" {
		detail = "error " + answer.Code
	}
	return r.prove(check, true, detail)
}

func (verifyStep) Result(r *Run) Result {
	s := r.State()
	return Result{
		Facts:      append(versionFacts(s.Versions), Fact{"Next rotation", format.Day(s.NextRotation)}),
		Passwords:  named(NamedPassword{"Password before", s.OldPassword}, NamedPassword{"Password after", s.NewPassword}),
		Connection: r.Connection(),
	}
}
