package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"keyturn/steps"
	"keyturn/steps/format"
)

// usesExistingSecret reports that the run works with a secret of the account that it
// did not make.
func (r run) usesExistingSecret() bool { return r.Setup().SecretExisting != "" }

// whySecretUnsuitable says why a secret cannot be used, in a sentence; "" if it can.
func whySecretUnsuitable(secret steps.SecretDescription) string {
	switch pending := unfinishedVersion(secret); {
	case secret.OwningService == "rds", strings.HasPrefix(secret.Name, "rds!"):
		return "RDS manages it: it rotates by itself, every seven days unless told otherwise, and needs no function. keyturn does not touch it."
	case secret.OwningService != "":
		return fmt.Sprintf("The service %s manages it, and its rotation with it.", secret.OwningService)
	case !secret.DeletedAt.IsZero():
		return fmt.Sprintf("It is waiting to be deleted on %s.", format.Day(secret.DeletedAt))
	case secret.RotationEnabled:
		return "Its rotation is on already, by the function " + functionNameOf(secret.FunctionARN) + "."
	case pending != "":
		return fmt.Sprintf("A rotation of it is under way or stopped half-way: its version %s is labelled %s.", steps.ShortVersion(pending), steps.LabelPending)
	}
	return ""
}

// findExistingSecret returns the secret of the person's own. Once this run has
// begun to rotate it, its rotation is this run's doing.
func (r run) findExistingSecret(ctx context.Context) (steps.SecretDescription, error) {
	name := r.Setup().SecretExisting
	secret, err := r.Services().Secrets.DescribeSecret(ctx, name)
	if errors.Is(err, steps.ErrNotFound) {
		return steps.SecretDescription{}, &steps.UnsuitableError{
			Kind: steps.KindSecret, Name: name, Why: "There is no secret of that name in this account and region.",
			Fix: "Name another with --secret-existing, or leave it out to make one.",
		}
	}
	if err != nil {
		return steps.SecretDescription{}, fmt.Errorf("look for the secret: %w", err)
	}
	if why := whySecretUnsuitable(secret); why != "" && !r.beganRotation() {
		return steps.SecretDescription{}, &steps.UnsuitableError{
			Kind: steps.KindSecret, Name: name, Why: why, Fix: "Nothing of it was changed. Choose another secret, or make one.",
		}
	}
	r.update(func(s *State) { s.SecretARN = secret.ARN })
	r.rememberVersions(secret)
	return secret, r.RecordUsed(steps.KindSecret, name, secret.ARN)
}

// readFields reads what the current version of a secret holds; none where it
// has no value yet.
func (r run) readFields(ctx context.Context, secret steps.SecretDescription) (secretFields, error) {
	value, err := r.Services().Secrets.SecretValue(ctx, secret.ARN, "", steps.LabelCurrent)
	if errors.Is(err, steps.ErrNotFound) {
		return secretFields{}, nil
	}
	if err != nil {
		return secretFields{}, fmt.Errorf("read the secret: %w", err)
	}
	fields, err := parseFields(value.JSON)
	if err != nil {
		return secretFields{}, unsuitableSecretError(secret.Name, err.Error())
	}
	return fields, nil
}

func unsuitableSecretError(name, why string) error {
	return &steps.UnsuitableError{
		Kind: steps.KindSecret, Name: name, Why: why,
		Fix: "keyturn adds what a secret lacks and overwrites nothing. Correct it, choose another secret, or make one.",
	}
}

// takeCredentialsFromSecret has the database that is to be made take the user and the password
// that the run's existing secret already names.
func (r run) takeCredentialsFromSecret(ctx context.Context) error {
	if !r.usesExistingSecret() {
		return nil
	}
	secret, err := r.findSecret(ctx)
	if err != nil {
		return err
	}
	fields, err := r.readFields(ctx, secret)
	if err != nil {
		return err
	}
	username, password := r.Setup().DBUsername, fields.text("password")
	if named := fields.text("username"); named != "" {
		username = named
	}
	if err := checkDBUsername(username); err != nil {
		return unsuitableSecretError(secret.Name, "Its user cannot be the master user of a new database: "+err.Error()+".")
	}
	if password != "" {
		if err := checkMasterPassword(password); err != nil {
			return unsuitableSecretError(secret.Name, "Its password cannot be that of a new database: "+err.Error()+".")
		}
	}
	if fields.has("host") {
		return unsuitableSecretError(secret.Name, fmt.Sprintf("It is for the database at %s, not for a new one.", fields.text("host")))
	}
	r.update(func(s *State) {
		s.Username = username
		if password != "" {
			s.OldPassword = steps.NewPassword(password)
		}
	})
	return nil
}

