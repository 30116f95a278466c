package rotation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyturn/steps"
	"keyturn/steps/format"
)

// validateStep reads the secret back and signs in with what it says.
func validateStep() steps.Step {
	return newStep(steps.Step{
		ID: StepValidate, Name: "Validate", Title: "Validate your initial secret", ReadOnly: true,
		About: func(steps.Setup) steps.About { return aboutReadOnlyStep(2 * time.Second) },
		Result: func(r *steps.Run) steps.Result {
			return steps.Result{
				Passwords:  knownPasswords(steps.NamedPassword{Label: "Password", Password: run{r}.state().OldPassword}),
				Connection: run{r}.connectionToShow(),
			}
		},
	}, checkValidate)
}

// aboutReadOnlyStep is what is said of a step that only reads.
func aboutReadOnlyStep(usual time.Duration) steps.About {
	return steps.About{
		Costs:    "less than a hundredth of a cent (estimate)",
		UndoneBy: "nothing to undo: the step only reads", Usual: usual,
	}
}

func checkValidate(ctx context.Context, r run) ([]action, error) {
	_, err := r.requireSecret(ctx)
	return []action{readOnlyAction(run.proveSignIn)}, err
}

// proveSignIn reads the secret and signs in, as an application would.
func (r run) proveSignIn(ctx context.Context) error {
	value, credentials, err := r.readSecret(ctx, steps.LabelCurrent)
	if err != nil {
		_ = r.Prove("secret-readable", false, "the secret could not be read")
		return err
	}
	r.rememberPassword(value.VersionID, credentials.Password)
	if err := r.Prove("secret-readable", true, fmt.Sprintf("version %s, labelled %s", steps.ShortVersion(value.VersionID), steps.LabelCurrent)); err != nil {
		return err
	}
	signIn, err := r.signIn(ctx, credentials, "signs-in")
	if unreachable, ok := errors.AsType[*expectedUnreachableError](err); ok {
		return r.deferProofToFunction(unreachable.Why)
	}
	if err != nil {
		return err
	}
	if err := r.Prove("tls-verified", signIn.TLSVersion != "", tlsEvidence(signIn)); err != nil {
		return err
	}
	user, _, _ := strings.Cut(signIn.User, "@")
	wanted := cmp.Or(r.username(), credentials.Username)
	return r.Prove("user-matches", user == credentials.Username && user == wanted,
		fmt.Sprintf("the database knows the client as %s; the secret says %s", signIn.User, credentials.Username))
}

// requireSecret returns the run's secret; ErrNotFound where it is gone.
func (r run) requireSecret(ctx context.Context) (steps.SecretDescription, error) {
	secret, err := r.findSecret(ctx)
	if err == nil && secret.ARN == "" {
		err = fmt.Errorf("look for the secret %s: %w", r.Setup().Secret(), steps.ErrNotFound)
	}
	return secret, err
}

// readSecret reads the version with a label as a client of the database does.
func (r run) readSecret(ctx context.Context, label string) (steps.SecretValue, steps.Credentials, error) {
	value, err := r.Services().Secrets.SecretValue(ctx, r.state().SecretARN, "", label)
	if err != nil {
		return steps.SecretValue{}, steps.Credentials{}, fmt.Errorf("read the secret: %w", err)
	}
	credentials, err := parseCredentials(value.JSON)
	if err != nil {
		return steps.SecretValue{}, steps.Credentials{}, fmt.Errorf("read the secret: %w", err)
	}
	return value, credentials, nil
}

// A new endpoint's name can take a moment to be known everywhere.
const nameDeadline = time.Minute

// signIn signs in, waiting for a new endpoint's name to resolve, and proves it
// by the check of a name.
func (r run) signIn(ctx context.Context, c steps.Credentials, check string) (steps.SignIn, error) {
	var signIn steps.SignIn
	look := func(ctx context.Context) (string, bool, error) {
		var err error
		signIn, err = r.trySignIn(ctx, c)
		if errors.Is(err, steps.ErrDatabaseNameNotResolved) {
			return "not known yet", false, nil
		}
		return "signed in", err == nil, err
	}
	err := r.Poll(ctx, steps.Polling{
		For: "the sign-in to " + c.Host, Quiet: true, Every: r.Intervals().Stack, Usual: time.Second, Deadline: nameDeadline, Look: look,
	})
	var timeout *steps.TimeoutError
	if errors.As(err, &timeout) {
		_, err = r.Services().MySQL.SignIn(ctx, c)
	}
	if unreachable, ok := errors.AsType[*expectedUnreachableError](err); ok {
		return steps.SignIn{}, unreachable
	}
	if err != nil {
		_ = r.Prove(check, false, fmt.Sprintf("%s could not sign in", c.Username))
		return steps.SignIn{}, fmt.Errorf("sign in to the database: %w", err)
	}
	r.update(func(s *State) { s.SignIn = signIn })
	detail := fmt.Sprintf("%s on MySQL %s, connection %d, in %s",
		signIn.User, signIn.ServerVersion, signIn.ConnectionID, format.Duration(signIn.Took))
	return signIn, r.Prove(check, true, detail)
}

func tlsEvidence(s steps.SignIn) string {
	if s.TLSVersion == "" {
		return "the connection was not encrypted"
	}
	return fmt.Sprintf("%s, %s, certificate of %s", s.TLSVersion, s.TLSCipher, s.CertificateCN)
}

// knownPasswords leaves out the passwords that are not known.
func knownPasswords(passwords ...steps.NamedPassword) []steps.NamedPassword {
	var known []steps.NamedPassword
	for _, p := range passwords {
		if !p.Password.IsZero() {
			known = append(known, p)
		}
	}
	return known
}
