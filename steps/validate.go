package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps/format"
)

// validateStep reads the secret back and signs in with what it says.
type validateStep struct{}

func (validateStep) ID() StepID            { return StepValidate }
func (validateStep) Name() string          { return "Validate" }
func (validateStep) Title() string         { return "Validate your initial secret" }
func (validateStep) Lesson() string        { return lesson(StepValidate) }
func (validateStep) Questions() []Question { return nil }
func (validateStep) Preview(*Run) string   { return "" }
func (validateStep) Removes() bool         { return false }

func (validateStep) About(Setup) About {
	return About{
		Costs:    "less than a hundredth of a cent (estimate)",
		UndoneBy: "nothing to undo: the step only reads", Usual: 2 * time.Second,
	}
}

// Plan is empty: the step only reads.
func (validateStep) Plan(*Run) []PlannedCall { return []PlannedCall{} }

func (validateStep) Check(ctx context.Context, r *Run) error {
	_, err := r.needSecret(ctx)
	return err
}

func (validateStep) Do(ctx context.Context, r *Run) error {
	value, credentials, err := r.readSecret(ctx, LabelCurrent)
	if err != nil {
		_ = r.prove("secret-readable", false, "the secret could not be read")
		return err
	}
	r.notePassword(value.VersionID, credentials.Password)
	if err := r.prove("secret-readable", true, fmt.Sprintf("version %s, labelled %s", ShortVersion(value.VersionID), LabelCurrent)); err != nil {
		return err
	}
	signIn, err := r.signIn(ctx, credentials, "signs-in")
	if err != nil {
		return err
	}
	if err := r.prove("tls-verified", signIn.TLSVersion != "", tlsEvidence(signIn)); err != nil {
		return err
	}
	user, _, _ := strings.Cut(signIn.User, "@")
	return r.prove("user-matches", user == credentials.Username && user == r.Setup().DBUsername,
		fmt.Sprintf("the database knows the client as %s; the secret says %s", signIn.User, credentials.Username))
}

func (validateStep) Result(r *Run) Result {
	return Result{
		Passwords:  named(NamedPassword{"Password", r.State().OldPassword}),
		Connection: r.Connection(),
	}
}

// needSecret returns the run's secret; ErrNotFound where it is gone.
func (r *Run) needSecret(ctx context.Context) (SecretDescription, error) {
	secret, err := r.findSecret(ctx)
	if err == nil && secret.ARN == "" {
		err = fmt.Errorf("look for the secret %s: %w", r.Setup().SecretName, ErrNotFound)
	}
	return secret, err
}

// readSecret reads the version with a label as a client of the database does.
func (r *Run) readSecret(ctx context.Context, label string) (SecretValue, Credentials, error) {
	value, err := r.account.Services.Secrets.SecretValue(ctx, r.State().SecretARN, "", label)
	if err != nil {
		return SecretValue{}, Credentials{}, fmt.Errorf("read the secret: %w", err)
	}
	credentials, err := parseCredentials(value.JSON)
	if err != nil {
		return SecretValue{}, Credentials{}, fmt.Errorf("read the secret: %w", err)
	}
	return value, credentials, nil
}

// A new endpoint's name can take a moment to be known everywhere.
const nameDeadline = time.Minute

// signIn signs in, waiting for a new endpoint's name to resolve, and proves it
// by the check of a name.
func (r *Run) signIn(ctx context.Context, c Credentials, check string) (SignIn, error) {
	var signIn SignIn
	look := func(ctx context.Context) (string, bool, error) {
		var err error
		signIn, err = r.account.Services.MySQL.SignIn(ctx, c)
		if errors.Is(err, ErrDatabaseNameNotResolved) {
			return "not known yet", false, nil
		}
		return "signed in", err == nil, err
	}
	err := r.await(ctx, wait{
		what: "the sign-in to " + c.Host, attempt: true, every: r.pace().Stack, usual: time.Second, deadline: nameDeadline, look: look,
	})
	var timeout *TimeoutError
	if errors.As(err, &timeout) {
		_, err = r.account.Services.MySQL.SignIn(ctx, c)
	}
	if err != nil {
		_ = r.prove(check, false, fmt.Sprintf("%s could not sign in", c.Username))
		return SignIn{}, fmt.Errorf("sign in to the database: %w", err)
	}
	r.note(func(s *State) { s.SignIn = signIn })
	detail := fmt.Sprintf("%s on MySQL %s, connection %d, in %s",
		signIn.User, signIn.ServerVersion, signIn.ConnectionID, format.Duration(signIn.Took))
	return signIn, r.prove(check, true, detail)
}

func tlsEvidence(s SignIn) string {
	if s.TLSVersion == "" {
		return "the connection was not encrypted"
	}
	return fmt.Sprintf("%s, %s, certificate of %s", s.TLSVersion, s.TLSCipher, s.CertificateCN)
}