// completeSecret plans to add what AWS's function needs and the secret lacks,
// and nothing else.
func (r run) completeSecret(ctx context.Context, db steps.DBInstance, secret steps.SecretDescription) ([]action, error) {
	fields, err := r.readFields(ctx, secret)
	if err != nil {
		return nil, err
	}
	if why := fields.conflict(db); why != "" {
		return nil, unsuitableSecretError(secret.Name, why)
	}
	username := db.Username
	if named := fields.text("username"); named != "" {
		username = named
	}
	r.update(func(s *State) { s.Username, s.fields = username, fields })
	if password := fields.text("password"); password != "" {
		r.rememberPassword(versionWithLabel(secret, steps.LabelCurrent), steps.NewPassword(password))
	}
	var actions []action
	switch known := r.state().OldPassword; {
	case r.usesExistingDatabase():
		if err := r.proveGivenPassword(ctx, username); err != nil {
			return nil, err
		}
	case username != db.Username:
		return nil, unsuitableSecretError(secret.Name, fmt.Sprintf("Its user is %s, and the test database has only %s.", username, db.Username))
	case known.IsZero() && r.Setup().MasterPassword.IsZero():
		actions = append(actions, replaceMasterPassword())
	case known.IsZero():
		r.update(func(s *State) { s.OldPassword = r.Setup().MasterPassword })
	case r.refuses(ctx, db, username, known):
		actions = append(actions, takePasswordOfSecret())
	}
	if lacking := fields.missingKeys(db); len(lacking) > 0 {
		actions = append(actions, addFields(secret, lacking))
	}
	return actions, nil
}

// refuses reports that the database knows the user by another password. A
// database that cannot be asked from here is not said to refuse it.
func (r run) refuses(ctx context.Context, db steps.DBInstance, username string, password steps.Password) bool {
	_, err := r.trySignIn(ctx, steps.Credentials{Host: db.Host, Port: db.Port, Username: username, Password: password})
	return errors.Is(err, steps.ErrPasswordRefused)
}

// proveGivenPassword signs in to an existing database with the password that
// the secret has or the person gave, before it is stored anywhere. A database
// that does not answer here is left to the next step.
func (r run) proveGivenPassword(ctx context.Context, username string) error {
	db, password := r.state().Database, r.state().OldPassword
	if password.IsZero() {
		password = r.Setup().MasterPassword
		r.update(func(s *State) { s.OldPassword = password })
	}
	if password.IsZero() {
		return fmt.Errorf("sign in as %s: %w", username, steps.ErrPasswordUnknown)
	}
	_, err := r.trySignIn(ctx, steps.Credentials{Host: db.Host, Port: db.Port, Username: username, Password: password})
	if errors.Is(err, steps.ErrPasswordRefused) {
		return fmt.Errorf("sign in as %s: %w", username, err)
	}
	return nil //nolint:nilerr // what else is wrong, the validation finds and explains
}

// takePasswordOfSecret gives the run's own database the password that an
// existing secret has.
func takePasswordOfSecret() action {
	return newCall("rds", "ModifyDBInstance", "give the test database the password that the secret has", func(ctx context.Context, r run) error {
		return r.setMasterPassword(ctx, r.state().OldPassword)
	})
}

// addFields puts a new version with the missing keys into the secret. It reads
// the value again: what was written meanwhile stays.
func addFields(secret steps.SecretDescription, keys []string) action {
	why := fmt.Sprintf("add %s to the secret; what it holds stays", joinNames(keys))
	return newCall("secretsmanager", "PutSecretValue", why, func(ctx context.Context, r run) error {
		fields, err := r.readFields(ctx, secret)
		if err != nil {
			return err
		}
		s := r.state()
		if why := fields.conflict(s.Database); why != "" {
			return unsuitableSecretError(secret.Name, why)
		}
		text, err := fields.complete(s.Database, s.Username, s.OldPassword)
		if err != nil {
			return err
		}
		version, err := r.Services().Secrets.PutSecretValue(ctx, secret.ARN, steps.NewPassword(text), r.NewToken())
		if err != nil {
			return fmt.Errorf("add to the secret: %w", err)
		}
		r.rememberStored(secret.ARN, version)
		return nil
	})
}

// existingSecretPreview is the secret's JSON as the step leaves it, with every
// value covered that may be a secret.
func (r run) existingSecretPreview() string {
	s := r.state()
	if len(s.fields.missingKeys(s.Database)) == 0 {
		return ""
	}
	text, err := s.fields.complete(s.Database, s.Username, steps.NewPassword(steps.PasswordMask))
	if err != nil {
		return ""
	}
	covered, err := parseFields(steps.NewPassword(text))
	if err != nil {
		return ""
	}
	return covered.masked()
}
